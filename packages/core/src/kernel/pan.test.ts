import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { createIds } from './ids.ts'
import { hasPan, maskPans } from './pan.ts'
import { systemRandom } from './random.ts'

// The schemes' published test numbers.
const PANS = [
  '4111111111111111',
  '4222222222222', // 13 digits
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '30569309025904',
  '6011111111111117',
  '3530111333300000',
  '6304000000000000', // Maestro
]

describe('a card number is found', () => {
  test.each(PANS)('%s, alone and in a sentence', (pan) => {
    for (const text of [pan, `paid with ${pan}.`, `card=${pan}&x=1`, `(${pan})`, `${pan}_1`, `no:${pan}`]) {
      expect(hasPan(text)).toBe(true)
    }
  })

  test.each([
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '3782 822463 10005',
    '3056 930902 5904',
    '4111%201111%201111%201111',
    'https://shop.test/?c=4111-1111-1111-1111',
    '4111+1111+1111+1111',
    '4111 1111 1111 1111 123', // with the code on the back
    '0042 4111 1111 1111 1111',
  ])('in groups: %s', (text) => expect(hasPan(text)).toBe(true))
})

describe('what is no card number is not taken for one', () => {
  test.each([
    '4111111111111112', // Luhn
    '1111111111111117', // no range of cards
    '411111111111', // too short
    '41111111111111111111', // too long
    '1767225600000', // a time
    '2026-01-01 00:00:00.000',
    '4111 11111111 1111', // no grouping of cards
    '%E0%A4%A', // not even a URL encoding
  ])('%s', (text) => expect(hasPan(text)).toBe(false))

  test('random ids, of others and of our own', () => {
    const ids = createIds(systemClock, systemRandom)
    for (let i = 0; i < 50_000; i++) {
      for (const id of [randomUUID(), randomBytes(16).toString('hex'), ids.make('pay')]) {
        if (hasPan(id)) expect.fail(`${id} was taken for a card number`)
      }
    }
  })

  test('an id of ours that happens to be all digits', () => {
    expect(hasPan('pay_04111111111111111000000000')).toBe(false)
  })
})

describe('a card number is found behind', () => {
  test.each([
    'number%3D4111111111111111%26x', // an encoded form
    '%204111111111111111',
    '{"note":"a\\u00204111111111111111"}',
    '{"note":"\\f4111111111111111"}',
    'card4111111111111111',
    '4111111111111111and',
    '%34%31%31%31%31%31%31%31%31%31%31%31%31%31%31%31',
    '100%4111111111111111',
    '%E2%82%AC4111111111111111', // after a euro sign
  ])('%s', (text) => {
    expect(hasPan(text)).toBe(true)
    expect(hasPan(maskPans(text))).toBe(false)
  })
})

describe('a mask', () => {
  test.each([
    ['paid with 4111111111111111.', 'paid with ************1111.'],
    ['4111 1111 1111 1111, 3782-822463-10005', '**** **** **** 1111, ****-******-*0005'],
    ['c=4111%201111%201111%201111&x=1', 'c=****%20****%20****%201111&x=1'],
    ['a%3D4222222222222', 'a%3D*********2222'],
  ])('of %s shows the last four only', (text, shown) => {
    expect(maskPans(text)).toBe(shown)
    expect(maskPans(shown)).toBe(shown)
  })

  test('leaves everything else as it is', () => {
    for (const text of [
      '',
      'no card',
      '4111111111111112',
      '1767225600000',
      'pay_04111111111111111000000000',
      '%E0%A4%A \\u00e9',
    ])
      expect(maskPans(text)).toBe(text)
  })

  test('covers every number of a long text, whatever stands between them', () => {
    const text = PANS.flatMap((pan) => [pan, `"${pan}"`, `%22${pan}%22`, `\\\\n${pan}`]).join(' | ')
    const shown = maskPans(text)
    expect(hasPan(shown)).toBe(false)
    expect(shown).toHaveLength(text.length)
  })

  test('is made in proportion to the length, for hostile texts too', () => {
    for (const piece of ['\\', '%5C', '%255C', '%25', '%', '4111 ', '4', 'a4', '%34', '\\u00', '4111-1111-1111-111']) {
      const text = piece.repeat(Math.ceil(300_000 / piece.length))
      expect(typeof maskPans(text)).toBe('string')
    }
  })
})
