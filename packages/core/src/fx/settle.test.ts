import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { merchantPending, platformFees, receivable } from '../ledger/index.ts'
import { ROUNDINGS } from '../money/index.ts'
import type { Posting } from '../records/index.ts'
import { type SettleTerms, settleBooking, settledAmount } from './settle.ts'

const own = merchantPending('USD')
const gateway = receivable('g', 'a', 'USD')

const terms = (more: Partial<SettleTerms> = {}): SettleTerms => ({
  currency: 'EUR',
  quote: 'fxq_1',
  rate: '0.9154',
  feePercent: '0',
  rounding: 'half_even',
  ...more,
})

/** Money that comes to the merchant, or goes, below zero. */
const moved = (amount: bigint): readonly Posting[] => {
  const [debit, credit] = amount > 0n ? [gateway, own] : [own, gateway]
  return [{ debit, credit, amount: amount < 0n ? -amount : amount, currency: 'USD', phase: 'posted' }]
}

/** Net minor units by account. */
const sums = (postings: readonly Posting[]): ReadonlyMap<string, bigint> => {
  const by = new Map<string, bigint>()
  const add = (account: string, amount: bigint) => by.set(account, (by.get(account) ?? 0n) + amount)
  for (const { debit, credit, amount } of postings) {
    expect(amount > 0n).toBe(true)
    add(debit.account, -amount)
    add(credit.account, amount)
  }
  return by
}

describe('the conversion of a booking', () => {
  test('takes what came, less the fee in the same booking, through both trading accounts', () => {
    const fee: Posting = { debit: own, credit: platformFees('USD'), amount: 315n, currency: 'USD', phase: 'posted' }
    const { postings, converted } = settleBooking([...moved(10_000n), fee], 'USD', terms({ feePercent: '1' }), 0n)
    expect(converted).toBe(9_685n)
    expect(postings.map(({ debit, credit, amount }) => `${debit.account} > ${credit.account} ${amount}`)).toEqual([
      'merchant/pending/USD > trading/EUR-USD/USD 9685',
      'trading/EUR-USD/EUR > merchant/pending/EUR 8866', // 8865.649
      'merchant/pending/EUR > platform/fees/EUR 89',
    ])
    expect(settledAmount(converted, 'USD', terms({ feePercent: '1' }))).toBe(8_777n)
  })

  test('counts no holds, and nothing that is not the merchant’s', () => {
    const [hold] = moved(5_000n)
    const postings = [{ ...hold, phase: 'pending' } as Posting, { ...hold, phase: 'voided' } as Posting]
    expect(settleBooking(postings, 'USD', terms(), 7n)).toEqual({ postings: [], converted: 7n })
    const settled = { ...hold, phase: 'settled' } as Posting
    expect(settleBooking([settled], 'USD', terms(), 0n).converted).toBe(5_000n)
  })

  test('of whatever comes and goes in however many parts leaves nothing once all of it went back', () => {
    const parts = fc.array(fc.bigInt(-1_000_000n, 1_000_000n), { minLength: 1, maxLength: 12 })
    const rate = fc.integer({ min: 1, max: 2_000_000 }).map((points) => (points / 10_000).toFixed(4))
    const rounding = fc.constantFrom(...ROUNDINGS)
    const currency = fc.constantFrom('EUR', 'JPY', 'KWD')
    const feePercent = fc.constantFrom('0', '0.7', '3')
    fc.assert(
      fc.property(parts, fc.record({ rate, rounding, currency, feePercent }), (amounts, given) => {
        const all = [...amounts, -amounts.reduce((sum, one) => sum + one, 0n)].filter((one) => one !== 0n)
        let converted = 0n
        const booked: Posting[] = []
        for (const amount of all) {
          const booking = moved(amount)
          const made = settleBooking(booking, 'USD', terms(given), converted)
          booked.push(...booking, ...made.postings)
          converted = made.converted
          const left = sums(booked)
          expect(left.get(own.account) ?? 0n).toBe(0n) // nothing of the buyer's currency is ever left
          const got = left.get(`merchant/pending/${given.currency}`) ?? 0n
          expect(got).toBe(settledAmount(converted, 'USD', terms(given)))
        }
        expect([...sums(booked).values()].filter((one) => one !== 0n)).toEqual([])
      }),
    )
  })
})
