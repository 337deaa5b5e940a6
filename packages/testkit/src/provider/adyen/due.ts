import { announceEnd } from './announce.ts'
import { approve } from './authorising.ts'
import { conclude } from './modifying.ts'
import { openOf } from './payment.ts'
import { note } from './settlement.ts'
import type { State } from './state.ts'

const due = <T extends { readonly dueAt: number }>(queue: Set<T>, now: number): T[] => {
  const found: T[] = []
  for (const each of queue) {
    if (each.dueAt > now) break
    found.push(each)
  }
  return found
}

const first = <T extends { readonly dueAt: number }>(queue: Set<T>): number => {
  for (const each of queue) return each.dueAt
  return Number.POSITIVE_INFINITY
}

/** Does everything that has fallen due by now. */
export const advance = (state: State): void => {
  state.now = state.options.clock.now()
  if (state.now < state.nextDueAt) return
  const { now } = state
  for (const modification of due(state.received, now)) conclude(state, modification)
  for (const payment of due(state.undecided, now)) approve(state, payment)
  for (const payment of due(state.offers, now)) {
    state.offers.delete(payment)
    payment.ended = 'expired'
    announceEnd(state, payment, 'OFFER_CLOSED', payment.amount)
  }
  for (const payment of state.delayed) {
    if (payment.dueAt > now) continue // their delays differ, so that all are looked at
    state.delayed.delete(payment)
    payment.captured = payment.authorized
    note(state, 'Settled', payment, payment.captured, null)
  }
  for (const payment of due(state.holds, now)) {
    const rest = openOf(payment)
    state.holds.delete(payment)
    payment.authorized = payment.captured
    if (payment.captured === 0n) payment.ended = 'expired'
    announceEnd(state, payment, 'EXPIRE', rest)
  }
  let next = Math.min(first(state.received), first(state.undecided), first(state.offers), first(state.holds))
  for (const { dueAt } of state.delayed) next = Math.min(next, dueAt)
  state.nextDueAt = next
}

/** Does at once what waits for nobody but Adyen: modifications that were received, and payments that are being decided. */
export const hurry = (state: State): void => {
  advance(state)
  for (const modification of state.received) conclude(state, modification)
  for (const payment of state.undecided) approve(state, payment)
}
