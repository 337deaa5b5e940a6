import type { PaymentCells, TransactionCells } from '../cells.ts'
import type { Evidence } from '../evidence.ts'
import { groups } from '../lookups.ts'

const FINAL = new Set(['posted', 'settled'])

/** What transactions bring onto an account in the end, holds left aside. */
const broughtTo = (transactions: readonly TransactionCells[], account: string): bigint => {
  let sum = 0n
  for (const { postings } of transactions) {
    for (const [debit, credit, amount, , phase] of postings) {
      if (!FINAL.has(phase)) continue
      if (credit === account) sum += BigInt(amount)
      if (debit === account) sum -= BigInt(amount)
    }
  }
  return sum
}

/** A payment that settles elsewhere leaves nothing of its own currency, and nothing at all once everything went back. */
const settledProblems = (payment: PaymentCells, booked: readonly TransactionCells[]): readonly string[] => {
  const { id, currency, settle, converted } = payment
  if (settle === null) return []
  const pair = [currency, settle.currency].sort().join('-')
  const found: string[] = []
  const left = broughtTo(booked, `merchant/pending/${currency}`)
  if (left !== 0n) found.push(`${id} settles in ${settle.currency}, and left ${left} of ${currency} pending`)
  const sold = broughtTo(booked, `trading/${pair}/${currency}`)
  if (sold !== converted) found.push(`${id} has converted ${converted}, and its books say ${sold}`)
  if (converted !== 0n) return found
  for (const account of [`merchant/pending`, `trading/${pair}`, 'platform/fees']) {
    const rest = broughtTo(booked, `${account}/${settle.currency}`)
    if (rest !== 0n) found.push(`${id} converted all of it back, and left ${rest} in ${account}/${settle.currency}`)
  }
  return found
}

const OF_CAPTURES = new Set(['capture', 'capture_undone', 'fee_return', 'fee_true_up'])

/** Fees that follow refunds are gone once all is refunded, and never more is given back than was taken. */
const feeProblems = (payment: PaymentCells, booked: readonly TransactionCells[]): readonly string[] => {
  const { id, currency, captured, refunded } = payment
  const followed = booked.filter(({ type }) => type === 'fee_return')
  if (followed.length === 0) return []
  const ofCaptures = booked.filter(({ type }) => OF_CAPTURES.has(type)) // a dispute has fees of its own
  const rest = broughtTo(ofCaptures, `platform/fees/${currency}`)
  const found = rest < 0n ? [`${id} gave ${-rest} more of its fees back than were taken`] : []
  const follows = booked
    .filter(({ type }) => type === 'capture')
    .every((one) => one.metadata?.feeOnRefund === 'returned')
  if (follows && captured > 0n && refunded === captured && rest > 0n)
    found.push(`${id} is refunded in full, and ${rest} of its fees stayed`)
  return found
}

/** What the books say of fees and of money that was exchanged. Part of invariant 7. */
export const exchangedProblems = ({ payments, disputes, transactions }: Evidence): readonly string[] => {
  const bySubject = groups(transactions, (one) => `${one.merchant} ${one.subject}`)
  const byPayment = groups(disputes, (one) => `${one.merchant} ${one.payment}`)
  return payments.flatMap((payment) => {
    const name = `${payment.merchant} ${payment.id}`
    const own = bySubject.get(name) ?? []
    const ofDisputes = (byPayment.get(name) ?? []).flatMap(
      ({ merchant, id }) => bySubject.get(`${merchant} ${id}`) ?? [],
    )
    return [...settledProblems(payment, [...own, ...ofDisputes]), ...feeProblems(payment, own)]
  })
}
