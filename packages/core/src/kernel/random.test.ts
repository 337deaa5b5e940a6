import { describe, expect, it } from 'vitest'
import { type Random, randomBelow, systemRandom } from './random.ts'

const fixed = (...bytes: number[]): Random => ({ bytes: () => new Uint8Array(bytes) })

describe('the system randomness', () => {
  it('never hands out the same bytes twice, across the edge of its pool', () => {
    const seen = new Set(Array.from({ length: 5_000 }, () => Buffer.from(systemRandom.bytes(12)).toString('hex')))
    expect(seen.size).toBe(5_000)
  })

  it('hands out bytes that later calls leave alone, of any size', () => {
    const first = systemRandom.bytes(16)
    const copy = [...first]
    for (let i = 0; i < 2_000; i += 1) systemRandom.bytes(16)
    expect([...first]).toEqual(copy)
    for (const size of [0, 1, 8_192, 8_193, 20_000]) expect(systemRandom.bytes(size)).toHaveLength(size)
    expect(systemRandom.bytes(8_192).some((byte) => byte !== 0)).toBe(true)
  })

  it('gives an integer below a bound, from the least to the greatest', () => {
    expect(randomBelow(fixed(0, 0, 0, 0), 10)).toBe(0)
    expect(randomBelow(fixed(255, 255, 255, 255), 2 ** 32)).toBe(2 ** 32 - 1)
    expect(randomBelow(fixed(255, 255, 255, 255), 0)).toBe(0)
    const seen = new Set(Array.from({ length: 1_000 }, () => randomBelow(systemRandom, 4)))
    expect([...seen].toSorted()).toEqual([0, 1, 2, 3])
  })
})
