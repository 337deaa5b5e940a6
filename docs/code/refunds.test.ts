import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { refundTwice } from './refunds.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to refunds shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/refunds\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../refunds.md')) ?? []
  expect(shown).toBe(text('refunds.ts'))
})

it('which refunds a little at once, and more once somebody approved it', async () => {
  const { small, large, approved, refused } = await refundTwice()
  expect(small.refunds).toMatchObject([{ status: 'succeeded', amount: '20.00' }])
  expect(large).toMatchObject({ refunded: '20.00', refundable: '830.00' })
  expect(approved).toMatchObject({ status: 'succeeded', because: ['approval_above'], decision: { by: 'op_17' } })
  expect(refused).toMatchObject({ code: 'policy_refused', details: { rule: 'most_per_refund' } })
})
