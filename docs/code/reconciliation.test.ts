import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { reconcile } from './reconciliation.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to reconciliation shows the code that is compiled and run here', () => {
  const [, shown] =
    /<!-- code: docs\/code\/reconciliation\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../reconciliation.md')) ?? []
  expect(shown).toBe(text('reconciliation.ts'))
})

it('and matches what is ours, finds what is not, and resolves it', async () => {
  const { run, found, left } = await reconcile()
  expect(run).toMatchObject({ state: 'completed', counts: { matched: 1, missingHere: 1, malformed: 1 } })
  expect(run.malformed).toEqual([{ line: 3, why: "'sculpture' is no kind of line" }])
  expect(found).toMatchObject([{ kind: 'missing_here', theirs: '12.00', line: 'l2' }])
  expect(left).toEqual([])
})
