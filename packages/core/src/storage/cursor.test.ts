import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CATALOGUE } from '../catalogue/index.ts'
import { isFlorinError } from '../kernel/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'

const entries = CATALOGUE.find(({ name }) => name === 'entries')
const attempts = CATALOGUE.find(({ name }) => name === 'attempts')
if (entries === undefined || attempts === undefined) throw new Error('the catalogue has neither')

const code = (work: () => unknown): string => {
  try {
    return `no error: ${String(work())}`
  } catch (error) {
    return isFlorinError(error) ? error.code : `another error: ${error}`
  }
}

test('a cursor gives back what it was made of, whatever the kinds', () => {
  const row = fc.record({
    merchant: fc.string({ unit: 'grapheme' }),
    version: fc.nat(),
    amount: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  })
  const names = ['amount', 'merchant', 'version']
  fc.assert(
    fc.property(row, (cells) => {
      const back = decodeCursor(entries, names, encodeCursor(names, cells))
      expect(back).toEqual([cells.amount, cells.merchant, cells.version])
    }),
  )
  expect(decodeCursor(attempts, ['final'], encodeCursor(['final'], { final: true }))).toEqual([true])
})

test('anything else is refused as what it is: a request that is wrong', () => {
  fc.assert(
    fc.property(
      fc.string(),
      (text) => void expect(code(() => decodeCursor(entries, ['merchant', 'version'], text))).toBe('invalid_request'),
    ),
  )
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const wrong: readonly (readonly [readonly string[], unknown])[] = [
    [['version'], [1.5]],
    [['version'], ['1']],
    [['version'], [2 ** 60]],
    [['version'], [1, 2]],
    [['version'], { 0: 1 }],
    [['merchant'], [null]],
    [['amount'], [5]],
    [['amount'], [['0x10']]],
    [['amount'], [[String(2n ** 63n)]]],
  ]
  for (const [names, value] of wrong)
    expect(code(() => decodeCursor(entries, names, cursor(value)))).toBe('invalid_request')
  expect(code(() => decodeCursor(attempts, ['final'], cursor([1])))).toBe('invalid_request')
})
