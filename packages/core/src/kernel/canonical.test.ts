import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Canonical, canonical, digest, sameBytes, sha256, toHex } from './canonical.ts'

const { value } = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('s1:a', 'i1;', 'n;', '1', '', '\ud800', '\udfff'),
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 3 }),
  ),
}))

/** Whether two values mean the same: an integer is one as number or bigint; the order of members and absent members are nothing. */
const same = (a: Canonical | undefined, b: Canonical | undefined): boolean => {
  if (typeof a === 'number' || typeof a === 'bigint') {
    if (typeof b !== 'number' && typeof b !== 'bigint') return false
    if (typeof a === typeof b) return a === b || (Number.isNaN(a) && Number.isNaN(b))
    return a === BigInt(0) ? Number(b) === 0 : `${a}` === `${b}`
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && sameBytes(a, b)
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]))
    )
  }
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length &&
    left.every(([name, item]) => Object.hasOwn(b, name) && same(item, (b as Record<string, Canonical>)[name]))
  )
}

describe('the canonical encoding', () => {
  it('is shared by two values only if they are the same', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(same(a, b))
        expect(sameBytes(digest('test', a), digest('test', b))).toBe(same(a, b))
      }),
      { numRuns: 3_000 },
    )
  })

  it('cannot be continued into another: no encoding is the beginning of a different one', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (!same(a, b)) expect(canonical(a).startsWith(canonical(b))).toBe(false)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each<[string, Canonical, Canonical]>([
    ['where a list is cut', ['ab', 'c'], ['a', 'bc']],
    ['a list in a list', [['a'], 'b'], [['a', 'b']]],
    ['a string that looks like an encoding', 's1:a', 'a'],
    ['text and number', '1', 1],
    ['text and bytes', 'a', new Uint8Array([0x61])],
    ['null and absent', { a: null }, {}],
    ['null and its name', null, 'null'],
    ['list and object', [], {}],
    ['name and value', { a: 'b' }, { b: 'a' }],
    ['halves of surrogate pairs', '\ud800', '\ud801'],
    ['half a pair and the replacement character', '\ud800', '\ufffd'],
  ])('tells apart %s', (_, a, b) => {
    expect(canonical(a)).not.toBe(canonical(b))
    expect(sameBytes(digest('test', a), digest('test', b))).toBe(false)
  })

  it('does not depend on the order of members, nor on absent ones', () => {
    expect(canonical({ b: 1, a: [2n, { d: true, c: null }] })).toBe(
      canonical({ a: [2, { c: null, d: true }], b: 1, z: undefined }),
    )
  })

  it('is fixed: stored digests depend on it', () => {
    expect(canonical({ amount: 4990n, list: ['é', 1.5, true, false, null, new Uint8Array([1, 255])] })).toBe(
      'o2:s6:amounti4990;s4:listl6:s1:éd1.5;t;f;n;b2:01ff',
    )
    expect(toHex(digest('florin/test/1', ['a']))).toBe(toHex(sha256('s13:florin/test/1l1:s1:a')))
    expect(toHex(sha256('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('gives another digest in another domain', () => {
    expect(sameBytes(digest('a', 'x'), digest('b', 'x'))).toBe(false)
  })
})
