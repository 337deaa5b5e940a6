import { describe, expect, it } from 'vitest'
import { house } from '../planted.ts'
import { printed } from '../violation.ts'
import { habits } from './habits.ts'

const check = (text: string, path = 'a.ts'): string[] => habits(house({ [path]: text })).map(printed)

describe('the check of habits', () => {
  it.each([
    ['export default 1', 'has a default export'],
    ['const a = 1\nexport { a as default }', 'has a default export'],
    ["export { default } from './b.ts'", 'has a default export'],
    ['let a: any', "has the type 'any'"],
    ['const a = (b: Record<string, any>[]) => b as any', "has the type 'any'"],
    ['// biome-ignore lint/suspicious/noExplicitAny: so\nlet a: any', "has the type 'any'"],
    ['// @ts-ignore\nf()', 'has @ts-ignore'],
    ['/* @ts-nocheck */', 'has @ts-nocheck'],
    ["it.only('x', f)", 'leaves tests out by .only'],
    ["describe.concurrent.only('x', f)", 'leaves tests out by .only'],
    ["it.only.each([1])('x', f)", 'leaves tests out by .only'],
    ["test.skip('x', f)", 'leaves tests out by .skip'],
    ["it.todo('x')", 'leaves tests out by .todo'],
    ['afterEach(f)', 'calls afterEach where it is loaded'],
  ])('finds %j', (text, what) => {
    const found = check(text)
    expect(found.length).toBeGreaterThan(0)
    for (const each of found) expect(each).toMatch(new RegExp(`^a\\.ts:[12] ${what.replace('.', '\\.')}.* → .{10}`))
  })

  it('lets the ordinary pass', () => {
    const text = [
      '// the word any, and `it.only(`, in a comment; @ts-ignore in the midst of one',
      "const any = 'any', s = 'export default'",
      '// @ts-expect-error a type test',
      'f()',
      'set.only(1)',
      "it('x', ({ skip }) => skip('no browser here'))",
      'test.skip(`x (skipped: no server)`, f)',
      '// biome-ignore lint/suspicious/noExplicitAny: variance has no other spelling',
      'type T = Table<any, any>',
    ].join('\n')
    expect(check(text)).toEqual([])
    expect(check('const f = () => afterEach(g)')).toEqual([])
    expect(check('afterEach(f)', 'a.test.ts')).toEqual([])
    expect(check('export default 1', 'tsup.config.ts')).toEqual([])
  })
})
