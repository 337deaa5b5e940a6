import { expect, it } from 'vitest'
import { systemRuntime } from '../kernel/index.ts'
import { type Change, claim, defineTable, text } from '../records/index.ts'
import type { Batch, Storage } from '../storage/index.ts'
import { createCommitter } from './committer.ts'

const rows = defineTable('rows', { columns: { id: text() }, key: ['id'], contended: true })
const claimed = (id: string): Change => ({ guards: [claim(rows, { id })], effects: [] })
const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve))
}

/** A committer whose batches are answered one by one, by hand. */
const world = (concurrency: number) => {
  const batches: { names: string[]; answer: () => Promise<void> }[] = []
  const storage: Pick<Storage, 'name' | 'commit' | 'concurrency'> = {
    name: 'fake',
    concurrency,
    commit: ({ changes }: Batch) =>
      new Promise((resolve) => {
        const names = changes.flatMap(({ guards }) => guards.map((guard) => String('row' in guard && guard.row.id)))
        const answer = (): Promise<void> => {
          resolve(changes.map(() => ({ committed: true })))
          return settle()
        }
        batches.push({ names, answer })
      }),
  }
  const committer = createCommitter({ storage: storage as Storage, runtime: systemRuntime() })
  const commit = async (...ids: string[]): Promise<void> => {
    for (const id of ids) void committer.commit(claimed(id), { lane: 'intent', merchant: 'm' })
    await settle()
  }
  return { batches, commit, committer, names: () => batches.map((batch) => batch.names) }
}

it('has as many batches in flight as the storage takes, and gathers what comes meanwhile', async () => {
  const { batches, commit, committer, names } = world(2)
  await commit('a')
  await commit('b')
  await commit('c')
  await commit('d')
  expect([names(), committer.stats().inFlight]).toEqual([[['a'], ['b']], 2])
  await batches[1]?.answer()
  expect([names(), committer.stats().inFlight]).toEqual([[['a'], ['b'], ['c', 'd']], 3])
  await batches[0]?.answer()
  await batches[2]?.answer()
  await committer.idle()
  expect(committer.stats().inFlight).toBe(0)
})

it('keeps a change that touches a row in flight for a later batch, and lets others pass it', async () => {
  const { batches, commit, names } = world(3)
  await commit('a')
  await commit('a', 'b')
  expect(names()).toEqual([['a'], ['b']])
  await batches[0]?.answer()
  expect(names()).toEqual([['a'], ['b'], ['a']])
})
