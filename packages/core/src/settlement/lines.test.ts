import { expect, test } from 'vitest'
import { availableOf, frozenOf, pendingOf, platformFees, receivable, reserveOf } from '../ledger/index.ts'
import { linesOf } from './lines.ts'

const own = pendingOf(null, 'EUR').account
const gateway = receivable('sandbox', 'main', 'EUR').account
type Posting = [
  debit: string,
  credit: string,
  amount: string,
  currency: string,
  phase: 'posted' | 'pending' | 'settled' | 'voided',
]

/** The lines of a transaction whose entries on the account are all of its own. */
const of = (type: string, ...postings: Posting[]) => {
  const mine = postings.filter(([debit, credit]) => debit === own || credit === own)
  const entries = mine.map(([debit, , amount, , phase], index) => ({
    ...{ merchant: 'mer_1', account: own, version: index + 1, transaction: 't', at: 5, balance: 0n, pending: 0n },
    side: debit === own ? ('debit' as const) : ('credit' as const),
    phase,
    amount: BigInt(amount),
  }))
  const transaction = {
    ...{ merchant: 'mer_1', reference: 't', subject: 'pay_1', type, postings, metadata: null },
    ...{ effectiveAt: 5, recordedAt: 5, digest: new Uint8Array() },
  }
  const lines = linesOf({ account: own, owner: null, currency: 'EUR' }, entries, transaction)
  return lines.map(({ kind, amount }) => [kind, amount])
}

const fees = platformFees('EUR').account

test('a capture is a line, and its fee another; what is only held is none', () => {
  expect(of('hold', [gateway, own, '100', 'EUR', 'pending'])).toEqual([])
  expect(of('release', [gateway, own, '100', 'EUR', 'voided'])).toEqual([])
  expect(of('capture', [gateway, own, '100', 'EUR', 'settled'], [own, fees, '3', 'EUR', 'posted'])).toEqual([
    ['capture', 100n],
    ['fee', -3n],
  ])
  expect(of('capture_undone', [fees, own, '3', 'EUR', 'posted'], [own, gateway, '100', 'EUR', 'posted'])).toEqual([
    ['fee', 3n],
    ['capture', -100n],
  ])
})

test('refunds, disputes, reserves and earlier settlements are told apart by where the money goes', () => {
  const other = receivable('sandbox', 'other', 'EUR').account
  expect(of('refund', [own, gateway, '30', 'EUR', 'posted'])).toEqual([['refund', -30n]])
  expect(of('refund_undone', [gateway, own, '30', 'EUR', 'posted'])).toEqual([['refund', 30n]])
  expect(of('anything', [own, frozenOf(null, 'EUR').account, '7', 'EUR', 'posted'])).toEqual([['dispute', -7n]])
  const kept = reserveOf(null, 'EUR').account
  expect(
    of('settlement', [own, availableOf(null, 'EUR').account, '60', 'EUR', 'posted'], [own, kept, '4', 'EUR', 'posted']),
  ).toEqual([
    ['settlement', -60n],
    ['settlement', -4n],
  ])
  expect(of('reserve_release', [kept, own, '4', 'EUR', 'posted'])).toEqual([['reserve_cover', 4n]])
  expect(of('correction', [other, own, '1', 'EUR', 'posted'])).toEqual([['adjustment', 1n]])
})
