import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SettlementTerms } from './plan.ts'
import { divideDue } from './rules.ts'

const TERMS: SettlementTerms = { minimum: '1', reserve: null, approval: 'automatic', payout: 'none' }
const rolling = (basisPoints: number, upTo: Record<string, string> = {}): SettlementTerms => ({
  ...TERMS,
  reserve: { basisPoints, days: 90, upTo },
})
const NONE = { held: 0n, currency: 'EUR' }
const divided = (paid: bigint, reserved: bigint, carriedOut: bigint) => ({ paid, reserved, carriedOut })

test('what is due is paid; what is owed, or too little, is carried', () => {
  expect(divideDue(10_000n, 10_000n, TERMS, NONE)).toEqual(divided(10_000n, 0n, 0n))
  expect(divideDue(-500n, 0n, TERMS, NONE)).toEqual(divided(0n, 0n, -500n))
  expect(divideDue(0n, 0n, TERMS, NONE)).toEqual(divided(0n, 0n, 0n))
  expect(divideDue(999n, 999n, { ...TERMS, minimum: '1000' }, NONE)).toEqual(divided(0n, 0n, 999n))
  expect(divideDue(1000n, 1000n, { ...TERMS, minimum: '1000' }, NONE)).toEqual(divided(1000n, 0n, 0n))
})

test('what has left the account since is not paid', () => {
  expect(divideDue(10_000n, 4_000n, TERMS, NONE)).toEqual(divided(4_000n, 0n, 6_000n))
  expect(divideDue(10_000n, -1n, TERMS, NONE)).toEqual(divided(0n, 0n, 10_000n))
})

test('a part is kept in reserve, rounded down, and no more than its limit', () => {
  expect(divideDue(999n, 999n, rolling(500), NONE)).toEqual(divided(950n, 49n, 0n))
  const limited = rolling(1_000, { EUR: '150' })
  expect(divideDue(1_000n, 1_000n, limited, { held: 100n, currency: 'EUR' })).toEqual(divided(950n, 50n, 0n))
  expect(divideDue(1_000n, 1_000n, limited, { held: 150n, currency: 'EUR' })).toEqual(divided(1_000n, 0n, 0n))
  expect(divideDue(1_000n, 1_000n, limited, { held: 150n, currency: 'CHF' })).toEqual(divided(900n, 100n, 0n))
  expect(divideDue(1n, 1n, rolling(10_000), NONE)).toEqual(divided(0n, 1n, 0n))
})

test('the parts always sum to what is due, and never take more than there is', () => {
  const minor = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
  fc.assert(
    fc.property(
      minor,
      minor,
      fc.nat(10_000),
      fc.nat(1_000_000),
      fc.nat(5_000),
      (due, available, points, minimum, held) => {
        const terms = { ...rolling(points, { EUR: '4000' }), minimum: String(minimum) }
        const { paid, reserved, carriedOut } = divideDue(due, available, terms, { held: BigInt(held), currency: 'EUR' })
        expect(paid + reserved + carriedOut).toBe(due)
        expect(paid >= 0n && reserved >= 0n).toBe(true)
        if (paid + reserved > 0n) expect(paid + reserved <= available).toBe(true)
      },
    ),
  )
})
