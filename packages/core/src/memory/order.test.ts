import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareText } from './order.ts'

test('text is ordered by the bytes of its UTF-8, beyond the basic plane too', () => {
  const text = fc.string({ unit: 'binary', maxLength: 6 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
  expect(compareText('\uffee', '😀')).toBeLessThan(0) // UTF-16 code units say the opposite
})
