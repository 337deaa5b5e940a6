import { describe, expect, it } from 'vitest'
import { FlorinError, systemRuntime } from '../kernel/index.ts'
import { type Change, claim, count, defineTable, post, replace, sealed, text } from '../records/index.ts'
import type { Batch, Outcome, Storage } from '../storage/index.ts'
import { type CommitterOptions, createCommitter } from './committer.ts'
import type { Lane } from './pending.ts'

const rows = defineTable('rows', {
  columns: { id: text(), version: count(), body: sealed() },
  key: ['id'],
  contended: true,
  mutable: ['version', 'body'],
})
const NOTHING = new Uint8Array()
const claimed = (id: string, body = NOTHING): Change => ({
  guards: [claim(rows, { id, version: 1, body })],
  effects: [],
})
const replaced = (id: string, expected: number): Change => ({
  guards: [replace(rows, { id }, expected, { version: expected + 1, body: NOTHING })],
  effects: [],
})
const posted = (): Change => ({ guards: [post('m', 't', 1, [])], effects: [] })
const namesOf = ({ changes }: Batch): string[] =>
  changes.map(({ guards: [guard] }) => (guard?.op === 'claim' ? String(guard.row.id) : String(guard?.op)))

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await turn()
}

/** A committer over a storage that decides as real ones do; `fail` says whether a batch is rejected, and `hold` makes it wait. */
const world = (options: Partial<CommitterOptions> = {}) => {
  const batches: Batch[] = []
  const versions = new Map<string, number>()
  const timers: { due: number; task: () => void }[] = []
  const state = { now: 0, fail: (_: Batch): unknown => undefined, hold: undefined as Promise<void> | undefined }
  const decide = ({ guards }: Change): Outcome => {
    for (const guard of guards) {
      if (guard.op === 'claim') {
        if (versions.has(String(guard.row.id))) return { committed: false, conflict: 'duplicate', table: 'rows' }
        versions.set(String(guard.row.id), 1)
      }
      if (guard.op === 'replace') {
        if (versions.get(String(guard.key.id)) !== guard.expect) {
          return { committed: false, conflict: 'version', table: 'rows' }
        }
        versions.set(String(guard.key.id), guard.expect + 1)
      }
    }
    return { committed: true }
  }
  const storage: Pick<Storage, 'name' | 'commit'> = {
    name: 'fake',
    async commit(batch) {
      batches.push(batch)
      await state.hold
      const error = state.fail(batch)
      if (error !== undefined) throw error
      return batch.changes.map(decide)
    },
  }
  const runtime = systemRuntime({
    clock: { now: () => state.now },
    scheduler: {
      yield: (task) => void setImmediate(task),
      after: (delayMs, task) => {
        timers.push({ due: state.now + delayMs, task })
        return () => {}
      },
    },
  })
  const fire = (ms: number): void => {
    state.now += ms
    for (const timer of timers.splice(0)) timer.due <= state.now ? timer.task() : timers.push(timer)
  }
  const advance = async (ms: number): Promise<void> => {
    await settle()
    fire(ms)
    await settle()
  }
  const committer = createCommitter({ storage: storage as Storage, runtime, ...options })
  const commit = (change: Change, lane: Lane = 'intent'): Promise<Outcome> =>
    committer.commit(change, { lane, merchant: 'mer_1' })
  return { committer, commit, batches, state, fire, advance }
}
const DOWN = new FlorinError('storage_unavailable', 'the disk is full')

describe('group commit', () => {
  it('makes what is queued in one turn durable together, and gives each its own outcome', async () => {
    const { commit, batches } = world()
    const outcomes = await Promise.all([commit(claimed('a')), commit(replaced('b', 1)), commit(claimed('c'))])
    expect(batches).toHaveLength(1)
    expect(outcomes.map(({ committed }) => committed)).toEqual([true, false, true])
  })

  it('has one batch in flight, and gathers the next one meanwhile', async () => {
    const { commit, batches, state, committer } = world()
    let release: () => void = () => {}
    state.hold = new Promise((resolve) => {
      release = resolve
    })
    const all = [commit(claimed('a'))]
    await settle()
    all.push(commit(claimed('b')), commit(claimed('c')))
    await settle()
    expect([batches.map(namesOf), committer.stats().inFlight]).toEqual([[['a']], 1])
    release()
    await Promise.all(all)
    expect(batches.map(namesOf)).toEqual([['a'], ['b', 'c']])
    expect(new Set(batches.map(({ id }) => id)).size).toBe(2)
  })

  it('keeps a batch within its bounds, and lets a change that is larger go alone', async () => {
    const { commit, batches } = world({ bounds: { changes: 3, bytes: 10_000 } })
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => commit(claimed(id))))
    expect(batches.map(namesOf)).toEqual([['a', 'b', 'c'], ['d']])
    await Promise.all([commit(claimed('e')), commit(claimed('f', new Uint8Array(50_000))), commit(claimed('g'))])
    expect(batches.slice(2).map(namesOf)).toEqual([['e'], ['f'], ['g']])
    const ops = world({ bounds: { ops: 2 } })
    await Promise.all(['a', 'b', 'c'].map((id) => ops.commit(claimed(id))))
    expect(ops.batches.map(namesOf)).toEqual([['a', 'b'], ['c']])
  })

  it('never puts two changes of one row into a batch, and commits them in the order they came', async () => {
    const { commit, batches } = world()
    const outcomes = await Promise.all([
      commit(claimed('a')),
      commit(replaced('a', 1)),
      commit(claimed('b')),
      commit({ guards: [...replaced('a', 2).guards, ...replaced('b', 1).guards], effects: [] }),
      commit(replaced('b', 2)),
      commit(claimed('c')),
    ])
    expect(outcomes.every(({ committed }) => committed)).toBe(true)
    expect(batches.map(({ changes }) => changes.length)).toEqual([3, 1, 1, 1])
  })

  it('lets the second claim of a key lose in the next batch', async () => {
    const { commit, batches } = world()
    const outcomes = await Promise.all([commit(claimed('a')), commit(claimed('a'))])
    expect(outcomes).toEqual([{ committed: true }, { committed: false, conflict: 'duplicate', table: 'rows' }])
    expect(batches).toHaveLength(2)
  })

  it('lets an intent that an outcome waits for go before the others', async () => {
    const { commit, batches } = world({ bounds: { changes: 1 } })
    const intents = ['a', 'b', 'c'].map((id) => commit(claimed(id)))
    await Promise.all([...intents, commit(replaced('c', 1), 'outcome')])
    expect(batches.map(namesOf)).toEqual([['c'], ['replace'], ['a'], ['b']])
  })

  it('lets any number of posts to one account share a batch', async () => {
    const { commit, batches } = world()
    await Promise.all(Array.from({ length: 50 }, () => commit(posted())))
    expect(batches).toHaveLength(1)
  })
})

describe('a storage that rejects', () => {
  it('fails intents with its error, and tries outcomes again until it is back', async () => {
    const { commit, state, advance, committer } = world()
    state.fail = () => DOWN
    const intent = commit(claimed('a'))
    const outcomes = [commit(claimed('b'), 'outcome'), commit(claimed('c'), 'recovery')]
    await expect(intent).rejects.toBe(DOWN)
    expect(committer.stats()).toMatchObject({ retrying: 2, failed: 1 })
    await advance(50)
    state.fail = () => undefined
    await advance(100)
    expect(await Promise.all(outcomes)).toEqual([{ committed: true }, { committed: true }])
    expect(committer.stats().retrying).toBe(0)
  })

  it('lets nothing overtake an outcome on its rows while it waits to be tried again', async () => {
    const { commit, state, advance } = world()
    await commit(claimed('a'))
    state.fail = () => DOWN
    const outcome = commit(replaced('a', 1), 'outcome')
    await settle()
    state.fail = () => undefined
    const later = commit(replaced('a', 1))
    await advance(50)
    expect([(await outcome).committed, (await later).committed]).toEqual([true, false])
  })

  it('gives an outcome up after the bounded time, with the error', async () => {
    const { commit, state, advance, batches, committer } = world({ bounds: { retryForMs: 1_000, retryCapMs: 100 } })
    state.fail = () => DOWN
    let error: unknown
    void commit(claimed('a'), 'outcome').catch((reason: unknown) => {
      error = reason
    })
    for (let i = 0; i < 9; i++) await advance(100)
    expect(error).toBeUndefined()
    for (let i = 0; i < 3; i++) await advance(100)
    expect(error).toBe(DOWN)
    expect(batches.length).toBeGreaterThan(3)
    await committer.idle()
  })

  it('splits a batch whose error names nobody, so that only the culprit fails, and reports it without content', async () => {
    const reports: unknown[] = []
    const { commit, state, committer } = world({ onBug: (report) => reports.push(report) })
    const bug = new Error('constraint failed')
    state.fail = (batch) => (namesOf(batch).includes('row-13') ? bug : undefined)
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => commit(claimed(`row-${i}`))))
    expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([13])
    expect(reports).toEqual([{ error: bug, changes: 1, ops: ['claim rows'] }])
    expect(committer.stats()).toMatchObject({ changes: 39, failed: 1 })
  })

  it('reports an error that is gone once the batch is split', async () => {
    const reports: { changes: number; ops: readonly string[] }[] = []
    const { commit, state, committer } = world({ onBug: (report) => reports.push(report) })
    state.fail = ({ changes }) => (changes.length > 1 ? new Error('together only') : undefined)
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => commit(claimed(id))))
    await committer.idle()
    expect(reports.map(({ changes }) => changes)).toEqual([2, 2])
    expect(reports.map(({ ops }) => ops)).toEqual([0, 1].map(() => ['claim rows', 'claim rows']))
  })

  it('commits a culprit that is an outcome alone from then on, and gives a bug of our own up at once', async () => {
    const { commit, state, fire, advance, batches } = world({ onBug: () => {} })
    state.fail = (batch) => (namesOf(batch).includes('bad') ? new Error('unknown') : undefined)
    const bad = commit(claimed('bad'), 'outcome')
    await settle()
    fire(50)
    await Promise.all([commit(claimed('a'), 'outcome'), commit(claimed('b'), 'outcome')])
    await settle()
    fire(100)
    await Promise.all([commit(claimed('d'), 'outcome')])
    expect(batches.map(namesOf)).toEqual([['bad'], ['bad'], ['a', 'b'], ['bad'], ['d']])
    const internal = new FlorinError('internal', 'a posting of 0')
    state.fail = () => internal
    await expect(commit(claimed('c'), 'outcome')).rejects.toBe(internal)
    state.fail = () => undefined
    await advance(1_000)
    expect((await bad).committed).toBe(true)
  })

  it('does not try a batch again whose outcomes do not add up, because it may be durable', async () => {
    const reports: unknown[] = []
    let calls = 0
    const odd: Pick<Storage, 'name' | 'commit'> = {
      name: 'odd',
      async commit() {
        calls += 1
        return []
      },
    }
    const committer = createCommitter({
      storage: odd as Storage,
      runtime: systemRuntime(),
      onBug: (report) => reports.push(report),
    })
    const all = ['a', 'b'].map((id) => committer.commit(claimed(id), { lane: 'outcome', merchant: 'm' }))
    for (const each of all) await expect(each).rejects.toMatchObject({ code: 'internal' })
    await committer.idle()
    expect([calls, reports.length]).toEqual([1, 1])
  })

  it('goes on when a listener throws', async () => {
    const angry = (): never => {
      throw new Error('listener')
    }
    const { commit, state } = world({ onBug: angry, onCommit: angry })
    state.fail = () => new Error('bug')
    await expect(commit(claimed('a'))).rejects.toThrow('bug')
    state.fail = () => undefined
    expect((await commit(claimed('b'))).committed).toBe(true)
  })
})

describe('ending', () => {
  it('is idle at first and when everything is settled, retries included', async () => {
    const { commit, committer, state, advance } = world()
    await committer.idle()
    state.fail = () => DOWN
    const outcome = commit(claimed('a'), 'outcome')
    let idle = false
    const waiting = committer.idle().then(() => {
      idle = true
    })
    await settle()
    expect(idle).toBe(false)
    state.fail = () => undefined
    await advance(50)
    await Promise.all([outcome, waiting])
    expect(idle).toBe(true)
  })

  it('commits what was queued before close, and refuses what comes after', async () => {
    const { commit, committer } = world()
    const before = commit(claimed('a'))
    const closed = committer.close()
    await expect(commit(claimed('b'), 'outcome')).rejects.toMatchObject({ code: 'closed' })
    await closed
    expect((await before).committed).toBe(true)
  })

  it('counts batches by size and tells of each that made something durable', async () => {
    let told = 0
    const { commit, committer } = world({
      onCommit: () => {
        told += 1
      },
    })
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => commit(claimed(id))))
    await commit(claimed('a'))
    expect(committer.stats()).toMatchObject({ batches: 2, changes: 6, lost: 1, largest: 5, sizes: [1, 0, 1] })
    expect(told).toBe(1)
  })
})
