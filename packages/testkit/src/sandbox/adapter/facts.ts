import type { Answer, Decline, InstrumentFacts, Undone } from '@florin/core/gateways'
import type { WireCharge, WireInstrument, WireOperation } from '../wire.ts'
import { declineOf } from './declines.ts'

/** An answer that proves nothing. */
export const unknown = (reason: string, gatewayId?: string): Answer =>
  gatewayId === undefined ? { effect: 'unknown', reason } : { effect: 'unknown', reason, gatewayId }

const instrumentOf = (facts: WireInstrument): InstrumentFacts => ({
  network: facts.network,
  bin: facts.bin,
  last4: facts.last4,
  country: facts.country,
  networkTransactionId: facts.network_transaction_id,
})

const applied = (charge: WireCharge, amount: string): Answer => ({
  effect: 'applied',
  gatewayId: charge.id,
  amount: BigInt(amount),
  expiresAt: charge.expires_at ?? undefined,
  instrument: charge.instrument === null ? undefined : instrumentOf(charge.instrument),
  cost: charge.capture === 'automatic' && charge.fee !== '0' ? BigInt(charge.fee) : undefined,
})

const pending = (charge: WireCharge, awaits: 'customer' | 'gateway'): Answer => {
  if (charge.expires_at === null) return unknown(`${charge.status} without an end`, charge.id)
  const { id: gatewayId, expires_at: expiresAt, action } = charge
  if (action === null) {
    return awaits === 'gateway'
      ? { effect: 'pending', gatewayId, awaits, expiresAt }
      : unknown('requires_action without an action', gatewayId)
  }
  const method = action.type === 'redirect' ? ('GET' as const) : undefined
  return { effect: 'pending', gatewayId, awaits, expiresAt, action: { ...action, method } }
}

/** What a charge says about the command that made it, now. */
export const answerOfCharge = (charge: WireCharge): Answer => {
  switch (charge.status) {
    case 'requires_action':
      return pending(charge, 'customer')
    case 'pending':
      return pending(charge, 'gateway')
    case 'authorized':
    case 'partially_captured':
      // Held and not taken is not what a sale asked for.
      return charge.capture === 'manual'
        ? applied(charge, charge.authorized)
        : unknown(`a sale is ${charge.status}`, charge.id)
    case 'captured':
      return applied(charge, charge.capture === 'manual' ? charge.authorized : charge.captured)
    case 'declined':
      return charge.decline === null
        ? unknown('declined without a reason', charge.id)
        : { effect: 'rejected', decline: declineOf(charge.decline), gatewayId: charge.id }
    case 'canceled':
    case 'expired':
    case 'returned': {
      // Documented: such a charge holds nothing, took nothing, and never will.
      const decline = declineOf(charge.decline ?? { code: charge.status, network_advice: null })
      return { effect: 'rejected', decline, gatewayId: charge.id }
    }
  }
}

/**
 * What an operation says about the command that made it. Refused ones leave no trace, so any that there is was applied; one that failed
 * afterwards did nothing in the end.
 */
export const answerOfOperation = (operation: WireOperation): Answer => {
  const gatewayId = operation.id
  if (operation.failure !== null) return { effect: 'rejected', decline: failureOf(operation.failure.code), gatewayId }
  return {
    effect: 'applied',
    gatewayId,
    // A cancel releases whatever is left; it has no amount of its own to disagree about.
    amount: operation.object === 'cancel' ? undefined : BigInt(operation.amount),
    cost: operation.fee === '0' ? undefined : BigInt(operation.fee),
  }
}

const failureOf = (code: string): Decline => declineOf({ code, network_advice: null })

/** The report that something which had succeeded was taken back; null for anything else. */
export const undoneOf = (subject: WireCharge | WireOperation): Undone | null => {
  if (subject.object !== 'charge')
    return subject.failure === null ? null : { effect: 'undone', decline: failureOf(subject.failure.code) }
  return subject.status === 'returned' ? { effect: 'undone', decline: failureOf('debit_returned') } : null
}
