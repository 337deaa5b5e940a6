import { memoryStorage } from '@florin/core/memory'
import { type Batch, type Change, finish, type JobRow, type Storage } from '@florin/core/storage'
import { expect, test } from 'vitest'
import type { StorageCase } from './harness.ts'
import { storageCases } from './suite.ts'

/** A correct storage with one planted bug. */
type Sabotage = (sound: Storage) => Partial<Storage>

const altered = (batch: Batch, change: (change: Change) => Change): Batch => ({
  ...batch,
  changes: batch.changes.map(change),
})

const one = (batch: Batch, change: Change): Batch => ({ ...batch, changes: [change] })

const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'drops the last effect of a change': (sound) => ({
    commit: (batch) =>
      sound.commit(altered(batch, ({ guards, effects }) => ({ guards, effects: effects.slice(0, -1) }))),
  }),
  'keeps the effects of losers': (sound) => ({
    async commit(batch) {
      const outcomes = await sound.commit(batch)
      const lost = batch.changes.filter((_, i) => outcomes[i]?.committed === false)
      await sound.commit({ ...batch, changes: lost.map(({ effects }) => ({ guards: [], effects })) }).catch(() => {})
      return outcomes
    },
  }),
  'keeps the guards of a loser that held': (sound) => ({
    async commit(batch) {
      const outcomes = await sound.commit(batch)
      for (const [i, { guards }] of batch.changes.entries()) {
        if (outcomes[i]?.committed === true) continue
        for (const op of guards) await sound.commit(one(batch, { guards: [op], effects: [] }))
      }
      return outcomes
    },
  }),
  'fails the whole batch for one loser': (sound) => ({
    async commit(batch) {
      const outcomes = await sound.commit(batch)
      const loser = outcomes.find(({ committed }) => !committed)
      return loser === undefined ? outcomes : batch.changes.map(() => loser)
    },
  }),
  'decides guards from the last to the first': (sound) => ({
    commit: (batch) =>
      sound.commit(altered(batch, ({ guards, effects }) => ({ guards: [...guards].reverse(), effects }))),
  }),
  'ignores floors': (sound) => ({
    commit: (batch) =>
      sound.commit(
        altered(batch, ({ guards, effects }) => ({
          guards: guards.map((op) =>
            op.op !== 'post'
              ? op
              : {
                  ...op,
                  postings: op.postings.map((posting) => ({
                    ...posting,
                    debit: { ...posting.debit, floor: null },
                    credit: { ...posting.credit, floor: null },
                  })),
                },
          ),
          effects,
        })),
      ),
  }),
  'commits changes one by one, so that a bug undoes only its own': (sound) => ({
    async commit(batch) {
      const outcomes = []
      for (const change of batch.changes) outcomes.push(...(await sound.commit(one(batch, change))))
      return outcomes
    },
  }),
  'gives keys back in any order': (sound) => ({
    load: async (table, keys) => [...(await sound.load(table, keys))].reverse(),
  }),
  'leaves out what it does not find': (sound) => ({
    load: async (table, keys) => (await sound.load(table, keys)).filter((row) => row !== undefined),
  }),
  'gives a next after the last page': (sound) => ({
    async find(table, query) {
      const page = await sound.find(table, query)
      return page.rows.length === query.limit ? { next: query.after ?? '', ...page } : page
    },
  }),
  'ignores the lower bound': (sound) => ({
    find: (table, { from: _, ...query }) => sound.find(table, query),
  }),
  'takes the upper bound as exclusive': (sound) => ({
    find: (table, { to, ...query }) =>
      sound.find(
        table,
        typeof to === 'number' ? { ...query, to: to - 1 } : { ...query, ...(to !== undefined && { to }) },
      ),
  }),
  'scans the first page only': (sound) => ({
    async *scan(table, query) {
      for await (const page of sound.scan(table, query)) {
        yield page
        return
      }
    },
  }),
  'leases what is not due yet': (sound) => ({
    lease: (queues, options) => sound.lease(queues, { ...options, now: options.now + 1000 }),
  }),
  'leases of the first queue only': (sound) => ({
    lease: (queues, options) => sound.lease(queues.slice(-1), options),
  }),
  'leases to everybody': (sound) => {
    const leased: JobRow[] = []
    return {
      async lease(queues, options) {
        leased.push(...(await sound.lease(queues, options)))
        return leased.filter((job) => queues.includes(job.queue)).slice(0, options.limit)
      },
    }
  },
  'finishes whoever asks': (sound) => {
    const tokens = new Map<string, string>()
    return {
      async lease(queues, options) {
        const rows = await sound.lease(queues, options)
        for (const row of rows) tokens.set(row.id, options.token)
        return rows
      },
      commit: (batch) =>
        sound.commit(
          altered(batch, ({ guards, effects }) => ({
            guards: guards.map((op) =>
              op.op === 'finish' ? finish({ id: op.id, token: tokens.get(op.id) ?? op.token }, op.again) : op,
            ),
            effects,
          })),
        ),
    }
  },
  'forgets the head': () => ({ head: async () => undefined }),
  'seals any place twice': (sound) => ({
    async seal(seal) {
      await sound.seal(seal)
      return { committed: true }
    },
  }),
  'answers after close': (sound) => ({ ...sound, close: async () => {} }),
  'shares one store between all': (() => {
    const shared = memoryStorage()
    return () => ({ ...shared, close: async () => {} })
  })(),
}

// The cases that go through every table are many; what they find, others mostly find sooner.
const isBroad = ({ name }: StorageCase): boolean => /every (column|row)/.test(name)
const QUICKEST_FIRST = [...storageCases.filter((each) => !isBroad(each)), ...storageCases.filter(isBroad)]

for (const [name, sabotage] of Object.entries(SABOTAGES)) {
  test(`the suite finds a storage that ${name}`, { timeout: 30_000 }, async () => {
    const open = async (): Promise<Storage> => {
      const sound = memoryStorage()
      return { ...sound, ...sabotage(sound) }
    }
    let found = 0
    for (const each of QUICKEST_FIRST) {
      if (each.skip({ open }) !== undefined) continue
      found += await each.run({ open }).then(
        () => 0,
        () => 1,
      )
      if (found > 0) break
    }
    expect(found).toBeGreaterThan(0)
  })
}
