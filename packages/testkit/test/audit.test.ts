import { describe, expect, test } from 'vitest'
import { audit } from './audit.ts'
import { table } from './rows.ts'
import { card, type World, world } from './world.ts'

/** Writes to a row behind Florin's back. */
const tamper = async (w: World, name: string, change: (row: Record<string, unknown>) => Record<string, unknown>) => {
  const of = table(name)
  for await (const page of w.inner.scan(of, { index: 'key', equals: {} })) {
    for (const row of page as readonly Record<string, unknown>[]) {
      const key = Object.fromEntries(of.key.map((column) => [column, row[column]]))
      const kept = Object.fromEntries(of.mutable.map((column) => [column, row[column]]))
      const guard = { op: 'replace', table: of, key, expect: row.version, set: { ...kept, ...change(row) } }
      const batch = { id: `bat_${name}`, at: 0, changes: [{ guards: [guard], effects: [] }] }
      await w.inner.commit(batch as unknown as Parameters<typeof w.inner.commit>[0])
    }
  }
}

const send = (w: World, path: string, body: object): void => {
  const headers = { 'idempotency-key': `planted ${path}` }
  w.acquirer.handle({ method: 'POST', path, headers, body: JSON.stringify(body) }, 'Bearer sandbox_default')
}

describe('the audit of these tests catches', () => {
  test.each<[string, (w: World) => unknown]>([
    [
      'a capture that Florin does not know of',
      (w) => w.acquirer.dashboard.capture(w.acquirer.books().charges[1]?.id ?? '', 1n),
    ],
    [
      'a refund that Florin does not know of',
      (w) => w.acquirer.dashboard.refund(w.acquirer.books().charges[0]?.id ?? '', 1n),
    ],
    ['a hold that was let go', (w) => w.acquirer.dashboard.cancel(w.acquirer.books().charges[1]?.id ?? '')],
    [
      'a charge that was never intended',
      (w) =>
        send(w, '/v1/charges', {
          reference: 'att_planted',
          amount: '1',
          currency: 'EUR',
          capture: 'automatic',
          method: { type: 'card', token: 'tok_do_not_honor' },
        }),
    ],
    ['a counter that does not follow', (w) => tamper(w, 'payments', () => ({ refunded: 1n }))],
    ['a status that does not follow', (w) => tamper(w, 'payments', () => ({ status: 'declined' }))],
    ['an attempt that is left open', (w) => tamper(w, 'attempts', () => ({ state: 'unknown' }))],
    [
      'a balance that was changed',
      (w) => tamper(w, 'accounts', (row) => ({ debitsPosted: (row.debitsPosted as bigint) + 1n })),
    ],
  ])('%s', async (_, plant) => {
    const w = await world()
    await w.pay()
    await w.pay({ capture: 'manual' })
    await w.pay({ method: card('tok_do_not_honor') })
    await audit(w)
    await plant(w)
    await expect(audit(w)).rejects.toThrow()
  })
})
