import type { Charge } from './charge.ts'
import { decline, reach } from './charging.ts'
import { release } from './movements.ts'
import { DAY_MS } from './settlement.ts'
import type { State } from './state.ts'

const take = (queue: Set<Charge>, now: number): Charge[] => {
  const due: Charge[] = []
  for (const charge of queue) {
    if (charge.expiresAt === null || charge.expiresAt > now) break
    due.push(charge)
    queue.delete(charge)
  }
  return due
}

const first = (queue: Set<Charge>): number => {
  for (const charge of queue) return charge.expiresAt ?? 0
  return Number.POSITIVE_INFINITY
}

/** Settles the open day, whether or not it is over; tests and dashboards may call it early. */
export const settle = (state: State): ReturnType<State['settlement']['close']> => {
  const settled = state.settlement.close(state.now, () => state.options.ids.make('set'))
  for (const { currency, net } of settled) state.ledger.of(currency).settled += net
  return settled
}

/** A pending charge's wait is over. */
export const decide = (state: State, charge: Charge): void => {
  const next = charge.waiting?.next
  state.decisions.delete(charge)
  if (next !== undefined) reach(state, charge, next)
}

/** Does everything that has fallen due by now: decisions, lapsed challenges and holds, settlement. */
export const advance = (state: State): void => {
  const { now } = state
  if (now >= state.settlement.closesAt) settle(state)
  for (const charge of take(state.decisions, now)) decide(state, charge)
  for (const charge of take(state.challenges, now)) decline(state, charge, 'challenge_expired', null)
  for (const charge of take(state.holds, now)) {
    release(state, charge)
    charge.ended = 'expired'
  }
  state.nextDueAt = Math.min(
    state.settlement.closesAt,
    first(state.decisions),
    first(state.challenges),
    first(state.holds),
  )
}

const TIMER_MAX_MS = 14 * DAY_MS // setTimeout holds 24 days

/** How long until something is due. */
export const untilDue = (state: State): number => Math.min(TIMER_MAX_MS, Math.max(0, state.nextDueAt - state.now))
