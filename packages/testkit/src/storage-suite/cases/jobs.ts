import assert from 'node:assert/strict'
import { finish, type JobRow, jobs, scheduleOp } from '@florin/core/storage'
import { FAKE_START } from '../../clock/index.ts'
import { always, type StorageCase, type StorageHarness } from '../harness.ts'
import type { Cells } from '../sample.ts'
import {
  allRows,
  claimRow,
  guarded,
  inWorld,
  LEASE_LOST,
  mustCommit,
  plain,
  tableOf,
  WON,
  type World,
} from '../world.ts'

const LEASE_MS = 1000
const winners = tableOf('payment_winners')

/** Time as the storage's leases see it. */
const timeOf = (harness: StorageHarness): NonNullable<StorageHarness['clock']> => {
  let now = FAKE_START
  return (
    harness.clock ?? {
      now: async () => now,
      async pass(ms) {
        now += ms
      },
    }
  )
}

interface JobWorld extends World {
  readonly time: NonNullable<StorageHarness['clock']>
  /** Schedules jobs that are due `dueMs` from now (or were). */
  schedule(...given: readonly (Cells & { dueMs?: number })[]): Promise<readonly Cells[]>
  lease(token: string, limit?: number, queues?: readonly string[]): Promise<readonly JobRow[]>
  stored(): Promise<readonly Cells[]>
}

const inJobWorld = (harness: StorageHarness, body: (world: JobWorld) => Promise<void>): Promise<void> =>
  inWorld(harness, async (world) => {
    const time = timeOf(harness)
    await body({
      ...world,
      time,
      async schedule(...given) {
        const now = await time.now()
        const rows = given.map(({ dueMs = 0, ...cells }) =>
          world.row(jobs, { queue: 'q', token: null, tries: 0, due: now + dueMs, ...cells }),
        )
        await mustCommit(world, ...rows.map((row) => ({ guards: [], effects: [scheduleOp(row)] })))
        return rows
      },
      lease: async (token, limit = 10, queues = ['q']) =>
        world.storage.lease(queues, { limit, leaseMs: LEASE_MS, now: await time.now(), token }),
      stored: () => allRows(world.storage, jobs),
    })
  })

const names = (rows: readonly { readonly id?: unknown }[]): readonly unknown[] => rows.map(({ id }) => id)

export const jobCases: readonly StorageCase[] = [
  always('a lease takes due jobs of its queue, oldest first, up to its limit', (harness) =>
    inJobWorld(harness, async (world) => {
      const [late, early, , , next] = await world.schedule(
        { dueMs: -10 },
        { dueMs: -30 },
        { queue: 'other', dueMs: -40 },
        { dueMs: 60_000 },
        { dueMs: 0 },
      )
      assert.deepEqual(names(await world.lease('one', 2)), [early?.id, late?.id])
      assert.deepEqual(names(await world.lease('two')), [next?.id])
      assert.deepEqual(await world.lease('three'), [])
    }),
  ),

  always('a lease of several queues takes from each in turn, so that a flooded one keeps no other waiting', (harness) =>
    inJobWorld(harness, async (world) => {
      const [oldest, next, , alone] = await world.schedule(
        { queue: 'flooded', dueMs: -50 },
        { queue: 'flooded', dueMs: -40 },
        { queue: 'flooded', dueMs: -30 },
        { queue: 'quiet', dueMs: -10 },
        { queue: 'not asked', dueMs: -60 },
      )
      const queues = ['quiet', 'flooded', 'empty']
      assert.deepEqual(names(await world.lease('one', 3, queues)), [oldest?.id, alone?.id, next?.id])
      assert.deepEqual((await world.lease('two', 9, queues)).length, 1)
      assert.deepEqual(await world.lease('three', 9, []), [])
    }),
  ),

  always('a leased job carries its token, one more try and the end of the lease, and is stored so', (harness) =>
    inJobWorld(harness, async (world) => {
      const [row] = await world.schedule({ tries: 4 })
      const before = await world.time.now()
      const [job] = await world.lease('mine')
      const after = await world.time.now()
      assert.ok(job)
      assert.ok(job.due >= before + LEASE_MS && job.due <= after + LEASE_MS, `leased until ${job.due}, now ${before}`)
      assert.deepEqual(plain(job), plain({ ...row, token: 'mine', tries: 5, due: job.due }))
      assert.deepEqual(await world.stored(), [plain(job)])
    }),
  ),

  always('of many leases at once each job goes to exactly one', (harness) =>
    inJobWorld(harness, async (world) => {
      const rows = await world.schedule(...Array.from({ length: 60 }, () => ({ dueMs: -1 })))
      const leases = await Promise.all(Array.from({ length: 10 }, (_, i) => world.lease(`holder ${i}`, 9)))
      const taken = leases.flat()
      assert.equal(new Set(names(taken)).size, taken.length)
      taken.push(...(await world.lease('rest', 60)))
      assert.deepEqual([...names(taken)].sort(), [...names(rows)].sort())
      leases.forEach((held, i) => {
        for (const job of held) assert.equal(job.token, `holder ${i}`)
      })
    }),
  ),

  always(
    'a lease that ran out is taken over, and the holder before loses its finish and all that goes with it',
    (harness) =>
      inJobWorld(harness, async (world) => {
        await world.schedule({})
        const [mine] = await world.lease('mine')
        assert.deepEqual(await world.lease('too early'), [])
        await world.time.pass(LEASE_MS)
        const [theirs] = await world.lease('theirs')
        assert.ok(mine && theirs)
        assert.deepEqual([theirs.id, theirs.token, theirs.tries], [mine.id, 'theirs', 2])
        const work = claimRow(winners, world.row(winners))
        const late = finish({ id: mine.id, token: 'mine' })
        assert.deepEqual(await world.commit(guarded(work, late)), [LEASE_LOST])
        assert.deepEqual(await allRows(world.storage, winners), [])
        assert.deepEqual(await world.stored(), [plain(theirs)])
        assert.deepEqual(await world.commit(guarded(work, finish({ id: theirs.id, token: 'theirs' }))), [WON])
        assert.deepEqual(await world.stored(), [])
      }),
  ),

  always('a holder whose lease ran out, but was not taken over, still finishes', (harness) =>
    inJobWorld(harness, async (world) => {
      await world.schedule({})
      const [job] = await world.lease('mine')
      await world.time.pass(2 * LEASE_MS)
      assert.deepEqual(await world.commit(guarded(finish({ id: job?.id ?? '', token: 'mine' }))), [WON])
      assert.deepEqual(await world.stored(), [])
    }),
  ),

  always('a job that is finished twice, was never leased, or does not exist, loses', (harness) =>
    inJobWorld(harness, async (world) => {
      const [row] = await world.schedule({ dueMs: -5 })
      const id = row?.id as string
      assert.deepEqual(await world.commit(guarded(finish({ id, token: 'mine' }))), [LEASE_LOST])
      assert.deepEqual(await world.commit(guarded(finish({ id: world.ids.make('job'), token: 'mine' }))), [LEASE_LOST])
      await world.lease('mine')
      assert.deepEqual(await world.commit(guarded(finish({ id, token: 'mine' }))), [WON])
      assert.deepEqual(await world.commit(guarded(finish({ id, token: 'mine' }))), [LEASE_LOST])
    }),
  ),

  always('a job that is released runs again at its instant, with its tries', (harness) =>
    inJobWorld(harness, async (world) => {
      const [row] = await world.schedule({})
      await world.lease('mine')
      const again = (await world.time.now()) + 500
      assert.deepEqual(await world.commit(guarded(finish({ id: row?.id as string, token: 'mine' }, again))), [WON])
      assert.deepEqual(await world.stored(), [plain({ ...row, tries: 1, token: null, due: again })])
      assert.deepEqual(await world.commit(guarded(finish({ id: row?.id as string, token: 'mine' }))), [LEASE_LOST])
      assert.deepEqual(await world.lease('too early'), [])
      await world.time.pass(500)
      const [job] = await world.lease('theirs')
      assert.deepEqual([job?.id, job?.token, job?.tries], [row?.id, 'theirs', 2])
    }),
  ),

  always('a job with the queue and key of one that waits leaves that one as it is, also within a batch', (harness) =>
    inJobWorld(harness, async (world) => {
      const [row] = await world.schedule({ key: 'k', dueMs: 100 })
      await world.schedule({ key: 'k', dueMs: -100 })
      assert.deepEqual(await world.stored(), [plain(row)])
      await world.schedule({ key: 'k', queue: 'other' }, { key: 'l' }, { key: 'l' })
      const stored = (await world.stored()).map(({ queue, key }) => `${queue} ${key}`)
      assert.deepEqual(stored.sort(), ['other k', 'q k', 'q l'])
    }),
  ),

  always('a change may finish a job and schedule another with its key', (harness) =>
    inJobWorld(harness, async (world) => {
      const [row] = await world.schedule({ key: 'k' })
      await world.lease('mine')
      const successor = world.row(jobs, { queue: 'q', key: 'k', token: null })
      const outcomes = await world.commit({
        guards: [finish({ id: row?.id as string, token: 'mine' })],
        effects: [scheduleOp(successor)],
      })
      assert.deepEqual(outcomes, [WON])
      assert.deepEqual(await world.stored(), [plain(successor)])
    }),
  ),
]
