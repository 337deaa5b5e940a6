import { type Answer, type Command, type GatewayResponse, jsonIn, retryAfterMs } from '@florin/core/gateways'
import { declineBy, declineOf } from '../declines/decline.ts'
import { CONFIGURATION, RATE_LIMITED, UNPROVEN_DECLINE } from '../declines/table.ts'
import { attemptIn } from '../metadata.ts'
import { type WireError, wireErrorBody } from '../wire/error.ts'
import { inShape } from '../wire/in-shape.ts'
import { wireIntent } from '../wire/intent.ts'
import { chargeAnswer } from './charge-answer.ts'
import { isOurMode, type ReadScope } from './scope.ts'
import { unknown, word } from './unknown.ts'

const BUSY_MS = 1_000 // locks at Stripe last for the length of a request

const isCharge = ({ kind }: Command): boolean => kind === 'authorize' || kind === 'sale'

/** The object is busy, or the key's first request is still at work: the same key later, and nowhere else (F6). */
const IN_PROGRESS: ReadonlySet<string> = new Set(['lock_timeout', 'idempotency_key_in_use'])

/** Reads every answer that is no success (docs.stripe.com/error-low-level). What is not documented to be without effect is `unknown`. */
export const readRefusal = (response: GatewayResponse, command: Command, scope: ReadScope): Answer => {
  const { status } = response
  if (status >= 500 || status === 424) {
    // Stripe keeps a 5xx under its key: the same bytes are then answered the same, whatever became of the charge (F8).
    const replayed = response.headers['idempotent-replayed'] === 'true'
    const reason = `Stripe answered ${status}`
    return replayed ? { effect: 'unknown', reason, replayed } : unknown(reason)
  }
  const error = inShape(wireErrorBody, jsonIn(response.body))?.error ?? null
  if (error === null) return unknown(`Stripe answered ${status}, and not with an error of its own`)
  const reason = `Stripe answered ${status} ${word(error.code ?? error.type)}`
  // A lookup changes nothing, so its refusal says nothing about what it asked for: a 404 of an id that Stripe gave is a wrong key.
  if (command.kind === 'lookup' || command.kind === 'complete') return unknown(reason)
  if (status === 409 || IN_PROGRESS.has(error.code ?? ''))
    return { effect: 'unknown', reason, retryAfterMs: retryAfterMs(response, BUSY_MS) }
  if (status === 429)
    return isCharge(command)
      ? {
          effect: 'rejected',
          decline: declineBy(RATE_LIMITED, 'rate_limit'),
          retryAfterMs: retryAfterMs(response, BUSY_MS),
        }
      : { effect: 'unknown', reason, retryAfterMs: retryAfterMs(response, BUSY_MS) }
  if (status === 401 || status === 403)
    return {
      effect: 'rejected',
      decline: declineBy({ ...CONFIGURATION, code: 'unauthorized' }, error.code ?? error.type),
    }
  if (status !== 400 && status !== 402 && status !== 404) return unknown(reason)
  return readError(error, command, scope, reason)
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(['card_error', 'invalid_request_error', 'idempotency_error'])

const readError = (error: WireError, command: Command, scope: ReadScope, reason: string): Answer => {
  if (!KNOWN_TYPES.has(error.type)) return unknown(reason)
  const decline = declineOf(error)
  const rejected: Answer = { effect: 'rejected', decline }
  const given = isCharge(command) ? (error.payment_intent ?? null) : null
  if (given === null) return error.decline_code === UNPROVEN_DECLINE ? unknown(reason) : rejected
  // A decline brings its PaymentIntent along, which has to be ours and to agree that nothing was taken.
  const intent = inShape(wireIntent, given)
  if (intent === null || attemptIn(intent.metadata) !== command.attempt || !isOurMode(scope, intent.livemode))
    return unknown(`${reason}, about another PaymentIntent`)
  if (error.decline_code === UNPROVEN_DECLINE) return unknown(reason, intent.id)
  const standing = chargeAnswer(intent, scope)
  const nothing = standing.effect === 'rejected' || standing.effect === 'absent'
  return nothing
    ? { ...rejected, gatewayId: intent.id }
    : unknown(`${reason}, and the PaymentIntent is ${word(intent.status)}`, intent.id)
}
