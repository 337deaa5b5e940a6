import { readFileSync } from 'node:fs'
import { ADYEN_TEST_CARDS } from '@florin/adapters-adyen'
import { isFlorinError } from '@florin/core'
import { afterEach, expect, it, vi } from 'vitest'
import { openShop } from './adyen.ts'

afterEach(() => vi.unstubAllEnvs())

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to Adyen shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/adyen\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../adyen.md')) ?? []
  expect(shown).toBe(text('adyen.ts'))
})

it('which opens a shop, and refuses to without its secrets', async () => {
  const failure = await Promise.resolve()
    .then(openShop)
    .catch((error: unknown) => error)
  expect(isFlorinError(failure, 'configuration')).toBe(true)
  vi.stubEnv('ADYEN_API_KEY', 'AQE-key-of-the-guide')
  vi.stubEnv('ADYEN_HMAC_KEY', 'ab'.repeat(32))
  vi.stubEnv('ADYEN_WEBHOOK_PASSWORD', 'password-of-the-guide')
  const florin = await openShop()
  await florin.close()
})

it('and lists every test card', () => {
  const guide = text('../adyen.md')
  for (const { token, does } of Object.values(ADYEN_TEST_CARDS)) expect(guide).toContain(`| \`${token}\` | ${does} |`)
})
