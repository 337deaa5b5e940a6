import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { settle } from './settlement.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to settlement shows the code that is compiled and run here', () => {
  const [, shown] =
    /<!-- code: docs\/code\/settlement\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../settlement.md')) ?? []
  expect(shown).toBe(text('settlement.ts'))
})

it('and settles what was captured, to a statement that sums up', async () => {
  const { settled, csv, wallet } = await settle()
  expect(settled).toMatchObject({ state: 'completed', paid: '49.90', plan: 'own' })
  expect(csv).toMatch(/,paid,stl_\w+,,49\.90,EUR\r\n$/)
  expect(wallet.balances).toMatchObject([{ currency: 'EUR', pending: '0.00', available: '49.90' }])
})
