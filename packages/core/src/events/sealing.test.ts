import { describe, expect, it, vi } from 'vitest'
import { type Runtime, systemRuntime } from '../kernel/index.ts'
import type { EventRow, Outcome, SealRow, Storage } from '../storage/index.ts'
import { createSealing } from './sealing.ts'

const eventOf = (version: number, at: number): EventRow =>
  ({
    ...{ merchant: 'm', subject: 's', version, id: 'evt_1', type: 't', v: 1, at, data: {}, ledger: null },
    digest: new Uint8Array(32),
  }) as const

/** A storage that leaves sealing to core, and a clock that is moved by hand. */
const world = () => {
  const state = { now: 1_000, events: [] as EventRow[], seals: [] as SealRow[], settled: 1_000, down: false, asked: 0 }
  const timers: { due: number; task: () => void }[] = []
  const sealed = (): number => state.seals.reduce((sum, { size }) => sum + size, 0)
  const storage: Pick<Storage, 'sealing' | 'unsealed' | 'seal' | 'head'> = {
    sealing: 'afterwards',
    async unsealed(limit, scope) {
      state.asked += 1
      if (state.down) throw new Error('down')
      return state.events.slice(sealed(), scope === 'all' ? undefined : state.settled).slice(0, limit)
    },
    async seal(seal): Promise<Outcome> {
      state.seals.push(seal)
      return { committed: true }
    },
    head: async () => state.seals.at(-1),
  }
  const runtime: Runtime = systemRuntime({
    clock: { now: () => state.now },
    scheduler: {
      yield: (task) => void setImmediate(task),
      after: (delayMs, task) => {
        const timer = { due: state.now + delayMs, task }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer), 1)
      },
    },
  })
  const advance = async (ms: number): Promise<void> => {
    for (const end = state.now + ms; state.now < end; state.now++) {
      for (const timer of timers.filter(({ due }) => due <= state.now + 1)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.task()
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const onSealed = vi.fn()
  const onError = vi.fn()
  const sealing = createSealing({ storage: storage as Storage, runtime, onSealed, onError })
  const commit = (): void => {
    state.events.push(eventOf(state.events.length + 1, state.now))
    sealing.committed()
  }
  return { state, sealing, commit, advance, sealed, timers, onSealed, onError, storage: storage as Storage, runtime }
}

describe('sealing after the commit', () => {
  it('gives events their positions soon after their commit, many commits in one seal, and then rests', async () => {
    const { state, commit, advance, sealed, onSealed, timers } = world()
    for (let i = 0; i < 5; i++) commit()
    await advance(60)
    expect([sealed(), state.seals.length, onSealed.mock.calls.length]).toEqual([5, 1, 1])
    expect(timers).toHaveLength(0)
  })

  it('comes back for what older transactions held back, without news', async () => {
    const { state, commit, advance, sealed } = world()
    state.settled = 1
    commit()
    commit()
    await advance(60)
    expect(sealed()).toBe(1)
    state.settled = 1_000
    await advance(80)
    expect(sealed()).toBe(2)
  })

  it("finds other servers' events once it is started, and not before", async () => {
    const { state, sealing, advance, sealed } = world()
    state.events.push(eventOf(1, 1))
    await advance(1_500)
    expect(state.asked).toBe(0)
    sealing.start()
    await advance(600)
    state.events.push(eventOf(2, 1))
    await advance(600)
    expect(sealed()).toBe(2)
  })

  it('waits for a storage that is away, and tells of it', async () => {
    const { state, commit, advance, sealed, onError } = world()
    state.down = true
    commit()
    await advance(500)
    expect(onError).toHaveBeenCalledTimes(1)
    state.down = false
    await advance(1_200)
    expect(sealed()).toBe(1)
  })

  it('seals what is left when it is stopped, and nothing afterwards', async () => {
    const { commit, sealing, advance, sealed } = world()
    commit()
    await sealing.stop()
    expect(sealed()).toBe(1)
    commit()
    await advance(1_000)
    expect(sealed()).toBe(1)
  })

  it('says how many events wait, and how old the oldest is', async () => {
    const { state, commit, sealing } = world()
    expect(await sealing.backlog()).toEqual({ events: 0, lagMs: 0 })
    state.settled = 0
    commit()
    state.now += 40
    commit()
    expect(await sealing.backlog()).toEqual({ events: 2, lagMs: 40 })
  })
})

it('where commits seal, a commit only wakes the readers', async () => {
  const { storage, runtime, onSealed, onError, state } = world()
  const sealing = createSealing({ storage: { ...storage, sealing: 'in_commit' }, runtime, onSealed, onError })
  sealing.start()
  sealing.committed()
  expect(onSealed).toHaveBeenCalledTimes(1)
  expect([await sealing.run(), await sealing.backlog(), state.asked]).toEqual([0, { events: 0, lagMs: 0 }, 0])
  await sealing.stop()
})
