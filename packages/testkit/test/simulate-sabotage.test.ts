import { INVARIANTS, PLANTED, type PlantedName, SAME_RUN, seedsUntilFound } from '@florin/testkit/simulator'
import { describe, expect, test } from 'vitest'

describe('the simulator finds', () => {
  test.each(Object.keys(PLANTED) as PlantedName[])(
    'the planted bug of %s within its number of seeds',
    async (name) => {
      const { what, within } = PLANTED[name]
      expect(await seedsUntilFound(name), `${what}: not found within ${within.seeds} seeds`).not.toBeNull()
    },
    120_000,
  )

  test('a bug for every invariant there is', () => {
    const names = [...INVARIANTS.map(({ name }) => name), SAME_RUN.name]
    expect(names.toSorted()).toEqual(Object.keys(PLANTED).toSorted())
    const numbers = [...INVARIANTS.map(({ number }) => number), SAME_RUN.number]
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
})
