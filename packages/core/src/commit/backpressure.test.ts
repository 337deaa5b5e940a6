import { describe, expect, it } from 'vitest'
import { systemRuntime } from '../kernel/index.ts'
import { type Change, claim, defineTable, sealed, text } from '../records/index.ts'
import type { Storage } from '../storage/index.ts'
import type { Bounds } from './bounds.ts'
import { createCommitter } from './committer.ts'
import type { Lane } from './pending.ts'

const rows = defineTable('rows', { columns: { id: text(), body: sealed() }, key: ['id'], contended: true })
const changeOf = (id: string, bytes = 0): Change => ({
  guards: [claim(rows, { id, body: new Uint8Array(bytes) })],
  effects: [],
})

const world = (bounds: Partial<Bounds> = {}) => {
  const time = { now: 0 }
  const willing: Pick<Storage, 'name' | 'commit'> = {
    name: 'willing',
    commit: async ({ changes }) => changes.map(() => ({ committed: true })),
  }
  const runtime = systemRuntime({ clock: { now: () => time.now } })
  const committer = createCommitter({ storage: willing as Storage, runtime, bounds })
  const commit = (change: Change, lane: Lane = 'intent', deadline?: number) =>
    committer.commit(change, { lane, merchant: 'mer_1', deadline })
  return { time, committer, commit }
}

describe('back-pressure', () => {
  it('refuses intents when too many wait, and never an outcome or recovery', async () => {
    const { commit, committer } = world({ intents: 2 })
    const waiting = [commit(changeOf('a')), commit(changeOf('b'))]
    await expect(commit(changeOf('c'))).rejects.toMatchObject({ code: 'overloaded' })
    waiting.push(commit(changeOf('d'), 'outcome'), commit(changeOf('e'), 'recovery'))
    await Promise.all(waiting)
    expect(committer.stats()).toMatchObject({ refused: 1, changes: 4, queued: { intent: 0, outcome: 0, recovery: 0 } })
    expect(await commit(changeOf('f'))).toEqual({ committed: true })
  })

  it('refuses intents when those that wait weigh too much', async () => {
    const { commit } = world({ intentBytes: 1_000 })
    const large = commit(changeOf('a', 1_000))
    await expect(commit(changeOf('b'))).rejects.toMatchObject({ code: 'overloaded' })
    await large
    expect(await commit(changeOf('b'))).toEqual({ committed: true })
  })

  it('drops an intent whose deadline passed while it waited, and lets those behind it go on', async () => {
    const { commit, committer, time } = world()
    const late = commit(changeOf('a'), 'intent', 10)
    const behind = commit(changeOf('a'))
    const outcome = commit(changeOf('b'), 'outcome', 10)
    time.now = 11
    await expect(late).rejects.toMatchObject({ code: 'overloaded' })
    expect(await Promise.all([behind, outcome])).toEqual([{ committed: true }, { committed: true }])
    expect(committer.stats()).toMatchObject({ expired: 1, changes: 2 })
  })

  it('refuses wrong bounds', () => {
    for (const bounds of [{ changes: 0 }, { bytes: 1.5 }, { intents: Number.NaN }]) {
      expect(() => world(bounds)).toThrow(expect.objectContaining({ code: 'configuration' }))
    }
  })
})
