import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ecb, openShop, sell, written } from './fx.ts'
import { book } from './fx-hedges.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it.each(['fx', 'fx-hedges'])('the guide to exchange shows the code that is compiled and run here: %s', (name) => {
  const [, shown] =
    new RegExp(`<!-- code: docs/code/${name}\\.ts -->\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(text('../fx.md')) ?? []
  expect(shown).toBe(text(`${name}.ts`))
})

it('a trade is booked against the position that sales have left open', async () => {
  const florin = await openShop(written())
  const method = { type: 'card', token: 'tok_approve' } as const
  const settle = { currency: 'EUR' }
  await florin.payments.create({ reference: 'open', amount: '12000.00', currency: 'USD', method, settle })
  expect(await book(florin)).toMatchObject({ rate: '0.924', pair: 'EUR-USD', by: 'op_17' })
  const [{ positions } = { positions: [] }] = await florin.fx.exposure()
  expect(positions.find(({ currency }) => currency === 'USD')).toEqual({ currency: 'USD', amount: '2000.00' })
  await florin.close()
})

it('which sells in dollars, settles in euros, and converts a refund back at the same rate', async () => {
  const { quote, paid, back, exposure } = await sell()
  expect(quote).toMatchObject({ from: 'USD', to: 'EUR', status: 'open', source: 'static' })
  expect(paid.settle).toMatchObject({ currency: 'EUR', rate: quote.rate, amount: '91.68' })
  expect(back.settle).toMatchObject({ amount: '68.76' })
  expect(exposure).toMatchObject([{ pair: 'EUR-USD', positions: [{ currency: 'EUR' }, { amount: '75.00' }] }])
  expect(ecb().name).toBe('ecb')
})
