import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { explained } from './routing.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const guide = text('../routing.md')

it('the guide to routing shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/routing\.ts -->\n```ts\n([\s\S]*?)```/.exec(guide) ?? []
  expect(shown).toBe(text('routing.ts'))
})

it('and the explanations that it gives', () => {
  const shown = [...guide.matchAll(/```text\n([\s\S]*?)\n```/g)].map(([, explanation]) => explanation)
  expect(shown).toEqual(explained)
})
