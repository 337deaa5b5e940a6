import assert from 'node:assert/strict'
import {
  accounts,
  type Change,
  type EventRow,
  events,
  post,
  type SealRow,
  type Storage,
  sealEvents,
  seals,
} from '@florin/core/storage'
import { always, needs, type StorageCase } from '../harness.ts'
import {
  allRows,
  appendRow,
  claimRow,
  duplicate,
  guarded,
  inWorld,
  mustCommit,
  plain,
  tableOf,
  WON,
  type World,
  worldOf,
} from '../world.ts'

const winners = tableOf('payment_winners')

/** Does the sequencer's work where a storage leaves it to one; a storage that seals in its commits has nothing to do here. */
export const sealRest = async (storage: Storage): Promise<void> => {
  for (;;) {
    const rest = await storage.unsealed(1000)
    if (rest.length === 0) return
    for (const seal of sealEvents(await storage.head(0), 0, 1, rest)) assert.deepEqual(await storage.seal(seal), WON)
  }
}

const sealsOf = async (storage: Storage, partition: number): Promise<readonly SealRow[]> => {
  const rows: SealRow[] = []
  for await (const page of storage.scan(seals, { index: 'key', equals: { partition } })) rows.push(...page)
  return rows
}

/** Checks that the seals list every event once, in dense positions and per subject in order, and that they chain. */
export const verify = async (storage: Storage): Promise<void> => {
  const listed = new Map<string, number>()
  let head: SealRow | undefined
  for (const seal of await sealsOf(storage, 0)) {
    const keys = seal.events.map(([merchant, subject, version]) => ({ merchant, subject, version }))
    const rows = await storage.load(events, keys)
    for (const { merchant, subject, version } of keys) {
      const name = `${merchant} ${subject}`
      assert.equal(version, (listed.get(name) ?? 0) + 1, `the order of the events of ${name}`)
      listed.set(name, version)
    }
    assert.ok(
      rows.every((row) => row !== undefined),
      'a seal lists an event that is not there',
    )
    assert.deepEqual([plain(seal)], sealEvents(head, 0, seal.at, rows as readonly EventRow[]).map(plain))
    head = seal
  }
  const sealed = [...listed.values()].reduce((sum, versions) => sum + versions, 0)
  assert.equal(sealed, (await allRows(storage, events)).length, 'events that no seal lists')
  assert.deepEqual(plain(await storage.head(0)), plain(head))
}

/** One unit, without a floor. */
const transfer = (at: number) =>
  post('m', `t${at}`, 1, [
    {
      debit: { account: 'cash', side: 'debit', floor: null },
      credit: { account: 'owed', side: 'credit', floor: null },
      amount: 1n,
      currency: 'EUR',
      phase: 'posted',
    },
  ])

const append = (world: World, subject: string, ...versions: readonly number[]) => ({
  guards: [],
  effects: versions.map((version) => appendRow(events, world.row(events, { merchant: 'm', subject, version }))),
})

export const sealCases: readonly StorageCase[] = [
  always('every event has one position, dense from 1, in one chain over all batches', (harness) =>
    inWorld(harness, async (world) => {
      for (let round = 0; round < 5; round++) {
        const changes = Array.from({ length: 20 }, (_, i) => append(world, `s${i}`, 2 * round + 1, 2 * round + 2))
        await mustCommit(world, ...changes)
        if (round % 2 === 0) await sealRest(world.storage)
      }
      await sealRest(world.storage)
      await verify(world.storage)
      const head = await world.storage.head(0)
      assert.equal(head && head.first + head.size, 201)
    }),
  ),

  always('a batch of more events than a seal lists is sealed whole', (harness) =>
    inWorld(harness, async (world) => {
      const versions = Array.from({ length: 10 }, (_, i) => i + 1)
      await mustCommit(world, ...Array.from({ length: 220 }, (_, i) => append(world, `s${i}`, ...versions)))
      await sealRest(world.storage)
      await verify(world.storage)
      for (const { size } of await sealsOf(world.storage, 0)) assert.ok(size >= 1 && size <= 1000)
    }),
  ),

  always('the events of a loser are neither kept nor sealed', (harness) =>
    inWorld(harness, async (world) => {
      const taken = claimRow(winners, world.row(winners))
      await mustCommit(world, guarded(taken), append(world, 'kept', 1))
      const outcomes = await world.commit({ ...append(world, 'lost', 1), guards: [taken] }, append(world, 'kept', 2))
      assert.deepEqual(outcomes, [duplicate(winners.name), WON])
      await sealRest(world.storage)
      await verify(world.storage)
      assert.equal(
        (await sealsOf(world.storage, 0)).reduce((sum, { size }) => sum + size, 0),
        2,
      )
    }),
  ),

  always('a batch that is undone takes no position and no account version', (harness) =>
    inWorld(harness, async (world) => {
      const booked = (at: number): Change => ({ guards: [transfer(at)], effects: append(world, `s${at}`, 1).effects })
      await mustCommit(world, booked(1), booked(2))
      await assert.rejects(world.commit(booked(3), booked(4), append(world, 's1', 1)))
      await mustCommit(world, booked(5))
      await sealRest(world.storage)
      await verify(world.storage)
      const [row] = await world.storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
      assert.deepEqual([row?.version, row?.debitsPosted], [3, 3n])
    }),
  ),

  needs(['reopen'], 'the chain and the versions of accounts go on where they were before closing', async (harness) => {
    const storage = await harness.open()
    const one = worldOf(storage)
    await mustCommit(one, append(one, 'a', 1, 2), guarded(transfer(1)))
    const again = await harness.reopen?.(storage)
    assert.ok(again)
    try {
      const two = worldOf(again, 2)
      await mustCommit(two, append(two, 'a', 3), append(two, 'b', 1), guarded(transfer(2)))
      await sealRest(again)
      await verify(again)
      const [row] = await again.load(accounts, [{ merchant: 'm', account: 'cash' }])
      assert.deepEqual([row?.version, row?.debitsPosted], [2, 2n])
    } finally {
      await again.close()
    }
  }),

  always('a commit without events adds no seal', (harness) =>
    inWorld(harness, async (world) => {
      await mustCommit(world, append(world, 's', 1))
      await sealRest(world.storage)
      const head = plain(await world.storage.head(0))
      await mustCommit(world, guarded(claimRow(winners, world.row(winners))))
      await sealRest(world.storage)
      assert.deepEqual(plain(await world.storage.head(0)), head)
    }),
  ),

  always("of two sequencers that seal the same place the second loses, and the head stays the first one's", (harness) =>
    inWorld(harness, async (world) => {
      const partition = 5 // one that no commit seals into
      const batch = [1, 2].map((version) => world.row(events, { merchant: 'm', subject: 's', version }) as EventRow)
      const [one] = sealEvents(undefined, partition, 1, batch)
      const [two] = sealEvents(undefined, partition, 2, batch.slice(0, 1))
      assert.ok(one && two)
      assert.deepEqual(await world.storage.seal(one), WON)
      assert.deepEqual(await world.storage.seal(two), duplicate('seals'))
      assert.deepEqual(plain(await world.storage.head(partition)), plain(one))
      const [next] = sealEvents(one, partition, 3, batch)
      assert.ok(next)
      assert.deepEqual(await world.storage.seal(next), WON)
      assert.deepEqual(plain(await world.storage.head(partition)), plain(next))
      assert.equal(await world.storage.head(6), undefined)
    }),
  ),
]
