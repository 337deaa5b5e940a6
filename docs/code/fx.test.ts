import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ecb, sell } from './fx.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to exchange shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/fx\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../fx.md')) ?? []
  expect(shown).toBe(text('fx.ts'))
})

it('which sells in dollars, settles in euros, and converts a refund back at the same rate', async () => {
  const { quote, paid, back, exposure } = await sell()
  expect(quote).toMatchObject({ from: 'USD', to: 'EUR', status: 'open', source: 'static' })
  expect(paid.settle).toMatchObject({ currency: 'EUR', rate: quote.rate, amount: '91.68' })
  expect(back.settle).toMatchObject({ amount: '68.76' })
  expect(exposure).toMatchObject([{ pair: 'EUR-USD', positions: [{ currency: 'EUR' }, { amount: '75.00' }] }])
  expect(ecb().name).toBe('ecb')
})
