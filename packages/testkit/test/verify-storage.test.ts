import { type VerifyProgress, verifyStorage } from '@florin/core'
import { describe, expect, it } from 'vitest'
import { world } from './world.ts'

describe('verifying a storage without gateways', () => {
  it('finds what florin.verify finds, and tells how far it is, part by part', async () => {
    const w = await world()
    await w.pay()
    await w.pay({ capture: 'manual' })
    const told: VerifyProgress[] = []
    const report = await verifyStorage(w.inner, { onProgress: (progress) => void told.push(progress) })
    expect(report).toEqual(await w.florin.verify())
    expect(report).toMatchObject({ ok: true, payments: { payments: 2 } })
    expect([...new Set(told.map(({ part }) => part))]).toEqual(['chain', 'ledger', 'payments'])
    for (const part of ['chain', 'ledger', 'payments']) {
      const rows = told.filter((one) => one.part === part).map((one) => one.rows)
      expect(rows).toEqual(rows.toSorted((a, b) => a - b))
      expect(rows.at(-1)).toBeGreaterThan(0)
    }
    const past = { ...report.chain.head, length: report.chain.head.length + 1 }
    expect((await verifyStorage(w.inner, { expectHead: past })).chain.problems).toMatchObject([{ kind: 'truncated' }])
  })
})
