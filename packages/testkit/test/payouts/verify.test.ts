import type { Storage } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { verifyStorage } from '../../../core/src/flows/index.ts'
import { payoutWorld } from './payout-world.ts'

type Cells = Readonly<Record<string, unknown>>

/** The storage with one table's rows read differently: tampered with, as far as verification can see. */
const forged = (inner: Storage, name: string, change: (row: Cells) => Cells): Storage => {
  const seen = (table: { readonly name: string }, row: unknown): never =>
    (table.name === name && row !== undefined ? change(row as Cells) : row) as never
  return {
    ...inner,
    load: async (table, keys) => (await inner.load(table, keys)).map((row) => seen(table, row)),
    async *scan(table, query) {
      for await (const page of inner.scan(table, query)) yield page.map((row) => seen(table, row))
    },
  }
}

describe('verification', () => {
  test('compares payouts with their events, with the ledger, and with the refunds that they carry', async () => {
    const w = await payoutWorld()
    await w.fund(50_000n)
    const payment = await w.pay({ amount: '100.00' })
    const { id } = await w.payOut({ amount: '100.00', purpose: 'refund', payment: payment.id })
    await w.tick()
    expect(await verifyStorage(w.inner)).toMatchObject({ ok: true })
    const failed = await verifyStorage(forged(w.inner, 'payouts', (row) => ({ ...row, state: 'failed' })))
    expect(failed.payments.problems.map((one) => one.what)).toEqual([
      `payout ${id} is failed, and has moved -10000 on merchant/available/EUR`,
      `payout ${id} is failed, and has moved 10000 on bank/sandbox/EUR`,
      expect.stringMatching(`payout ${id} is failed, and its refund ref_\\w+ is succeeded`),
    ])
    const more = await verifyStorage(forged(w.inner, 'payouts', (row) => ({ ...row, amount: 9_999n })))
    expect(more.payments.problems).toHaveLength(2)
    const older = await verifyStorage(forged(w.inner, 'payouts', (row) => ({ ...row, version: 1 })))
    expect(older.chain.problems).toMatchObject([{ kind: 'truth_mismatch', subject: id }])
    const stray = await verifyStorage(forged(w.inner, 'refunds', (row) => ({ ...row, payout: null })))
    expect(stray.payments.problems.map((one) => one.what)).toContain(
      `payout ${id} is a refund of ${payment.id}, which has none of it`,
    )
  })
})
