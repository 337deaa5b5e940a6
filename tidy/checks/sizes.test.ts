import { describe, expect, it } from 'vitest'
import { house } from '../planted.ts'
import { printed } from '../violation.ts'
import { fileSizes, functionSizes } from './sizes.ts'

const lines = (count: number, line = 'f()'): string => `${line}\n`.repeat(count)
const files = (text: string, path = 'a.ts') => house({ [path]: text })
const reason = 'a table that is read as a whole'

describe('the check of file sizes', () => {
  it('counts lines of code, not comments or blank lines', () => {
    expect(fileSizes(files(lines(300)), [])).toEqual([])
    expect(fileSizes(files(`${lines(300)}\n\n// why\n/* why\n why\n */\n`), [])).toEqual([])
    expect(fileSizes(files(lines(301)), []).map(printed)).toEqual([
      'a.ts:1 has 301 lines of code, more than 300 → split it by concept, or give the reason in tidy/allowances.ts',
    ])
    expect(fileSizes(files(lines(301, "f() // and why, and '/*' too")), [])).toHaveLength(1)
  })

  it('lets a file have what it was allowed with a reason, and no more', () => {
    const allowed = [{ path: 'a.ts', lines: 310, reason }]
    expect(fileSizes(files(lines(310)), allowed)).toEqual([])
    expect(fileSizes(files(lines(311)), allowed)).toHaveLength(1)
  })

  it('refuses an allowance without a reason, or that is not needed', () => {
    expect(fileSizes(files(lines(310)), [{ path: 'a.ts', lines: 310, reason: 'long' }])[0]?.what).toContain(
      'without a reason',
    )
    expect(fileSizes(files(lines(10)), [{ path: 'a.ts', lines: 310, reason }])[0]?.what).toContain('no longer needs')
  })
})

describe('the check of function sizes', () => {
  it.each([
    ['a function', (body: string) => `function long() {\n${body}}`, "'long'"],
    ['an arrow', (body: string) => `const long = () => {\n${body}}`, "'long'"],
    ['a method', (body: string) => `class A { long() {\n${body}} }`, "'long'"],
    ['a member', (body: string) => `const a = { long: () => {\n${body}} }`, "'long'"],
    ['a callback', (body: string) => `x.map(() => {\n${body}})`, 'a function of'],
  ])('finds %s above 70 lines', (_, write, name) => {
    expect(functionSizes(files(write(lines(68))))).toEqual([])
    const [found] = functionSizes(files(`\n${write(lines(69))}`))
    expect(found).toMatchObject({ path: 'a.ts', line: 2 })
    expect(found?.what).toContain(name)
    expect(found?.what).toContain('of 71 lines')
  })

  it('lets comments and tests be as long as they need', () => {
    expect(functionSizes(files(`function f() {\n${lines(60)}${lines(60, '// why')}}`))).toEqual([])
    expect(functionSizes(files(`describe('x', () => {\n${lines(90)}})`, 'a.test.ts'))).toEqual([])
  })
})
