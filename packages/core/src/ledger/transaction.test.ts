import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, toHex } from '../kernel/index.ts'
import type { ClaimOp, PostOp } from '../records/index.ts'
import {
  holdPostings,
  type LedgerTransactionRow,
  ledgerTransaction,
  type NewTransaction,
  sameTransaction,
  transactionDigest,
} from './index.ts'

const at = { gateway: 'sandbox', account: 'main', currency: 'EUR' }
const transaction: NewTransaction = {
  merchant: 'mer_1',
  reference: 'att_1/hold',
  subject: 'pay_1',
  type: 'hold',
  postings: holdPostings({ ...at, shares: [{ beneficiary: null, amount: 4990n }] }),
  metadata: { order: '7', shop: 'a' },
  effectiveAt: 1_700_000_000_000,
  recordedAt: 1_700_000_000_500,
}
const rowOf = (from: NewTransaction): LedgerTransactionRow =>
  (ledgerTransaction(from).guards[0] as unknown as ClaimOp).row as LedgerTransactionRow

describe('a ledger transaction', () => {
  test('claims its reference and books its postings', () => {
    const { guards, digest } = ledgerTransaction(transaction)
    const [claim, post] = guards as unknown as [ClaimOp, PostOp]
    expect(claim.table.name).toBe('ledger_transactions')
    expect(claim.row).toEqual({
      merchant: 'mer_1',
      reference: 'att_1/hold',
      subject: 'pay_1',
      type: 'hold',
      postings: [['gateway/sandbox/main/receivable/EUR', 'merchant/pending/EUR', '4990', 'EUR', 'pending']],
      metadata: { order: '7', shop: 'a' },
      effectiveAt: 1_700_000_000_000,
      recordedAt: 1_700_000_000_500,
      digest,
    })
    expect(post).toMatchObject({ merchant: 'mer_1', transaction: 'att_1/hold', at: 1_700_000_000_500 })
    expect(post.postings).toBe(transaction.postings)
  })

  test('has a digest that is found again from its row', () => {
    for (const metadata of [transaction.metadata ?? null, null, {}]) {
      const row = rowOf({ ...transaction, metadata })
      expect(transactionDigest(row)).toEqual(row.digest)
    }
  })

  test('has the digest that this version has always given', () => {
    expect(toHex(ledgerTransaction(transaction).digest)).toMatchInlineSnapshot(
      `"a5dfa7d18693ff677dee789b13364222a66a41589c61f33b143cfdaed2713cb9"`,
    )
  })

  test('is another one as soon as anything but the recorded date differs', () => {
    const { digest } = ledgerTransaction(transaction)
    const [posting] = transaction.postings
    if (posting === undefined) throw new Error('no posting')
    const others: Partial<NewTransaction>[] = [
      { merchant: 'mer_2' },
      { reference: 'att_2/hold' },
      { subject: 'pay_2' },
      { type: 'capture' },
      { effectiveAt: transaction.effectiveAt + 1 },
      { metadata: null },
      { metadata: {} },
      { metadata: { order: '7', shop: 'b' } },
      { metadata: { order: '7', sho: 'pa' } },
      { postings: [{ ...posting, amount: 4991n }] },
      { postings: [{ ...posting, phase: 'posted' }] },
      { postings: [{ ...posting, debit: posting.credit, credit: posting.debit }] },
      { postings: [posting, posting] },
    ]
    const digests = others.map((other) => ledgerTransaction({ ...transaction, ...other }).digest)
    for (const other of digests) expect(sameTransaction({ digest: other }, digest)).toBe('conflicts')
    expect(new Set([digest, ...digests].map(toHex)).size).toBe(others.length + 1)
    const later = ledgerTransaction({ ...transaction, recordedAt: 1, metadata: { shop: 'a', order: '7' } })
    expect(sameTransaction({ digest }, later.digest)).toBe('replays')
  })

  test('has no two contents with one encoding', () => {
    const text = fc.string({ maxLength: 4, unit: fc.constantFrom('1', ':', ';', 'm', 'n', 'p', 'a') })
    const content = fc.record({
      merchant: text,
      reference: text,
      subject: text,
      type: text,
      effectiveAt: fc.nat(20),
      metadata: fc.option(fc.dictionary(text, text, { maxKeys: 2 })),
      postings: fc.array(fc.tuple(text, text, text, text, fc.constant('posted' as const)), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(toHex(transactionDigest(a)) === toHex(transactionDigest(b))).toBe(canonical(a) === canonical(b))
      }),
      { numRuns: 2_000 },
    )
  })

  test('moves more than zero', () => {
    const [posting] = transaction.postings
    if (posting === undefined) throw new Error('no posting')
    expect(() => ledgerTransaction({ ...transaction, postings: [] })).toThrow(/no postings/)
    for (const amount of [0n, -1n]) {
      expect(() => ledgerTransaction({ ...transaction, postings: [{ ...posting, amount }] })).toThrow(/more than zero/)
    }
  })
})
