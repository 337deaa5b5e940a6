import { describe, expect, it } from 'vitest'
import { printed } from '../violation.ts'
import { guides } from './guides.ts'

const README = { path: 'README.md', text: '[A](docs/a.md)\n' }
const check = (text: string, ...more: readonly { path: string; text: string }[]): string[] =>
  guides([README, { path: 'docs/a.md', text }, ...more]).map(printed)

describe('the check of guides', () => {
  it.each([
    ['| a | b |\n|---|---|\n| 1 | 2 |\ntext', 4, 'sticks to the table'],
    ['| a | b |\n|---|---|\n| 1 | 2 | 3 |', 3, 'has 3 cells in a table of 2'],
    ['| a | b |\n|---|---|\n| `x|y` | 2 |', 3, 'has 3 cells in a table of 2'],
    ['| a | b |\n|---|---|\n| 1 |', 3, 'has 1 cells in a table of 2'],
    ['| a | b |\n|---|---|\n| 1 | 2', 3, 'is a row that is not closed'],
    ['| a | b |\n|---|---|\n| 1 | 2 |glued', 3, 'is a row that is not closed'],
    ['| a | b |\n| 1 | 2 |', 1, 'begins a table without a rule'],
    ['see [b](b.md)', 1, 'links to docs/b.md, which is not there'],
    ['see [there](../README.md#nowhere)', 1, 'links to #nowhere, which README.md has not'],
    ['# A\n\nsee [below](#b)', 3, 'links to #b, which docs/a.md has not'],
  ])('finds %j', (text, line, what) => {
    expect(check(text)).toEqual([expect.stringContaining(`docs/a.md:${line} ${what}`)])
  })

  it('finds a guide that nobody finds', () => {
    expect(check('fine', { path: 'docs/b.md', text: '[a](a.md)' })).toEqual([
      expect.stringContaining('docs/b.md:1 is linked nowhere in README.md'),
    ])
  })

  it('lets whole tables, good links and code pass', () => {
    const text = [
      '## With a `provider`’s (own) name',
      '| a | b |\n|---|:-:|\n| x \\| y | 2 |\n',
      '```\n| a |\nsee [b](b.md)\n```\n',
      '`[b](b.md)` [up](../README.md) [here](#with-a-providers-own-name) [out](https://example.org/x) [code](code/)',
    ].join('\n')
    expect(check(text, { path: 'docs/code/x.ts', text: '' })).toEqual([])
  })
})
