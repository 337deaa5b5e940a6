import { memoryStorage } from '@florin/core/memory'
import { events } from '@florin/core/storage'
import { expect, test } from 'vitest'
import { type FaultPlan, faultyStorage } from './faulty-storage.ts'
import { registerStorageSuite } from './suite.ts'
import { allRows, insertRow, WON, worldOf } from './world.ts'

/** Whether a promise is still open after everything else has run. */
const isOpen = async (work: Promise<unknown>): Promise<boolean> => {
  const open = Symbol('open')
  const first = await Promise.race([work.catch(() => {}), new Promise((resolve) => setImmediate(resolve, open))])
  return first === open
}

const nthCommit =
  (nth: number, fault: ReturnType<FaultPlan>): FaultPlan =>
  (call) =>
    call.method === 'commit' && call.nth === nth ? fault : undefined

const setUp = (plan: FaultPlan) => {
  const inner = memoryStorage()
  const storage = faultyStorage(inner, plan)
  const world = worldOf(storage)
  return { inner, storage, commit: () => world.commit(insertRow(events, world.row(events))) }
}

test('an unavailable storage did nothing, and serves the next call', async () => {
  const { inner, commit } = setUp(nthCommit(2, 'unavailable'))
  expect(await commit()).toEqual([WON])
  await expect(commit()).rejects.toMatchObject({ code: 'storage_unavailable' })
  expect(await allRows(inner, events)).toHaveLength(1)
  expect(await commit()).toEqual([WON])
})

test.each([
  ['crash_before', 1],
  ['crash_after', 2],
] as const)('after a %s no call settles, and the inner storage holds %i rows', async (fault, rows) => {
  const { inner, storage, commit } = setUp(nthCommit(2, fault))
  await commit()
  const work = commit()
  expect(await storage.crashed).toMatchObject({ method: 'commit', nth: 2 })
  expect(await isOpen(work)).toBe(true)
  expect(await isOpen(commit())).toBe(true)
  expect(await isOpen(storage.head(0))).toBe(true)
  expect(await isOpen(allRows(storage, events))).toBe(true)
  expect(await allRows(inner, events)).toHaveLength(rows)
})

// A wrapper that changed anything without being told to would make every test on top of it worthless.
registerStorageSuite(test, { open: async () => faultyStorage(memoryStorage(), () => undefined) })
