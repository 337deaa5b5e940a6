import { availableOf, bankAccount, payoutsOf, transactionsOf } from '../../ledger/index.ts'
import { type PaymentRow, payments } from '../../payments/index.ts'
import { ownerOf, type PayoutRow, type PayoutState, payouts } from '../../payouts/index.ts'
import { refunds } from '../../refunds/index.ts'
import type { Reading } from '../context.ts'

/** A payout that does not agree with what is booked for it, or with the refund that it carries. */
export interface PayoutProblem {
  readonly payout: PayoutRow
  readonly what: string
}

/** Compares every payout with the ledger and, where it carries a refund, with that. One that moves meanwhile is read again. */
export async function* payoutProblems(context: Reading, merchant?: string): AsyncIterable<PayoutProblem> {
  const equals = merchant === undefined ? {} : { merchant }
  for await (const page of context.storage.scan(payouts, { index: 'key', equals })) {
    for (const row of page) {
      const { payout, found } = await consistent(context, row)
      for (const what of found) yield { payout, what }
    }
  }
}

const MOST_READS = 5

const consistent = async (
  context: Reading,
  first: PayoutRow,
): Promise<{ readonly payout: PayoutRow; readonly found: readonly string[] }> => {
  let payout = first
  for (let reads = 1; ; reads++) {
    const found = [...(await booksOf(context, payout)), ...(await refundOf(context, payout))]
    const [again] = await context.storage.load(payouts, [{ merchant: payout.merchant, id: payout.id }])
    if (again === undefined || again.version === payout.version || reads === MOST_READS) return { payout, found }
    payout = again
  }
}

/** Where the money is, by the state: with the owner, on its way, or gone from the bank. */
const placeIn = (state: PayoutState): 'available' | 'payouts' | 'bank' => {
  if (state === 'paid') return 'bank'
  return state === 'failed' || state === 'returned' || state === 'canceled' ? 'available' : 'payouts'
}

const booksOf = async (context: Reading, row: PayoutRow): Promise<readonly string[]> => {
  const { merchant, id, amount, currency, bank, state } = row
  const accounts = {
    available: availableOf(ownerOf(row), currency).account,
    payouts: payoutsOf(ownerOf(row), currency).account,
    bank: bankAccount(bank, currency).account,
  }
  const moved = new Map<string, bigint>()
  const add = (account: string, by: bigint): void => void moved.set(account, (moved.get(account) ?? 0n) + by)
  for (const { postings } of await transactionsOf(context.storage, merchant, id)) {
    for (const [debit, credit, text] of postings) {
      add(debit, -BigInt(text))
      add(credit, BigInt(text))
    }
  }
  const place = placeIn(state)
  const should = { available: place === 'available' ? 0n : -amount, payouts: 0n, bank: 0n, [place]: 0n }
  if (place !== 'available') should[place] = amount
  if (row.payment !== null && (await isConverted(context, merchant, row.payment))) should.available = 0n
  return (['available', 'payouts', 'bank'] as const)
    .filter((name) => (moved.get(accounts[name]) ?? 0n) !== should[name])
    .map((name) => `payout ${id} is ${state}, and has moved ${moved.get(accounts[name]) ?? 0n} on ${accounts[name]}`)
}

/** Whether what a refund takes is taken in another currency: the sale was settled in that. */
const isConverted = async (context: Reading, merchant: string, id: PaymentRow['id']): Promise<boolean> => {
  const [payment] = await context.storage.load(payments, [{ merchant, id }])
  return payment !== undefined && payment.settle !== null
}

const CARRIED = { available: 'failed', payouts: 'processing', bank: 'succeeded' } as const

const refundOf = async (context: Reading, row: PayoutRow): Promise<readonly string[]> => {
  const { merchant, payment, id, state } = row
  if (payment === null) return []
  for await (const page of context.storage.scan(refunds, { index: 'key', equals: { merchant, payment } })) {
    const refund = page.find((one) => one.payout === id)
    if (refund === undefined) continue
    const should = CARRIED[placeIn(state)]
    return refund.state === should ? [] : [`payout ${id} is ${state}, and its refund ${refund.id} is ${refund.state}`]
  }
  return [`payout ${id} is a refund of ${payment}, which has none of it`]
}
