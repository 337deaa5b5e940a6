import type { DisputeCommand, DisputePort, GatewayRequest } from '@florin/core/gateways'
import type { ResolvedOptions } from '../options/options.ts'
import { checkAccount, post } from '../request/request.ts'
import { evidenceOf, STRIPE_EVIDENCE } from './evidence.ts'
import { disputeFacts } from './facts.ts'
import { readDispute } from './read.ts'

/** Evidence is submitted in the request that brings it: Stripe passes one submission on to the bank, and no second. */
const requestOf = (command: DisputeCommand, options: ResolvedOptions): GatewayRequest => {
  checkAccount(command, options)
  const path = `/v1/disputes/${encodeURIComponent(command.dispute)}`
  if (command.kind === 'accept_dispute') return post(command, options, command.key, `${path}/close`, {})
  return post(command, options, command.key, path, { evidence: evidenceOf(command), submit: true })
}

/** Disputes at Stripe. To accept one closes it, which cannot be taken back. */
export const stripeDisputes = (options: ResolvedOptions): DisputePort =>
  Object.freeze({
    texts: STRIPE_EVIDENCE,
    files: null,
    accept: true,
    request: (command) => requestOf(command, options),
    read: (response, command) => readDispute(response, command, { options, account: command.account }),
    parse: (body) => disputeFacts(body),
  } satisfies DisputePort)
