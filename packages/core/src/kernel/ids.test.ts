import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { createIds, type Ids, idTime, isId } from './ids.ts'
import type { Random } from './random.ts'
import { systemRandom } from './random.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const MAX_TIME = 2 ** 48 - 1
const zeros: Random = { bytes: (size) => new Uint8Array(size) }
const ones: Random = { bytes: (size) => new Uint8Array(size).fill(0xff) }
const at = (...times: number[]): Clock => ({
  now: () => (times.length > 1 ? (times.shift() as number) : (times[0] as number)),
})
const take = (ids: Ids, count: number): string[] => Array.from({ length: count }, () => ids.make('pay'))

/** The 128 bits of an id, read without the code under test. */
const bits = (id: string): bigint => {
  let value = 0n
  for (const digit of id.slice(id.indexOf('_') + 1)) value = value * 32n + BigInt(ALPHABET.indexOf(digit))
  return value
}
const uuid = (id: string): string =>
  bits(id)
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

describe('an id', () => {
  it('is a prefix and 26 characters of base 32', () => {
    expect(createIds(at(1), zeros).make('pay')).toBe('pay_0000000001e008000000000000')
    expect(createIds(at(MAX_TIME), ones).make('att')).toBe('att_7zzzzzzzzze00bzzzzzzzzzzzz')
  })

  it('sorts behind the one that it has to follow, also where that was made by a clock that is ahead, and so do all later ones', () => {
    const ahead = createIds(at(5_000), ones).make('att')
    const behind = createIds(at(1_000), zeros)
    const ids = [ahead, behind.make('att', ahead), behind.make('att'), behind.make('att', behind.make('att'))]
    expect([...ids].sort()).toEqual(ids)
    expect(idTime(createIds(at(9_000), zeros).make('att', ahead))).toBe(9_000)
  })

  it('is a UUIDv7 of its millisecond, whatever time and randomness', () => {
    const time = fc.integer({ min: 0, max: MAX_TIME })
    const tail = fc.uint8Array({ minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(time, tail, (now, random) => {
        const id = createIds(at(now), { bytes: () => random }).make('evt')
        expect(bits(id) < 2n ** 128n).toBe(true)
        expect(uuid(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(bits(id) >> 80n).toBe(BigInt(now))
        const low = Buffer.from(random).readBigUInt64BE() & (2n ** 62n - 1n)
        expect(bits(id) & (2n ** 62n - 1n)).toBe(low)
        expect(idTime(id)).toBe(now)
        expect(isId('evt', id)).toBe(true)
      }),
    )
  })

  it('sorts after every earlier one while the clock stands still, past 4,096 in its millisecond', () => {
    const ids = take(createIds(at(1_700_000_000_000), zeros), 10_000)
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(ids.length)
    expect(idTime(ids[4_095] as string)).toBe(1_700_000_000_000)
    expect(idTime(ids[4_096] as string)).toBe(1_700_000_000_001)
  })

  it('sorts after every earlier one while the clock goes to and fro', () => {
    const times = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 200 })
    fc.assert(
      fc.property(times, (now) => {
        const ids = take(createIds(at(...now), ones), now.length)
        for (const [index, id] of ids.slice(1).entries()) expect(id > (ids[index] as string)).toBe(true)
      }),
    )
  })

  it('is unique among a hundred thousand, also across two makers on one clock', () => {
    const clock = at(1_700_000_000_000)
    const makers = [createIds(clock, systemRandom), createIds(clock, systemRandom)]
    const made = makers.flatMap((ids) => take(ids, 50_000))
    expect(new Set(made).size).toBe(100_000)
  })

  it('is told from what is none', () => {
    const id = createIds(at(5), systemRandom).make('pay')
    expect(isId('pay', id)).toBe(true)
    expect(isId('att', id)).toBe(false)
    for (const other of ['', 'pay_', id.slice(0, -1), `${id}0`, id.toUpperCase(), `${id}\n`, id.slice(4)]) {
      expect(isId('pay', other)).toBe(false)
    }
    for (const letter of 'ilou-') expect(isId('pay', `${id.slice(0, -1)}${letter}`)).toBe(false)
    expect(isId('pay', `pay_8${'0'.repeat(25)}`)).toBe(false) // 2^128 and more
  })
})
