import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { runs, WITHIN_MS } from '../fuzz/runs.ts'
import { type World, world } from '../world.ts'

interface Page {
  readonly data: readonly unknown[]
  readonly next?: string | undefined
}
type List = (page: { readonly limit: number; readonly after?: string }) => Promise<Page>

let w: World

beforeAll(async () => {
  w = await world()
  for (let n = 0; n < 45; n++) {
    await w.pay({ capture: n % 3 === 0 ? 'manual' : 'automatic' })
    if (n % 7 === 0) await w.advance(1) // some in one millisecond, some not
  }
})

const LISTS: readonly (readonly [what: string, list: () => List])[] = [
  ['payments', () => (page) => w.florin.payments.list(page)],
  ['balances', () => (page) => w.florin.ledger.balances(page)],
  ['a statement, newest first', () => (page) => w.florin.ledger.statement('merchant/pending/EUR', page)],
  [
    'a statement, oldest first',
    () => (page) => w.florin.ledger.statement('merchant/pending/EUR', { ...page, order: 'oldest' }),
  ],
]

test.each(LISTS)(
  '%s: pages of any sizes make up the whole list, each thing once',
  async (_, list) => {
    const whole = await w.run(list()({ limit: 100 }))
    expect(whole.data.length).toBeGreaterThan(2)
    expect(whole.next).toBeUndefined()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 60 }), async (sizes) => {
        const seen: unknown[] = []
        let after: string | undefined
        for (let turn = 0; turn < 100; turn++) {
          const limit = sizes[turn % sizes.length] ?? 1
          const page: Page = await w.run(list()({ limit, ...(after === undefined ? {} : { after }) }))
          expect(page.data.length).toBeLessThanOrEqual(limit)
          seen.push(...page.data)
          after = page.next
          if (after === undefined) break
        }
        expect(seen).toEqual(whole.data)
      }),
      runs(25),
    )
  },
  WITHIN_MS,
)
