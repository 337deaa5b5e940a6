import { sandboxMethod } from '../methods.ts'
import { type SandboxOutcome, sandboxToken } from '../tokens.ts'
import type { Account } from './account.ts'
import type { Charge } from './charge.ts'
import { amountIn, type Body, objectIn, referenceIn, textIn, textsIn, urlIn } from './input.ts'
import { take } from './movements.ts'
import { Refusal } from './refusal.ts'
import { dueAt, rememberCharge, type State } from './state.ts'

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
    disputed: 0n,
    expiresAt: null,
    waiting: null,
    challenge: null,
    lastCapture: null,
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
    take(state, charge, charge.amount, charge.reference)
    return state.announce('charge.captured', charge)
  }
  wait(state, charge, state.holds, state.options.authorizationTtlMs)
  state.announce('charge.authorized', charge)
}

/** Ends a charge that never held anything. */
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
  // A result that the page did not give is ignored, so that nobody ends a payment by editing the return URL.
  if (challenge === null || (given !== undefined && given !== challenge.result)) return charge
  state.challenges.delete(charge)
  if (challenge.passed) reach(state, charge, waiting.next)
  else decline(state, charge, 'authentication_failed', null)
  return charge
}
