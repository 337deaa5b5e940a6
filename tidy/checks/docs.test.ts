import { describe, expect, it } from 'vitest'
import { house } from '../planted.ts'
import { printed } from '../violation.ts'
import { publicDocs } from './docs.ts'

const check = (files: Record<string, string>): string[] => publicDocs(house(files), ['index.ts']).map(printed)

describe('the check of documentation', () => {
  it('lets documented names pass, however they reach the door', () => {
    const files = {
      'index.ts': `export * from './a.ts'\nexport { b as c, type D } from './b.ts'\nexport { z } from 'zod'\n/** A name. */\nexport * as all from './hidden.ts'`,
      'a.ts': `/** One. */\nexport const one = 1\n/** Two.\n * More. */\nexport function two() {}\n/** Over. */\nexport function over(a: string): void\nexport function over(a: unknown): void {}`,
      'b.ts': `import { e } from './hidden.ts'\n/** B. */\nconst b = 1\n/** D. */\n// a note for the linter\nexport interface D {}\nexport { b, e }`,
      'hidden.ts': `export const e = 1`,
    }
    expect(check(files)).toEqual([])
  })

  it.each([
    ['export const x = 1'],
    ['export const { x } = y'],
    ['export function x() {}'],
    ['export class x {}'],
    ['export interface x {}'],
    ['export type x = 1'],
    ['const x = 1\nexport { x }'],
    ['const y = 1\nexport { y as x }'],
    ['// x\nexport const x = 1'],
    ['/* x */\nexport const x = 1'],
    ['/** */\nexport const x = 1'],
    ['/** of w */\nconst w = 1\nexport const x = 1'],
  ])('finds %j', (text) => {
    for (const files of [{ 'index.ts': text }, { 'index.ts': `export * from './a.ts'`, 'a.ts': text }]) {
      const found = check(files)
      expect(found).toHaveLength(1)
      expect(found[0]).toMatch(/^(index|a)\.ts:\d+ exports 'x' \(public through index\.ts\) without a doc comment → /)
    }
  })

  it('finds the declaration behind an import and a new name', () => {
    const found = check({
      'index.ts': `import { a } from './a.ts'\nexport { a as b }`,
      'a.ts': `\nexport { inner as a } from './deep/a.ts'`,
      'deep/a.ts': `\n\nexport const inner = 1`,
    })
    expect(found).toEqual([expect.stringContaining("deep/a.ts:3 exports 'b'")])
  })

  it('says nothing of what no door shows', () => {
    expect(
      check({ 'index.ts': `export { a } from './a.ts'`, 'a.ts': `/** A. */\nexport const a = 1\nexport const b = 1` }),
    ).toEqual([])
  })

  it('finds a door that is not there', () => {
    expect(publicDocs([], ['packages/p/src/index.ts'])).toHaveLength(1)
  })
})
