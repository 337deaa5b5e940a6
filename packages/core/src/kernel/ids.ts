import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** `prefix_` and 26 characters: a UUIDv7 in Crockford's base 32, the TypeID form. Ids sort by time of making. */
export type Id<P extends string = string> = `${P}_${string}`

/**
 * Makes ids that strictly increase within this process, also when the clock stands still or steps back. One that must sort behind an id of
 * another process, whose clock may be ahead, names that as `after`.
 */
export interface Ids {
  make<const P extends string>(prefix: P, after?: string): Id<P>
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const PAIRS = Array.from({ length: 1024 }, (_, i) => ALPHABET.charAt(i >> 5) + ALPHABET.charAt(i & 31))
const COUNTER_LIMIT = 0x1000 // rand_a of RFC 9562: 12 bits, used as a counter within a millisecond (method 1)

const pair = (value: number): string => PAIRS[value & 1023] as string

/** 128 bits as five-bit digits: 48 of time, 4 of version, 12 of counter, 2 of variant, 62 random. */
const encode = (time: number, counter: number, tail: Uint8Array): string => {
  const high = Math.floor(time / 0x1_0000_0000) // 16 bits
  const low = time >>> 0
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = tail
  const mid = 0x7000 | counter
  const tailHigh = (((0x80 | (a & 0x3f)) << 24) | (b << 16) | (c << 8) | d) >>> 0
  const tailLow = ((e << 24) | (f << 16) | (g << 8) | h) >>> 0
  // 130 bits with two leading zeros: 13 pairs of digits, ten bits.
  return (
    pair(high >>> 8) +
    pair(((high & 0xff) << 2) | (low >>> 30)) +
    pair(low >>> 20) +
    pair(low >>> 10) +
    pair(low) +
    pair(mid >>> 6) +
    pair(((mid & 0x3f) << 4) | (tailHigh >>> 28)) +
    pair(tailHigh >>> 18) +
    pair(tailHigh >>> 8) +
    pair(((tailHigh & 0xff) << 2) | (tailLow >>> 30)) +
    pair(tailLow >>> 20) +
    pair(tailLow >>> 10) +
    pair(tailLow)
  )
}

/** The millisecond in which an id was made, for ranges over time. */
export const idTime = (id: string): number => {
  const digits = id.slice(id.indexOf('_') + 1, id.indexOf('_') + 11)
  let time = 0
  for (const digit of digits) time = time * 32 + ALPHABET.indexOf(digit)
  return time
}

/** A maker of ids over a clock and a source of randomness. Only ids of one maker are in order among themselves. */
export const createIds = (clock: Clock, random: Random): Ids => {
  let last = 0
  let counter = 0
  return {
    make(prefix, after) {
      const now = Math.max(clock.now(), after === undefined ? 0 : idTime(after) + 1)
      if (now > last) {
        last = now
        counter = 0
      } else {
        counter += 1
        if (counter === COUNTER_LIMIT) {
          last += 1 // borrow from the next millisecond rather than wait for it
          counter = 0
        }
      }
      return `${prefix}_${encode(last, counter, random.bytes(8))}`
    },
  }
}

const SHAPE = /^[a-z]{2,5}_[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** Whether `value` looks like an id with this prefix. Says nothing about its existence. */
export const isId = <const P extends string>(prefix: P, value: string): value is Id<P> =>
  value.startsWith(`${prefix}_`) && SHAPE.test(value)

/** The least id that can have been made at an instant or after it, for ranges over time. */
export const idFloor = <const P extends string>(prefix: P, time: number): Id<P> =>
  `${prefix}_${encode(Math.max(0, Math.floor(time)), 0, new Uint8Array(8))}`
