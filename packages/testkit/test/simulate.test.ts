import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { memoryStorage } from '@florin/core/memory'
import type { Storage } from '@florin/core/storage'
import { MODEL_GATEWAYS, simulate } from '@florin/testkit/simulator'
import { describe, expect, test } from 'vitest'

const hashes = async (from: number, seeds: number): Promise<readonly string[]> => {
  const found: string[] = []
  await simulate({ seeds, from, twiceEvery: 0, onSeed: ({ hash }) => void found.push(hash) })
  return found
}

describe('a simulation', { timeout: 60_000 }, () => {
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

  test('waits for a storage that does real I/O, and then goes on as with any other', async () => {
    const real = (): Storage => {
      const inner = memoryStorage()
      return {
        ...inner,
        commit: async (batch) => {
          await stat('.')
          return inner.commit(batch)
        },
      }
    }
    const options = { from: 3, seeds: 2, twiceEvery: 1 }
    const found: string[] = []
    const { failures, payments } = await simulate({
      ...options,
      storage: real,
      onSeed: ({ hash }) => void found.push(hash),
    })
    expect({ failures, hashes: found }).toEqual({ failures: [], hashes: await hashes(3, 2) })
    expect(payments).toBeGreaterThan(0)
  })

  test('chooses from the gateways that it is given', async () => {
    const { full } = MODEL_GATEWAYS
    if (full === undefined) throw new Error('there is no such gateway')
    const names = new Set<string>()
    const mine = {
      ...full,
      provider: (world: Parameters<typeof full.provider>[0]) => {
        names.add(world.name)
        return full.provider(world)
      },
    }
    const { failures } = await simulate({ seeds: 5, gateways: { mine } })
    expect(failures).toEqual([])
    expect([...names]).toEqual(['mine'])
  })
})
