import type { Storage } from '@florin/core/storage'
import { expect, test } from 'vitest'
import type { World } from '../world.ts'
import { MERCHANT, settleNow, settling } from './settling.ts'

const PLANS = { daily: { mode: 'batch', reserve: { kind: 'rolling', basisPoints: 1_000, days: 1 } } } as const

/** What verification says of two settlements, the first of whose rows reads as `changed`. */
const verified = async (shop: World, changed: Record<string, unknown>): Promise<readonly string[]> => {
  const reading = (inner: Storage): Storage => ({
    ...inner,
    async *scan(table, query) {
      let first = true
      for await (const page of inner.scan(table, query)) {
        yield page.map((row) => {
          if (table.name !== 'settlements' || query.index !== 'range' || !first) return row
          first = false
          return { ...row, ...changed }
        })
      }
    },
  })
  const other = await shop.another({
    storage: reading,
    options: { merchants: { [MERCHANT]: { settlement: PLANS } } },
  })
  const { payments, ok } = await shop.run(other.verify())
  expect(ok).toBe(payments.ok)
  return payments.problems.map(({ what }) => what.replace(/stl_\w+/g, 'it'))
}

const shopWithTwo = async (): Promise<World> => {
  const shop = await settling(PLANS)
  for (const amount of ['100.00', '20.00']) {
    await shop.pay({ amount })
    await settleNow(shop)
  }
  return shop
}

test('settlements that agree with each other and with the ledger verify', async () => {
  const shop = await shopWithTwo()
  expect(await verified(shop, {})).toEqual([])
  await shop.advance(2 * 86_400_000)
  await shop.tick()
  expect((await shop.run(shop.florin.verify())).ok).toBe(true)
})

test.each([
  [{ toVersion: 1 }, /begins after version \d+, and should after 1/],
  [{ carriedIn: 5n, carriedOut: 5n }, /begins with 5, and the one before left 0/],
  [{ fromVersion: 1 }, /begins after version 1, and should after 0/],
  [{ paid: 1n }, /has moved 8798 to available, not 1/],
  [{ reserved: 1n }, /has moved 977 to reserve, not 1/],
  [{ carriedOut: 7n }, /had 9775 to divide, and paid, reserved and carried 9782/],
  [{ reserveState: 'released' }, /has moved 0 out of reserve, not 977/],
  [{ movedAt: null }, /was opened before it had ended/],
] as const)('a row with another %o does not', async (changed, problem) => {
  expect((await verified(await shopWithTwo(), changed)).join('\n')).toMatch(problem)
})
