import { appendEvent } from '../../events/index.ts'
import { gatewayCosts, ledgerTransaction } from '../../ledger/index.ts'
import type { SettledCostsRow } from '../../reconciliation/index.ts'
import { settledCosts } from '../../reconciliation/index.ts'
import { type Change, claim, type Effect, type Guard, type Posting, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import type { At } from './candidates.ts'

/** What a booking is about, and how it is called: `rcn_…/17`. */
export interface Booking {
  readonly reference: string
  readonly type: string
  readonly effectiveAt: number
  readonly metadata: Readonly<Record<string, string>>
}

type Parts = { readonly guards: Guard[]; readonly effects: Effect[] }

/**
 * The transactions of a booking, one in each merchant's books, each recorded by an event of its own: what is booked at once is one subject,
 * so that nobody has to count.
 */
export const bookingOf = (
  { runtime }: FlowContext,
  postings: ReadonlyMap<string, readonly Posting[]>,
  { reference, type, effectiveAt, metadata }: Booking,
): Change => {
  const parts: Parts = { guards: [], effects: [] }
  const now = runtime.clock.now()
  for (const [merchant, moved] of postings) {
    const subject = reference
    const at = { effectiveAt, recordedAt: now }
    const made = ledgerTransaction({ merchant, reference, subject, type, postings: moved, metadata, ...at })
    parts.guards.push(...made.guards)
    parts.effects.push(
      appendEvent({
        merchant,
        subject,
        version: 1,
        id: runtime.ids.make('evt'),
        type: `${type}.booked`,
        at: now,
        data: { ...metadata, postings: moved.map(textOf) },
        ledger: made.digest,
      }),
    )
  }
  return parts
}

const textOf = ({ debit, credit, amount, currency }: Posting): Readonly<Record<string, string>> => ({
  debit: debit.account,
  credit: credit.account,
  amount: amount.toString(),
  currency,
})

/** What a booking adds to the costs that reconciliation has booked: only debits, so that whatever else is debited shows. */
export const costsOf = (
  at: At,
  postings: ReadonlyMap<string, readonly Posting[]>,
  known: ReadonlyMap<string, SettledCostsRow>,
): readonly Guard[] => {
  const guards: Guard[] = []
  for (const [merchant, moved] of postings) {
    const sums = new Map<string, bigint>()
    for (const { debit, amount, currency } of moved) {
      if (debit.account === gatewayCosts(at.gateway, at.account, currency).account)
        sums.set(currency, (sums.get(currency) ?? 0n) + amount)
    }
    for (const [currency, sum] of sums) {
      const key = { merchant, source: at.source.source, currency }
      const row = known.get(`${merchant}\0${currency}`)
      if (row === undefined) guards.push(claim(settledCosts, { ...key, costs: sum, version: 1 }))
      else guards.push(replace(settledCosts, key, row.version, { costs: row.costs + sum, version: row.version + 1 }))
    }
  }
  return guards
}
