import { memoryStorage } from '@florin/core/memory'
import { expect, test } from 'vitest'
import { registerStorageSuite, storageCases } from './suite.ts'

const harness = { open: async () => memoryStorage() }

test('every case has a name of its own', () => {
  const names = storageCases.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('what the harness cannot do is skipped, with the reason; everything else is registered', () => {
  const run: string[] = []
  const skipped: string[] = []
  const register = Object.assign((name: string) => void run.push(name), {
    skip: (name: string) => void skipped.push(name),
  })
  registerStorageSuite(register, harness)
  expect(run.length + skipped.length).toBe(storageCases.length)
  expect(skipped.length).toBeGreaterThan(0)
  for (const name of skipped) expect(name).toMatch(/\(skipped: the harness has no (reopen|sibling|tamper)\)$/)
  const all: string[] = []
  const never = async (): Promise<never> => Promise.reject(new Error('not asked for'))
  const full = { ...harness, reopen: never, sibling: never, tamper: never }
  registerStorageSuite(
    Object.assign((name: string) => void all.push(name), { skip: () => expect.unreachable() }),
    full,
  )
  expect(all).toEqual(storageCases.map(({ name }) => name))
})
