import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedList } from './sorted-list.ts'

const numbers = (items: Iterable<number> = []) => new SortedList<number>((a, b) => a - b, items)
const all = (list: SortedList<number>, descending = false): number[] =>
  list.between(
    list.seek(() => false),
    list.seek(() => true),
    Number.POSITIVE_INFINITY,
    descending,
  )

test('items stay in order through any insertions and removals', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 4000 }), { maxLength: 1500, size: 'max' }),
      fc.array(fc.nat(4000), { maxLength: 200 }),
      fc.integer({ min: 0, max: 700 }),
      (inserted, removed, ready) => {
        const list = numbers(inserted.slice(0, ready))
        for (const item of inserted.slice(ready)) list.insert(item)
        const model = new Set(inserted)
        for (const item of removed) expect(list.remove(item)).toBe(model.delete(item))
        const sorted = [...model].sort((a, b) => a - b)
        expect(all(list)).toEqual(sorted)
        expect(all(list, true)).toEqual([...sorted].reverse())
      },
    ),
    { numRuns: 60 },
  )
})

test('a range holds exactly the items between its ends, from either side and up to its limit', () => {
  fc.assert(
    fc.property(fc.nat(2500), fc.nat(2500), fc.nat(2500), fc.integer({ min: 1, max: 600 }), (size, a, b, limit) => {
      const list = numbers()
      for (let i = 0; i < size; i++) list.insert(i)
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const start = list.seek((item) => item < low)
      const end = list.seek((item) => item <= high)
      const expected = Array.from({ length: size }, (_, i) => i).filter((i) => i >= low && i <= high)
      expect(list.between(start, end, limit, false)).toEqual(expected.slice(0, limit))
      expect(list.between(start, end, limit, true)).toEqual(expected.reverse().slice(0, limit))
    }),
    { numRuns: 60 },
  )
})
