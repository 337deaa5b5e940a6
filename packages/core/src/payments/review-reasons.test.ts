import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { REVIEW_ACTIONS, REVIEW_REASONS } from './review-reasons.ts'

const guide = readFileSync(new URL('../../../../docs/recovery.md', import.meta.url), 'utf8')

/** The names in the first column of the table with this head. */
const listed = (head: string): readonly string[] => {
  const from = guide.indexOf(`| ${head} |`)
  const table = guide.slice(from, guide.indexOf('\n\n', from)).split('\n').slice(2)
  return table.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
}

test('the guide says of every reason what it means, and what a person can do', () => {
  expect([...listed('reason')].sort()).toEqual([...REVIEW_REASONS].sort())
})

test('the guide says what every action does', () => {
  expect([...listed('action')].sort()).toEqual([...REVIEW_ACTIONS].sort())
})
