import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Fifo } from './fifo.ts'

it('gives back what was put in, in order, whatever the sequence of pushes and shifts', () => {
  const steps = fc.array(fc.integer({ min: -3_000, max: 3_000 }), { maxLength: 30 })
  fc.assert(
    fc.property(steps, (all) => {
      const fifo = new Fifo<number>()
      const model: number[] = []
      let next = 0
      for (const step of all) {
        for (let i = 0; i < step; i++) {
          fifo.push(next)
          model.push(next++)
        }
        for (let i = 0; i > step; i--) {
          expect(fifo.peek()).toBe(model[0])
          expect(fifo.shift()).toBe(model.shift())
        }
        expect(fifo.size).toBe(model.length)
      }
    }),
    { numRuns: 30 },
  )
})
