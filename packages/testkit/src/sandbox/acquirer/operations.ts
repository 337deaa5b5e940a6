import { sandboxMethod } from '../methods.ts'
import { type SandboxOutcome, sandboxToken } from '../tokens.ts'
import type { OperationObject } from '../wire.ts'
import type { Account } from './account.ts'
import { type Charge, heldOf, type Operation, statusOf } from './charge.ts'
import { amountIn, type Body, objectIn, referenceIn, textIn, textsIn, urlIn } from './input.ts'
import { Refusal } from './refusal.ts'
import { dueAt, rememberCharge, rememberOperation, type State } from './state.ts'

/** `POST /v1/charges`. */
export const createCharge = (state: State, account: Account, body: Body): Charge => {
  const { options, now } = state
  const reference = referenceIn(body)
  const amount = amountIn(body)
  const currency = textIn(body, 'currency')
  if (!options.currencies.has(currency))
    throw new Refusal('currency_not_supported', `this acquirer does not take ${currency.slice(0, 8)}`)
  const capture = body.capture
  if (capture !== 'manual' && capture !== 'automatic')
    throw new Refusal('invalid_request', 'capture must be "manual" or "automatic"')
  const method = objectIn(body, 'method')
  const type = textIn(method, 'type')
  const can = sandboxMethod(type)
  if (can === undefined || (capture === 'manual' && !can.separateCapture))
    throw new Refusal('method_not_supported', `${type.slice(0, 32)} cannot be charged with ${capture} capture`)
  const token = sandboxToken(textIn(method, 'token'))
  if (token === undefined) throw new Refusal('token_unknown', 'the sandbox does not know this token')
  const id = options.ids.make('ch')
  const charge: Charge = {
    id,
    account,
    reference,
    capture,
    method: type,
    currency,
    amount,
    instrument: can.separateCapture ? token.instrument : null,
    networkTransactionId: `ntx${id.slice(-15)}`,
    returnUrl: urlIn(body, 'return_url'),
    metadata: textsIn(body, 'metadata'),
    createdAt: now,
    approved: false,
    authorized: 0n,
    captured: 0n,
    refunded: 0n,
    released: 0n,
    fee: 0n,
    expiresAt: null,
    waiting: null,
    challenge: null,
    ended: null,
    action: null,
    decline: null,
  }
  rememberCharge(state, charge)
  reach(state, charge, token.outcome)
  return charge
}

/** Carries a charge to an outcome: at creation, after a challenge, or when a wait is over. */
export const reach = (state: State, charge: Charge, outcome: SandboxOutcome): void => {
  charge.waiting = null
  charge.action = null
  charge.expiresAt = null
  switch (outcome.kind) {
    case 'approve':
      return approve(state, charge)
    case 'decline':
      return decline(state, charge, outcome.code, outcome.networkAdvice ?? null)
    case 'challenge':
      charge.waiting = { for: 'challenge', next: outcome.next }
      charge.action = { type: 'redirect', url: `${state.publicUrl}/challenge/${charge.id}` }
      return wait(state, charge, state.challenges, state.options.challengeTtlMs)
    case 'pending':
      charge.waiting = { for: 'decision', next: outcome.next }
      if (charge.method === 'bank_transfer')
        charge.action = { type: 'bank_transfer', data: { iban: 'XX00SANDBOX', text: charge.id.slice(-12) } }
      return wait(state, charge, state.decisions, state.options.pendingMs)
  }
}

const wait = (state: State, charge: Charge, queue: Set<Charge>, ms: number): void => {
  charge.expiresAt = state.now + ms
  queue.add(charge)
  dueAt(state, charge.expiresAt)
}

const approve = (state: State, charge: Charge): void => {
  charge.approved = true
  charge.authorized = charge.amount
  state.ledger.of(charge.currency).authorized += charge.amount
  charge.account.touch(charge.reference).effects += 1
  if (charge.capture === 'automatic') {
    take(state, charge, charge.amount, charge.reference, false)
    return state.announce('charge.captured', charge)
  }
  wait(state, charge, state.holds, state.options.authorizationTtlMs)
  state.announce('charge.authorized', charge)
}

export const decline = (state: State, charge: Charge, code: string, advice: string | null): void => {
  charge.waiting = null
  charge.action = null
  charge.expiresAt = null
  charge.ended = 'declined'
  charge.decline = { code, network_advice: advice }
  state.announce('charge.declined', charge)
}

/** `POST /v1/charges/:id/complete`: what the buyer's return brought along. Without it, what the challenge page saw still counts. */
export const completeCharge = (state: State, charge: Charge, body: Body): Charge => {
  const given = textsIn(body, 'payload').challenge_result
  const { waiting, challenge } = charge
  if (waiting?.for !== 'challenge') return charge
  if (given !== undefined && given !== challenge?.result)
    throw new Refusal('challenge_mismatch', 'challenge_result is not what the challenge page gave')
  if (challenge === null) return charge
  state.challenges.delete(charge)
  if (challenge.passed) reach(state, charge, waiting.next)
  else decline(state, charge, 'authentication_failed', null)
  return charge
}

const operation = (
  state: State,
  object: OperationObject,
  charge: Charge,
  reference: string | null,
  amount: bigint,
  fee = 0n,
): Operation => ({
  object,
  id: state.options.ids.make(PREFIX[object]),
  charge,
  reference,
  amount,
  fee,
  createdAt: state.now,
})

const PREFIX = { capture: 'cap', cancel: 'can', refund: 're', increment: 'inc' } as const

const done = (state: State, made: Operation): Operation => {
  rememberOperation(state, made)
  state.announce(`${made.object}.succeeded`, made)
  return made
}

const feeOn = ({ options }: State, amount: bigint): bigint =>
  (amount * options.feeBasisPoints + 5_000n) / 10_000n + options.feeFixedMinor

const settleLater = (state: State, made: Operation): void => {
  state.settlement.add(made)
  dueAt(state, state.settlement.closesAt)
}

/** Moves held money to the merchant and into today's batch. */
const take = (state: State, charge: Charge, amount: bigint, reference: string | null, listed: boolean): Operation => {
  const fee = feeOn(state, amount)
  const totals = state.ledger.of(charge.currency)
  charge.captured += amount
  charge.fee += fee
  totals.captured += amount
  totals.fees += fee
  const made = operation(state, 'capture', charge, reference, amount, fee)
  settleLater(state, made)
  return listed ? done(state, made) : made
}

/** Gives back what is still held; returns how much that was. */
export const release = (state: State, charge: Charge): bigint => {
  const held = heldOf(charge)
  charge.released += held
  charge.expiresAt = null
  state.holds.delete(charge)
  state.ledger.of(charge.currency).released += held
  return held
}

const requireHeld = (charge: Charge, code: 'not_capturable' | 'not_cancelable' | 'not_incrementable'): void => {
  const status = statusOf(charge)
  if (status === 'authorized' || status === 'partially_captured') return
  if (status === 'expired') throw new Refusal('charge_expired', 'the authorization has expired')
  if (status === 'captured') throw new Refusal('already_captured', 'nothing is held any more, it was captured')
  throw new Refusal(code, `the charge is ${status}`)
}

/** `POST /v1/charges/:id/capture`. A final capture releases the rest of the hold. */
export const capture = (
  state: State,
  charge: Charge,
  reference: string | null,
  amount: bigint,
  final: boolean,
): Operation => {
  requireHeld(charge, 'not_capturable')
  const held = heldOf(charge)
  if (amount > held) throw new Refusal('amount_too_large', `${amount} is more than the ${held} that are held`)
  const made = take(state, charge, amount, reference, true)
  if (final || amount === held) release(state, charge)
  return made
}

/** `POST /v1/charges/:id/cancel`. Canceling what holds nothing any more succeeds again and releases nothing: a reversal is repeatable. */
export const cancel = (state: State, charge: Charge, reference: string | null): Operation => {
  if (sandboxMethod(charge.method)?.reverseBy.length === 0)
    throw new Refusal('not_cancelable', `a ${charge.method} cannot be called back; refund it`)
  if (charge.waiting !== null) {
    state.challenges.delete(charge)
    state.decisions.delete(charge)
    charge.waiting = null
    charge.action = null
    charge.expiresAt = null
    charge.ended = 'canceled'
    return done(state, operation(state, 'cancel', charge, reference, 0n))
  }
  const status = statusOf(charge)
  if (status === 'canceled' || status === 'expired')
    return done(state, operation(state, 'cancel', charge, reference, 0n))
  requireHeld(charge, 'not_cancelable')
  const released = release(state, charge)
  charge.ended = 'canceled'
  return done(state, operation(state, 'cancel', charge, reference, released))
}

/** `POST /v1/charges/:id/refunds`. */
export const refund = (state: State, charge: Charge, reference: string | null, amount: bigint): Operation => {
  const left = charge.captured - charge.refunded
  if (charge.captured === 0n)
    throw new Refusal('not_refundable', `the charge is ${statusOf(charge)}; nothing was captured`)
  if (amount > left) throw new Refusal('amount_too_large', `${amount} is more than the ${left} that can be refunded`)
  charge.refunded += amount
  state.ledger.of(charge.currency).refunded += amount
  const made = operation(state, 'refund', charge, reference, amount)
  settleLater(state, made)
  return done(state, made)
}

/** `POST /v1/charges/:id/increment`: `total` is what is to be authorised in all. */
export const increment = (state: State, charge: Charge, reference: string | null, total: bigint): Operation => {
  requireHeld(charge, 'not_incrementable')
  if (charge.captured > 0n) throw new Refusal('not_incrementable', 'something was captured already')
  if (total <= charge.authorized)
    throw new Refusal('amount_too_small', `${total} is not more than the ${charge.authorized} already authorized`)
  state.ledger.of(charge.currency).authorized += total - charge.authorized
  charge.authorized = total
  return done(state, operation(state, 'increment', charge, reference, total))
}
