import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openShop, order, preview } from './failover.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to failover shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/failover\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../failover.md')) ?? []
  expect(shown).toBe(text('failover.ts'))
})

it('and takes the payment, where it says that it would', async () => {
  expect(await preview()).toContain('1. adyen (account default)')
  const florin = await openShop()
  const payment = await florin.payments.create(order)
  expect(payment).toMatchObject({ status: 'succeeded', gateway: 'adyen' })
  await florin.close()
})
