import { describe, expect, it } from 'vitest'
import { jsonIn, retryAfterMs } from './index.ts'

describe('what a gateway answers', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['null', null],
    [Buffer.from('"é"'), 'é'],
  ])('is JSON: %s', (given, value) => expect(jsonIn(given)).toEqual(value))

  it.each([
    '',
    '{',
    '<html>',
    '{"a":1}x',
    new Uint8Array(),
    Uint8Array.of(0x22, 0xff, 0x22),
    Buffer.from('{"a":"é"}').subarray(0, 7),
  ])('is none: %s', (given) => expect(jsonIn(given)).toBeUndefined())
})

describe('a retry', () => {
  it.each([
    ['1', 1_000],
    [' 30 ', 30_000],
    ['86400', 86_400_000],
  ])('is put off as it is asked: %j', (header, ms) =>
    expect(retryAfterMs({ headers: { 'retry-after': header } }, 2_000)).toBe(ms),
  )

  it.each([undefined, '', '0', '-1', '1.5', '1e9', '999999', 'Sat, 21 Nov 2026 12:00:00 GMT', '1, 2'])(
    'is put off as usual: %j',
    (header) =>
      expect(retryAfterMs({ headers: header === undefined ? {} : { 'retry-after': header } }, 2_000)).toBe(2_000),
  )
})
