import {
  type ChargeCommand,
  type Command,
  FlorinError,
  type GatewayRequest,
  type LookupCommand,
  type Target,
} from '@florin/core/gateways'
import { ATTEMPT_KEY } from '../metadata.ts'
import type { ResolvedOptions } from '../options/options.ts'
import { STRIPE_VERSION } from '../version.ts'
import { encodeForm } from './form.ts'
import { type FilePart, multipart } from './multipart.ts'
import { captureParams, confirmParams, createParams, incrementParams, refundParams } from './params.ts'

const INTENTS = '/v1/payment_intents'
const REFUNDS = '/v1/refunds'

const refuse = (message: string): never => {
  throw new FlorinError('invalid_request', `stripe: ${message}`, { details: { path: 'target' } })
}

/** For which account something is asked. */
type Asker = Pick<Command, 'account'>

const headersFor = ({ account }: Asker, options: ResolvedOptions): Record<string, string> => {
  const connected = options.accounts.get(account)?.stripeAccount
  return { 'stripe-version': STRIPE_VERSION, ...(connected !== undefined && { 'stripe-account': connected }) }
}

/** A POST under an idempotency key: the same parameters, the same bytes. */
export const post = (
  command: Asker,
  options: ResolvedOptions,
  key: string,
  path: string,
  parameters: object,
): GatewayRequest => ({
  method: 'POST',
  path,
  headers: {
    ...headersFor(command, options),
    'content-type': 'application/x-www-form-urlencoded',
    'idempotency-key': key,
  },
  body: encodeForm(parameters),
})

/** The host of Stripe's that takes files, as the transport calls it. */
export const FILES_HOST = 'files'

/** An upload under an idempotency key: the same file, the same bytes. */
export const upload = (
  command: Asker,
  options: ResolvedOptions,
  key: string,
  purpose: string,
  file: FilePart,
): GatewayRequest => {
  const { contentType, bytes } = multipart({ purpose }, file)
  return {
    method: 'POST',
    host: FILES_HOST,
    path: '/v1/files',
    headers: { ...headersFor(command, options), 'content-type': contentType, 'idempotency-key': key },
    body: Buffer.from(bytes).toString('base64'),
    encoding: 'base64',
  }
}

const get = (command: Command, options: ResolvedOptions, path: string, parameters: object | null): GatewayRequest => ({
  method: 'GET',
  path: parameters === null ? path : `${path}?${encodeForm(parameters)}`,
  headers: headersFor(command, options),
  body: null,
})

/** The PaymentIntent that a command acts on. Without its id there is nothing that Stripe could act on. */
const intentOf = ({ gatewayId, attempt }: Target): string =>
  gatewayId ?? refuse(`the PaymentIntent of ${attempt} is not known; look the charge up first`)

const retrieve = (command: Command, options: ResolvedOptions, id: string): GatewayRequest =>
  get(command, options, `${INTENTS}/${encodeURIComponent(id)}`, { expand: ['latest_charge'] })

/** By our reference. Two results are asked for, so that a second one would be seen. */
const search = (command: Command, options: ResolvedOptions, attempt: string): GatewayRequest =>
  get(command, options, `${INTENTS}/search`, {
    query: `metadata['${ATTEMPT_KEY}']:'${attempt}'`,
    limit: 2,
    expand: ['data.latest_charge'],
  })

const find = (command: Command, options: ResolvedOptions, { gatewayId, attempt }: Target): GatewayRequest =>
  gatewayId === null ? search(command, options, attempt) : retrieve(command, options, gatewayId)

/** Captures, cancels and increments are known by their PaymentIntent; refunds by their id or among those of their PaymentIntent. */
const lookup = (command: LookupCommand, options: ResolvedOptions): GatewayRequest => {
  const { of, target, parent } = command
  if (of === 'authorize' || of === 'sale') return find(command, options, target)
  if (of === 'refund' && target.gatewayId !== null)
    return get(command, options, `${REFUNDS}/${encodeURIComponent(target.gatewayId)}`, null)
  if (parent === null) return refuse(`a ${of} is looked up by its charge, and none is named`)
  if (of !== 'refund') return find(command, options, parent)
  return get(command, options, REFUNDS, { payment_intent: intentOf(parent), limit: 100 })
}

/** Refuses an account that is not configured. */
export const checkAccount = ({ account }: Asker, options: ResolvedOptions): void => {
  if (!options.accounts.has(account))
    throw new FlorinError('configuration', `stripe: there is no account '${account.slice(0, 64)}'`)
}

/** A command as the bytes that are stored and sent. The same command always gives the same bytes; credentials are added on sending. */
export const stripeRequest = (command: Command, options: ResolvedOptions): GatewayRequest => {
  checkAccount(command, options)
  const at = (target: Target, verb: string): string => `${INTENTS}/${encodeURIComponent(intentOf(target))}/${verb}`
  switch (command.kind) {
    case 'authorize':
    case 'sale':
      return post(command, options, command.key, INTENTS, createParams(command, options))
    case 'complete': // confirmed by the buyer's device or bank (confirmation_method is automatic): only its state is asked for
      return find(command, options, command.target)
    case 'capture':
      if (!command.final && !options.multicapture)
        return refuse('this account is not configured for several captures; set `multicapture` where Stripe granted it')
      return post(command, options, command.key, at(command.target, 'capture'), captureParams(command))
    case 'cancel':
      return post(command, options, command.key, at(command.target, 'cancel'), { expand: ['latest_charge'] })
    case 'refund':
      return post(command, options, command.key, REFUNDS, refundParams(command, intentOf(command.target)))
    case 'increment':
      if (!options.incrementalAuthorization)
        return refuse(
          'this account is not configured for increments; set `incrementalAuthorization` where Stripe granted it',
        )
      return post(
        command,
        options,
        command.key,
        at(command.target, 'increment_authorization'),
        incrementParams(command),
      )
    case 'lookup':
      return lookup(command, options)
  }
}

/** The confirmation of a PaymentIntent that was created without it. Its key derives from that of the step before. */
export const confirmRequest = (command: ChargeCommand, options: ResolvedOptions, intent: string): GatewayRequest =>
  post(
    command,
    options,
    `${command.key}-confirm`,
    `${INTENTS}/${encodeURIComponent(intent)}/confirm`,
    confirmParams(command),
  )
