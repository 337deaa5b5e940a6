import { readFileSync } from 'node:fs'
import { STRIPE_VERSION } from '@florin/adapters-stripe'
import { isFlorinError } from '@florin/core'
import { afterEach, expect, it, vi } from 'vitest'
import { openShop } from './stripe.ts'

afterEach(() => vi.unstubAllEnvs())

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to Stripe shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/stripe\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../stripe.md')) ?? []
  expect(shown).toBe(text('stripe.ts'))
})

it('which opens a shop, and refuses to without its secrets', async () => {
  const failure = await Promise.resolve()
    .then(openShop)
    .catch((error: unknown) => error)
  expect(isFlorinError(failure, 'configuration')).toBe(true)
  vi.stubEnv('STRIPE_API_KEY', 'sk_test_guide')
  vi.stubEnv('STRIPE_WEBHOOK_SECRET', `whsec_${'ab'.repeat(16)}`)
  const florin = await openShop()
  await florin.close()
})

it('and names the version that is spoken', () => {
  expect(text('../stripe.md')).toContain(STRIPE_VERSION)
})
