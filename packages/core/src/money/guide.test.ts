import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as florin from '../index.ts'
import { divide, ROUNDINGS } from './rounding.ts'

const GUIDE = readFileSync(new URL('../../../../docs/money.md', import.meta.url), 'utf8')

/** Every line of the guide's examples: an expression, and what it gives or how it is refused. */
const examples = [...GUIDE.matchAll(/^(.+?) \/\/ (→|✗) (.+)$/gm)].map(([, code = '', mark, wanted = '']) => ({
  code,
  mark,
  wanted,
}))
const evaluate = (code: string): unknown =>
  new Function(...Object.keys(florin), `return ${code}`)(...Object.values(florin))

describe('the guide to money', () => {
  it('has examples, and each of their lines says what it gives', () => {
    const lines = [...GUIDE.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))
    expect(examples.map(({ code }) => code)).toEqual(lines.map((line) => line.replace(/ \/\/ .*/, '')))
    expect(examples.length).toBeGreaterThan(20)
  })

  it.each(examples)('$code $mark $wanted', ({ code, mark, wanted }) => {
    if (mark === '→') expect(inspect(evaluate(code))).toBe(wanted)
    else expect(() => evaluate(code)).toThrow(wanted)
  })

  it.each(ROUNDINGS)('shows %s as it is', (rounding) => {
    const row = GUIDE.split('\n').find((line) => line.startsWith(`| \`${rounding}\``))
    const shown = row
      ?.split('|')
      .slice(2, 5)
      .map((cell) => BigInt(cell.trim()))
    expect(shown).toEqual([25n, -25n, 21n].map((tenths) => divide(tenths, 10n, rounding)))
  })
})
