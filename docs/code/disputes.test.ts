import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { answerOne } from './disputes.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to disputes shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/disputes\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../disputes.md')) ?? []
  expect(shown).toBe(text('disputes.ts'))
})

it('which answers a chargeback, and wins it', async () => {
  const { answered, won, payment } = await answerOne()
  expect(answered).toMatchObject({
    ...{ status: 'evidence_submitted', frozen: '100.00', fee: '20.00' },
    ...{ acts: [{ kind: 'submit_evidence', status: 'applied' }] },
  })
  expect(won).toMatchObject({ status: 'won', frozen: '0.00', lost: '0.00' })
  expect(payment).toMatchObject({ disputeState: 'won', disputed: '0.00', refundable: '100.00' })
})
