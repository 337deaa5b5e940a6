import type { Id } from '../../kernel/index.ts'
import { movePayout, type PayoutDecision, type PayoutRow, payouts } from '../../payouts/index.ts'
import { payoutOfReference } from '../../rails/index.ts'
import type { FlowContext } from '../context.ts'
import { changePayout } from './commit.ts'
import { notePlace } from './order.ts'

/** What a bank's statement says of a payout. */
export interface PayoutFact {
  /** Minor units that moved on our account, without a sign. */
  readonly amount: bigint
  readonly currency: string
  /** Why it came back, by the bank's code; null where it does not say. */
  readonly code?: string | null | undefined
  /** The same in words, which are kept sealed. */
  readonly text?: string | null | undefined
}

/** What a fact did: `applied`, or `known` where it was told before; `differs` where it is not the payout's amount, and nothing happened. */
export type PayoutFactResult =
  | { readonly outcome: 'applied' | 'known' | 'differs'; readonly payout: PayoutRow }
  | { readonly outcome: 'not_found' }

/** The payout that a bank's reference names, of whichever merchant; or of this one only. */
export const findByReference = async (
  context: FlowContext,
  reference: string,
  merchant: string | null = null,
): Promise<PayoutRow | undefined> => {
  const id: Id<'pot'> | undefined = payoutOfReference(reference)
  if (id === undefined) return undefined
  const page = await context.storage.find(payouts, { index: 'id', equals: { id }, limit: 1 })
  const [row] = page.rows
  return row === undefined || (merchant !== null && row.merchant !== merchant) ? undefined : row
}

/**
 * A statement shows that a payout left our bank. `reference`: the payout's id, or its end-to-end reference as the bank wrote it. Told twice,
 * or after its return, it changes nothing; it holds also of a payout that was believed to have failed (FAILURES 2.19), whose money is
 * then taken from what is available, below zero if need be.
 */
export const payoutSettled = (
  context: FlowContext,
  reference: string,
  fact: PayoutFact,
  merchant: string | null = null,
): Promise<PayoutFactResult> =>
  tell(context, reference, fact, merchant, (row, now) =>
    row.state === 'paid' || row.state === 'returned' ? null : movePayout(row, 'pay', now, { code: null }, TOLD_BY_BANK),
  )

/** A statement shows that a payout came back: its money is available again. Where nobody had told that it left, both are booked. */
export const payoutReturned = (
  context: FlowContext,
  reference: string,
  fact: PayoutFact,
  merchant: string | null = null,
): Promise<PayoutFactResult> =>
  tell(context, reference, fact, merchant, (row, now) =>
    row.state === 'returned' ? null : movePayout(row, 'return', now, whyOf(context, row, fact), TOLD_BY_BANK),
  )

/** A code is told in events and lists, so whatever else a reader gives as one is none. */
const CODE = /^[A-Za-z0-9][\w.-]{0,34}$/

/** The bank's words; those of a person who was there before stay. */
const whyOf = (context: FlowContext, row: PayoutRow, { code, text }: PayoutFact): Pick<PayoutRow, 'code' | 'note'> => ({
  code: code !== undefined && code !== null && CODE.test(code) ? code : 'returned',
  note:
    text === undefined || text === null || row.note !== null
      ? row.note
      : context.sealer.seal(notePlace(row.merchant, row.id), text),
})

const TOLD_BY_BANK = Object.freeze({ source: 'statement' })

const tell = async (
  context: FlowContext,
  reference: string,
  fact: PayoutFact,
  merchant: string | null,
  decide: (row: PayoutRow, now: number) => PayoutDecision | null,
): Promise<PayoutFactResult> => {
  const found = await findByReference(context, reference, merchant)
  if (found === undefined) return { outcome: 'not_found' }
  if (found.amount !== fact.amount || found.currency !== fact.currency) return { outcome: 'differs', payout: found }
  let news = false
  const payout = await changePayout(
    context,
    found.merchant,
    found.id,
    (row, now) => {
      const decision = decide(row, now)
      news = decision !== null
      return decision
    },
    'outcome',
  )
  return { outcome: news ? 'applied' : 'known', payout }
}
