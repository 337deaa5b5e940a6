import { expect, it } from 'vitest'
import { idTime } from './ids.ts'
import { systemRandom } from './random.ts'
import { systemRuntime } from './runtime.ts'

it('a runtime makes its ids by the clock and the randomness that it was given', () => {
  const runtime = systemRuntime({ clock: { now: () => 42 }, random: { bytes: (size) => new Uint8Array(size) } })
  expect(runtime.ids.make('pay')).toBe(systemRuntime({ clock: runtime.clock, random: runtime.random }).ids.make('pay'))
  expect(idTime(runtime.ids.make('pay'))).toBe(42)
  expect(Object.isFrozen(runtime)).toBe(true)
})

it('a runtime keeps the real world for what was not replaced', () => {
  expect(systemRuntime().random).toBe(systemRandom)
})
