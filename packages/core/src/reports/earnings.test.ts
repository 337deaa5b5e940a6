import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  availableOf,
  bankAccount,
  frozenOf,
  gatewayCosts,
  gatewayDisputed,
  gatewayTransit,
  type PostingText,
  payoutsOf,
  pendingOf,
  platformFees,
  receivable,
  reserveOf,
  suspense,
  trading,
} from '../ledger/index.ts'
import { addEarned, type Earned, earningsRow } from './earnings.ts'

const OWNERS = [pendingOf, availableOf, reserveOf, payoutsOf].flatMap((of) => [of(null, 'EUR'), of('ann', 'EUR')])
const COSTS = gatewayCosts('g', 'a', 'EUR')
const FEES = platformFees('EUR')
const OTHERS = [
  ...[COSTS, FEES, receivable('g', 'a', 'EUR'), gatewayTransit('g', 'a', 'EUR'), gatewayDisputed('g', 'a', 'EUR')],
  ...[frozenOf(null, 'EUR'), frozenOf('ann', 'EUR'), bankAccount('main', 'EUR'), suspense('EUR')],
  ...[trading('EUR', 'USD', 'EUR')],
]

const posted = (debit: string, credit: string, amount: bigint): PostingText =>
  [debit, credit, amount.toString(), 'EUR', 'posted'] as const

const sumOf = (transactions: readonly { readonly type: string; readonly postings: readonly PostingText[] }[]) => {
  const sums = new Map<string, Earned>()
  for (const one of transactions) addEarned(sums, { ...one, metadata: null })
  return sums.get('EUR')
}

test('whatever is posted, what owners hold, what the platform took and what gateways charged follow from the columns', () => {
  const account = fc.constantFrom(...OWNERS, ...OTHERS)
  const posting = fc.record({ debit: account, credit: account, amount: fc.bigInt(1n, 1_000n) })
  const type = fc.constantFrom('capture', 'refund', 'refund_undone', 'settlement', 'payout_paid', 'dispute')
  const transaction = fc.record({ type, of: fc.array(posting, { minLength: 1, maxLength: 4 }) })
  fc.assert(
    fc.property(fc.array(transaction, { minLength: 1 }), (made) => {
      const postings = made.flatMap(({ of }) => of)
      const holds = (wanted: (path: string) => boolean, side: 'debit' | 'credit'): bigint =>
        postings.reduce((sum, { debit, credit, amount }) => {
          const net = (wanted(credit.account) ? amount : 0n) - (wanted(debit.account) ? amount : 0n)
          return sum + (side === 'credit' ? net : -net)
        }, 0n)
      const owned = new Set(OWNERS.map((one) => one.account))
      const sum = sumOf(
        made.map(({ type: of, of: some }) => ({
          type: of,
          postings: some.map((one) => posted(one.debit.account, one.credit.account, one.amount)),
        })),
      )
      if (sum === undefined) throw new Error('nothing was counted')
      const { gross, refunds, disputes, fees, exchanged, paidOut, other } = sum
      expect(gross - refunds - disputes - fees + exchanged - paidOut + other).toBe(
        holds((path) => owned.has(path), 'credit'),
      )
      expect(fees).toBe(holds((path) => path === FEES.account, 'credit'))
      expect(sum.gatewayCosts).toBe(holds((path) => path === COSTS.account, 'debit'))
    }),
  )
})

test('each kind of movement has its column', () => {
  const [pending, available] = [pendingOf('ann', 'EUR').account, availableOf('ann', 'EUR').account]
  const owed = receivable('g', 'a', 'EUR').account
  const column = (debit: string, credit: string, type = 'x', purpose?: string) => {
    const sums = new Map<string, Earned>()
    const metadata = purpose === undefined ? null : { purpose }
    addEarned(sums, { type, metadata, postings: [posted(debit, credit, 100n)] })
    const row = earningsRow('mer_1', 'all', 'EUR', sums.get('EUR') as Earned)
    return Object.entries(row).filter(([, text]) => text === '1.00' || text === '-1.00')
  }
  expect(column(owed, pending, 'capture')).toEqual([
    ['gross', '1.00'],
    ['net', '1.00'],
  ])
  expect(column(pending, owed, 'capture_undone')).toEqual([
    ['gross', '-1.00'],
    ['net', '-1.00'],
  ])
  expect(column(pending, owed, 'refund')).toEqual([
    ['refunds', '1.00'],
    ['net', '-1.00'],
  ])
  expect(column(pending, frozenOf('ann', 'EUR').account)).toEqual([
    ['disputes', '1.00'],
    ['net', '-1.00'],
  ])
  expect(column(pending, FEES.account)).toEqual([
    ['fees', '1.00'],
    ['net', '-1.00'],
    ['margin', '1.00'],
  ])
  expect(column(pending, available)).toEqual([])
  const bank = bankAccount('main', 'EUR').account
  expect(column(available, bank)).toEqual([['paidOut', '1.00']])
  expect(column(available, bank, 'payout_paid', 'refund')).toEqual([
    ['refunds', '1.00'],
    ['net', '-1.00'],
  ])
  expect(column(trading('EUR', 'USD', 'EUR').account, pending)).toEqual([['exchanged', '1.00']])
  expect(column(suspense('EUR').account, pending)).toEqual([['other', '1.00']])
  expect(column(COSTS.account, owed)).toEqual([
    ['gatewayCosts', '1.00'],
    ['margin', '-1.00'],
  ])
})

test('holds earn nothing', () => {
  const [debit, credit] = [receivable('g', 'a', 'EUR').account, pendingOf(null, 'EUR').account]
  const holds = (['pending', 'voided'] as const).map((phase) => [debit, credit, '100', 'EUR', phase] as const)
  expect(sumOf([{ type: 'authorize', postings: holds }])).toBeUndefined()
})
