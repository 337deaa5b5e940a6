import { randomBytes } from 'node:crypto'
import { simulate } from '@florin/testkit/simulator'
import { describe, expect, test } from 'vitest'

const hashes = async (from: number, seeds: number): Promise<readonly string[]> => {
  const found: string[] = []
  await simulate({ seeds, from, twiceEvery: 0, onSeed: ({ hash }) => void found.push(hash) })
  return found
}

describe('a simulation', () => {
  test('of the same seed is the same to the byte, and of another seed another', async () => {
    const first = await hashes(1, 20)
    expect(await hashes(1, 20)).toEqual(first)
    expect(new Set(first).size).toBe(20)
  })

  test('forbids the real clock, timers and chance while it runs, and gives them back', async () => {
    const forbidden: string[] = []
    const asking: Readonly<Record<string, () => unknown>> = {
      'Date.now': () => Date.now(),
      'new Date': () => new Date(),
      'Math.random': () => Math.random(),
      setTimeout: () => setTimeout(() => {}, 0),
      setInterval: () => clearInterval(setInterval(() => {}, 1)),
      setImmediate: () => setImmediate(() => {}),
      'crypto.randomUUID': () => crypto.randomUUID(),
      'node:crypto': () => randomBytes(1),
    }
    const ask = (): void => {
      for (const [name, run] of Object.entries(asking)) {
        try {
          run()
        } catch (error) {
          if (String(error).includes('in a simulation')) forbidden.push(name)
        }
      }
    }
    ask()
    expect(forbidden).toEqual([])
    const { failures } = await simulate({
      seeds: 1,
      sabotage: {
        storage: (inner) => {
          if (forbidden.length === 0) ask()
          return inner
        },
      },
    })
    expect(failures).toEqual([])
    expect(forbidden).toEqual(Object.keys(asking))
    ask()
    expect(forbidden).toHaveLength(Object.keys(asking).length)
    expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
  })
})
