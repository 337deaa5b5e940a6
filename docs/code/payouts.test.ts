import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { payOut } from './payouts.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to payouts shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/payouts\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../payouts.md')) ?? []
  expect(shown).toBe(text('payouts.ts'))
})

it('which pays out once by a call, and once in a file', async () => {
  const { paid, filed, file } = await payOut()
  expect(paid).toMatchObject({ status: 'paid', rail: 'try', destination: { country: 'BE', last4: '6769' } })
  expect(filed).toMatchObject({ status: 'approved', rail: 'sepa' })
  expect(file).toMatchObject({ payouts: 1, batches: [{ total: '25.00' }] })
  expect(file?.content).toContain(`<EndToEndId>${filed.id.replace('_', '-')}</EndToEndId>`)
})
