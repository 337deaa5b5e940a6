import assert from 'node:assert/strict'
import { accounts, type Change, events, finish, jobs, post, type Storage } from '@florin/core/storage'
import { FAKE_START } from '../../clock/index.ts'
import { needs, type StorageCase, type StorageHarness } from '../harness.ts'
import {
  allRows,
  appendRow,
  claimRow,
  duplicate,
  guarded,
  insertRow,
  LEASE_LOST,
  mustCommit,
  pick,
  plain,
  tableOf,
  WON,
  type World,
  worldOf,
} from '../world.ts'
import { sealRest, verify } from './seals.ts'

const winners = tableOf('payment_winners')

/** Two worlds on one store, as two processes have them. */
const inSiblings = async (harness: StorageHarness, body: (one: World, two: World) => Promise<void>): Promise<void> => {
  const storage = await harness.open()
  let sibling: Storage | undefined
  try {
    sibling = await harness.sibling?.(storage)
    assert.ok(sibling)
    await body(worldOf(storage, 1), worldOf(sibling, 2))
  } finally {
    await sibling?.close()
    await storage.close()
  }
}

const busy = (world: World, merchant: string, version: number): Change => ({
  guards: [
    post('m', world.ids.make('t'), FAKE_START, [
      {
        debit: { account: 'cash', side: 'debit', floor: null },
        credit: { account: 'owed', side: 'credit', floor: null },
        amount: 1n,
        currency: 'EUR',
        phase: 'posted',
      },
    ]),
  ],
  effects: [appendRow(events, world.row(events, { merchant, subject: 's', version }))],
})

export const siblingCases: readonly StorageCase[] = [
  needs(['sibling'], "two processes see each other's rows and lose to each other's keys", (harness) =>
    inSiblings(harness, async (one, two) => {
      const row = one.row(winners)
      await mustCommit(one, insertRow(winners, row))
      assert.deepEqual(await allRows(two.storage, winners), [plain(row)])
      const rival = two.row(winners, pick(row, winners.key))
      assert.deepEqual(await two.commit(guarded(claimRow(winners, rival))), [duplicate(winners.name)])
    }),
  ),

  needs(
    ['sibling'],
    'two processes that commit in turn and at once keep one chain and dense account versions',
    (harness) =>
      inSiblings(harness, async (one, two) => {
        for (let version = 1; version <= 12; version++) {
          const first = () => one.commit(busy(one, 'a', version))
          const second = () => two.commit(busy(two, 'b', version))
          if (version % 2 === 0) assert.deepEqual(await Promise.all([first(), second()]), [[WON], [WON]])
          else assert.deepEqual([await first(), await second()], [[WON], [WON]])
        }
        await sealRest(one.storage)
        await verify(two.storage)
        const [row] = await two.storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
        assert.deepEqual([row?.version, row?.debitsPosted], [24, 24n])
      }),
  ),

  needs(['sibling'], "two processes never lease one job at a time, and the second's finish loses", (harness) =>
    inSiblings(harness, async (one, two) => {
      const rows = Array.from({ length: 12 }, () => one.row(jobs, { queue: 'q', token: null, due: FAKE_START }))
      await mustCommit(one, ...rows.map((row) => insertRow(jobs, row)))
      const now = (await harness.clock?.now()) ?? FAKE_START
      const lease = ({ storage }: World, token: string, limit: number) =>
        storage.lease(['q'], { limit, leaseMs: 60_000, now, token })
      const [first, second] = await Promise.all([lease(one, 'one', 7), lease(two, 'two', 12)])
      const leased = [...first, ...second, ...(await lease(two, 'two again', 12))]
      assert.deepEqual(leased.map(({ id }) => id).sort(), rows.map(({ id }) => id as string).sort())
      const [job] = first
      assert.ok(job)
      assert.deepEqual(await two.commit(guarded(finish({ id: job.id, token: 'two' }))), [LEASE_LOST])
      assert.deepEqual(await two.commit(guarded(finish(job as { id: string; token: string }))), [WON])
    }),
  ),
]
