import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  gatewayCosts,
  merchantAvailable,
  merchantPending,
  platformFees,
  receivable,
  sellerAvailable,
  sellerPending,
  suspense,
} from './index.ts'

test('paths read from owner to purpose to currency, and nothing has a floor', () => {
  expect([
    receivable('sandbox', 'main', 'EUR'),
    gatewayCosts('sandbox', 'main', 'EUR'),
    merchantPending('EUR'),
    merchantAvailable('EUR'),
    sellerPending('ann', 'EUR'),
    sellerAvailable('ann', 'EUR'),
    platformFees('EUR'),
    suspense('EUR'),
  ]).toEqual([
    { account: 'gateway/sandbox/main/receivable/EUR', side: 'debit', floor: null },
    { account: 'gateway/sandbox/main/costs/EUR', side: 'debit', floor: null },
    { account: 'merchant/pending/EUR', side: 'credit', floor: null },
    { account: 'merchant/available/EUR', side: 'credit', floor: null },
    { account: 'seller/ann/pending/EUR', side: 'credit', floor: null },
    { account: 'seller/ann/available/EUR', side: 'credit', floor: null },
    { account: 'platform/fees/EUR', side: 'credit', floor: null },
    { account: 'suspense/EUR', side: 'credit', floor: null },
  ])
})

test('odd characters are escaped, so that no name reaches into another path', () => {
  expect(sellerPending('ann/pending/EUR', 'EUR').account).toBe('seller/ann%2Fpending%2FEUR/pending/EUR')
  expect(sellerPending('50% Ä', 'EUR').account).toBe('seller/50%25%20%C3%84/pending/EUR')
  expect(receivable('a/b', 'c', 'EUR').account).not.toBe(receivable('a', 'b/c', 'EUR').account)
})

test('different names never share an account', () => {
  const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'B', '/', '%', '2', 'F', '.', 'ä', '\0', '💶') })
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(sellerPending(a, 'EUR').account === sellerPending(b, 'EUR').account).toBe(a === b)
      expect(sellerPending(a, 'EUR').account).toMatch(/^[A-Za-z0-9_.%/-]+$/)
    }),
  )
})

test('a name that is empty is refused', () => {
  expect(() => sellerPending('', 'EUR')).toThrow(/name of its seller/)
  expect(() => receivable('sandbox', 'main', '')).toThrow(/name of its currency/)
})
