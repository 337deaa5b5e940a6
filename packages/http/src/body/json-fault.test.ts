import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonFault } from './json-fault.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('the place where a text stops being JSON', () => {
  it.each([
    ['', 0],
    ['{', 1],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ["{'a':1}", 1],
    ['[1,,2]', 3],
    ['[1 2]', 3],
    ['[1}', 2],
    ['01', 1],
    ['-', 0],
    ['1.', 1],
    ['tru', 0],
    ['"\\x"', 1],
    ['"\\u12g4"', 1],
    ['"a\nb"', 2],
    ['{"a":1}}', 7],
    ['{"amount": 49,90}', 14],
    ['\u00a0{}', 0],
  ])('of %j is %i', (text, position) => {
    expect(isJson(text)).toBe(false)
    expect(jsonFault(text)?.position).toBe(position)
  })

  it('is told by line and column, from 1', () => {
    expect(jsonFault('{\n  "a": 1\n  "b": 2\n}')).toEqual({ position: 13, line: 3, column: 3 })
  })

  it('is nowhere in JSON, and somewhere in anything else', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', ']', '0', ' ', '\\', 'e'),
        (json, at, put) => {
          expect(jsonFault(json)).toBeUndefined()
          const cut = at % (json.length + 1)
          for (const broken of [json.slice(0, cut) + put + json.slice(cut), json.slice(0, cut) + put]) {
            expect(jsonFault(broken) === undefined).toBe(isJson(broken))
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is found however deep the nesting', () => {
    expect(jsonFault('['.repeat(1_000_000))?.position).toBe(1_000_000)
  })
})
