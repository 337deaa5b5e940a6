import assert from 'node:assert/strict'
import {
  accounts,
  type Change,
  events,
  finish,
  type Guard,
  jobs,
  type Outcome,
  type Posting,
  post,
} from '@florin/core/storage'
import { FAKE_START } from '../../clock/index.ts'
import { always, needs, type StorageCase, type StorageHarness } from '../harness.ts'
import {
  allRows,
  appendRow,
  below,
  claimRow,
  duplicate,
  guarded,
  insertRow,
  inWorld,
  LEASE_LOST,
  mustCommit,
  pick,
  replaceRow,
  stale,
  tableOf,
  WON,
  type World,
} from '../world.ts'

const payments = tableOf('payments')
const winners = tableOf('payment_winners')
const SIZE = 256
const LOSERS = 50

const withdrawal = (amount: bigint, floor: bigint | null): Posting => ({
  debit: { account: 'purse', side: 'credit', floor },
  credit: { account: 'cash', side: 'debit', floor: null },
  amount,
  currency: 'EUR',
  phase: 'posted',
})

/** A guard that holds, or one that loses in the named way, and what the loser must be told. */
type Maker = (world: World, loses: boolean, at: number) => Promise<readonly [Guard, Outcome]>

const byKey: Maker = async (world, loses) => {
  const row = world.row(winners)
  if (loses) await mustCommit(world, insertRow(winners, world.row(winners, pick(row, winners.key))))
  return [claimRow(winners, row), duplicate('payment_winners')]
}
const byUnique: Maker = async (world, loses) => {
  const row = world.row(payments)
  const unique = payments.unique.reference as readonly string[]
  if (loses) await mustCommit(world, insertRow(payments, world.row(payments, pick(row, unique))))
  return [claimRow(payments, row), duplicate('payments')]
}
const byVersion: Maker = async (world, loses) => {
  const row = world.row(payments)
  await mustCommit(world, insertRow(payments, row))
  const set = { ...pick(row, payments.mutable), version: 2 }
  return [replaceRow(payments, pick(row, payments.key), loses ? 2 : 1, set), stale('payments')]
}
const byFloor: Maker = async (_, loses, at) => [
  post('m', `t${at}`, FAKE_START, [withdrawal(1n, loses ? 0n : null)]),
  below('purse'),
]
const byLease: Maker = async (world, loses) => {
  const row = world.row(jobs, { queue: 'q', token: null, due: 0 })
  await mustCommit(world, insertRow(jobs, row))
  const [job] = await world.storage.lease(['q'], { limit: 1, leaseMs: 3_600_000, now: FAKE_START, token: 'mine' })
  assert.equal(job?.id, row.id)
  return [finish({ id: row.id as string, token: loses ? 'stolen' : 'mine' }), LEASE_LOST]
}
const MAKERS = [byKey, byUnique, byVersion, byFloor, byLease] as const

interface Prepared {
  readonly change: Change
  readonly expected: Outcome
  readonly subject: string
}

/** 256 changes of every kind, every fifth or so a loser; each also claims a row of its own first and appends an event. */
const prepare = async (world: World): Promise<readonly Prepared[]> => {
  const prepared: Prepared[] = []
  for (let at = 0; at < SIZE; at++) {
    const loses = at % 5 === 2 && prepared.filter(({ expected }) => expected !== WON).length < LOSERS
    const [guard, loss] = await (MAKERS[(at + Math.floor(at / 5)) % MAKERS.length] as Maker)(world, loses, at)
    const subject = `s${at}`
    const own = claimRow(winners, world.row(winners, { merchant: subject }))
    const event = appendRow(events, world.row(events, { merchant: 'm', subject, version: 1 }))
    prepared.push({ change: { guards: [own, guard], effects: [event] }, expected: loses ? loss : WON, subject })
  }
  return prepared
}

const subjectsOf = async (world: World): Promise<readonly unknown[]> =>
  (await allRows(world.storage, events)).map(({ subject }) => subject).sort()

const run = (harness: StorageHarness, shuffle: boolean): Promise<void> =>
  inWorld(harness, async (world) => {
    const prepared = [...(await prepare(world))]
    if (shuffle) prepared.reverse()
    const outcomes = await world.commit(...prepared.map(({ change }) => change))
    assert.deepEqual(
      outcomes,
      prepared.map(({ expected }) => expected),
    )
    const won = prepared.filter(({ expected }) => expected === WON).map(({ subject }) => subject)
    assert.equal(won.length, SIZE - LOSERS)
    assert.deepEqual(await subjectsOf(world), [...won].sort())
    const claimed = (await allRows(world.storage, winners)).map(({ merchant }) => merchant)
    for (const { subject, expected } of prepared) assert.equal(claimed.includes(subject), expected === WON, subject)
    const withdrawn = prepared.filter(
      ({ change, expected }) => expected === WON && change.guards.some(({ op }) => op === 'post'),
    )
    const [purse] = await world.storage.load(accounts, [{ merchant: 'm', account: 'purse' }])
    assert.equal(purse?.debitsPosted, BigInt(withdrawn.length))
    assert.equal(purse?.version, withdrawn.length)
  })

export const mixedBatchCases: readonly StorageCase[] = [
  always('a batch of 256 with 50 losers of every kind commits the other 206', (harness) => run(harness, false)),
  always('in what order the changes stand decides nothing', (harness) => run(harness, true)),

  always('a batch of 256 losers commits nothing, and one of 256 winners everything', (harness) =>
    inWorld(harness, async (world) => {
      const rows = Array.from({ length: SIZE }, () => world.row(winners))
      await mustCommit(world, ...rows.map((row) => insertRow(winners, row)))
      const losers = rows.map((row, i) => ({
        guards: [claimRow(winners, row)],
        effects: [appendRow(events, world.row(events, { subject: `s${i}` }))],
      }))
      assert.deepEqual(
        await world.commit(...losers),
        losers.map(() => duplicate('payment_winners')),
      )
      assert.deepEqual(await subjectsOf(world), [])
    }),
  ),

  needs(['reopen'], 'what a batch with losers left is what is there after opening again', async (harness) => {
    const storage = await harness.open()
    let before: unknown
    await inWorld({ open: async () => storage }, async (world) => {
      const taken = world.row(winners)
      await mustCommit(world, insertRow(winners, taken))
      const lost = guarded(claimRow(winners, world.row(winners)), claimRow(winners, taken))
      assert.deepEqual(await world.commit(lost, insertRow(payments, world.row(payments))), [
        duplicate(winners.name),
        WON,
      ])
      before = [await allRows(storage, winners), await allRows(storage, payments)]
    })
    const again = await harness.reopen?.(storage)
    assert.ok(again)
    try {
      assert.deepEqual([await allRows(again, winners), await allRows(again, payments)], before)
    } finally {
      await again.close()
    }
  }),
]
