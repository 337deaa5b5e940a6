const SEPARATOR = 0x1f // no part of a key contains it, so that ('ab', 'c') and ('a', 'bc') differ

const mixed = (hash: number): number => {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * A fraction in (0, 1) that depends on the parts alone: the same payment gets the same draw in every process, so that a decision can be
 * repeated and explained. Two 32-bit multiply-xor lanes over UTF-16 units with MurmurHash3's finaliser, 52 bits of it used. Not for secrets.
 */
export const fractionOf = (...parts: readonly string[]): number => {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (const part of parts) {
    for (let at = 0; at < part.length; at++) {
      const unit = part.charCodeAt(at)
      a = Math.imul(a ^ unit, 0x01000193)
      b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 15)
    }
    a = Math.imul(a ^ SEPARATOR, 0x01000193)
    b = Math.imul(b ^ SEPARATOR, 0x5bd1e995) ^ (b >>> 15)
  }
  const high = mixed(a ^ (b >>> 7)) >>> 6 // 26 bits
  const low = mixed(b ^ a) >>> 6
  return (high * 2 ** 26 + low + 0.5) / 2 ** 52
}
