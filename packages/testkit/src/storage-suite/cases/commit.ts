import assert from 'node:assert/strict'
import { isFlorinError } from '@florin/core'
import { CATALOGUE, events, jobs, scheduleOp } from '@florin/core/storage'
import { always, type StorageCase } from '../harness.ts'
import {
  allRows,
  appendRow,
  claimRow,
  duplicate,
  guarded,
  insertRow,
  inWorld,
  LEASE_LOST,
  mustCommit,
  pick,
  plain,
  replaceRow,
  stale,
  tableOf,
  WON,
  type World,
} from '../world.ts'

const payments = tableOf('payments')
const winners = tableOf('payment_winners')
const isInternal = (error: unknown): boolean => isFlorinError(error, 'internal')

/** Tables whose rows anybody may claim: those of the spine have ops of their own. */
const CLAIMED = CATALOGUE.filter(({ name, contended }) => contended && !['jobs', 'seals', 'accounts'].includes(name))

const eventRow = (world: World, subject: string, version: number) =>
  world.row(events, { merchant: 'm', subject, version })

export const commitCases: readonly StorageCase[] = [
  always('an empty batch, and a change without guards or effects, commit', (harness) =>
    inWorld(harness, async (world) => {
      assert.deepEqual(await world.commit(), [])
      assert.deepEqual(await world.commit({ guards: [], effects: [] }), [WON])
    }),
  ),

  always('guards and effects of a change are durable together', (harness) =>
    inWorld(harness, async (world) => {
      const payment = world.row(payments)
      const winner = world.row(winners)
      const event = eventRow(world, 'subject', 1)
      const job = world.row(jobs, { token: null })
      const outcomes = await world.commit({
        guards: [claimRow(payments, payment), claimRow(winners, winner)],
        effects: [appendRow(events, event), scheduleOp(job)],
      })
      assert.deepEqual(outcomes, [WON])
      assert.deepEqual(await allRows(world.storage, payments), [plain(payment)])
      assert.deepEqual(await allRows(world.storage, winners), [plain(winner)])
      assert.deepEqual(await allRows(world.storage, events), [plain(event)])
      assert.deepEqual(await allRows(world.storage, jobs), [plain(job)])
    }),
  ),

  ...CLAIMED.map((table) =>
    always(`${table.name}: a taken primary key loses, and the row that has it stays as it was`, (harness) =>
      inWorld(harness, async (world) => {
        const row = world.row(table)
        await mustCommit(world, guarded(claimRow(table, row)))
        const rival = world.row(table, pick(row, table.key))
        assert.deepEqual(await world.commit(guarded(claimRow(table, rival))), [duplicate(table.name)])
        assert.deepEqual(await allRows(world.storage, table), [plain(row)])
      }),
    ),
  ),

  ...CLAIMED.flatMap((table) =>
    Object.entries(table.unique as Record<string, readonly string[]>).map(([unique, columns]) =>
      always(`${table.name}: a taken '${unique}' loses under another primary key`, (harness) =>
        inWorld(harness, async (world) => {
          const row = world.row(table)
          await mustCommit(world, guarded(claimRow(table, row)))
          const rival = world.row(table, pick(row, columns))
          assert.deepEqual(await world.commit(guarded(claimRow(table, rival))), [duplicate(table.name)])
          const last = columns.at(-1) as string
          const other = world.row(table, { ...pick(row, columns), [last]: world.row(table)[last] })
          assert.deepEqual(await world.commit(guarded(claimRow(table, other))), [WON])
          assert.equal((await allRows(world.storage, table)).length, 2)
        }),
      ),
    ),
  ),

  ...CATALOGUE.filter(({ mutable, name }) => mutable.includes('version') && name !== 'accounts').map((table) =>
    always(
      `${table.name}: a replacement needs the version it read, and writes every mutable column and no other`,
      (harness) =>
        inWorld(harness, async (world) => {
          const row = world.row(table)
          const neighbour = world.row(table)
          await mustCommit(world, insertRow(table, row), insertRow(table, neighbour))
          const key = pick(row, table.key)
          const set = { ...pick(world.row(table), table.mutable), version: 2 }
          assert.deepEqual(await world.commit(guarded(replaceRow(table, key, 2, set))), [stale(table.name)])
          const absent = pick(world.row(table), table.key)
          assert.deepEqual(await world.commit(guarded(replaceRow(table, absent, 1, set))), [stale(table.name)])
          assert.deepEqual(plain((await world.storage.load(table, [key as never]))[0]), plain(row))
          assert.deepEqual(await world.commit(guarded(replaceRow(table, key, 1, set))), [WON])
          assert.deepEqual(await world.commit(guarded(replaceRow(table, key, 1, { ...set, version: 3 }))), [
            stale(table.name),
          ])
          const stored = await world.storage.load(table, [key as never, pick(neighbour, table.key) as never])
          assert.deepEqual(stored.map(plain), [plain({ ...row, ...set }), plain(neighbour)])
        }),
    ),
  ),

  always('a loser whose earlier guards held leaves nothing behind, and what it had claimed is free', (harness) =>
    inWorld(harness, async (world) => {
      const taken = world.row(winners)
      const payment = world.row(payments)
      await mustCommit(world, guarded(claimRow(winners, taken)), guarded(claimRow(payments, payment)))
      const set = { ...pick(world.row(payments), payments.mutable), version: 2 }
      const free = world.row(winners)
      const neighbour = world.row(winners)
      const outcomes = await world.commit(
        {
          guards: [
            claimRow(winners, free),
            replaceRow(payments, pick(payment, payments.key), 1, set),
            claimRow(winners, taken),
          ],
          effects: [appendRow(events, eventRow(world, 'loser', 1)), scheduleOp(world.row(jobs))],
        },
        { guards: [claimRow(winners, neighbour)], effects: [appendRow(events, eventRow(world, 'neighbour', 1))] },
      )
      assert.deepEqual(outcomes, [duplicate(winners.name), WON])
      assert.deepEqual(
        plain((await world.storage.load(payments, [pick(payment, payments.key) as never]))[0]),
        plain(payment),
      )
      assert.deepEqual(
        (await allRows(world.storage, events)).map(({ subject }) => subject),
        ['neighbour'],
      )
      assert.deepEqual(await allRows(world.storage, jobs), [])
      assert.equal((await allRows(world.storage, winners)).length, 2)
      await mustCommit(world, guarded(claimRow(winners, free)))
    }),
  ),

  always('a loser is named for its first guard that did not hold', (harness) =>
    inWorld(harness, async (world) => {
      const winner = world.row(winners)
      const payment = world.row(payments)
      await mustCommit(world, guarded(claimRow(winners, winner)), guarded(claimRow(payments, payment)))
      const old = replaceRow(payments, pick(payment, payments.key), 7, pick(payment, payments.mutable))
      const taken = claimRow(winners, winner)
      const noLease = { op: 'finish', id: world.ids.make('job'), token: 'nobody', again: null } as never
      assert.deepEqual(await world.commit(guarded(old, taken, noLease)), [stale('payments')])
      assert.deepEqual(await world.commit(guarded(taken, noLease, old)), [duplicate('payment_winners')])
      assert.deepEqual(await world.commit(guarded(noLease, old, taken)), [LEASE_LOST])
    }),
  ),

  always('of many commits at once for one key exactly one wins', (harness) =>
    inWorld(harness, async (world) => {
      const row = world.row(winners)
      const rivals = Array.from({ length: 20 }, () => world.row(winners, pick(row, winners.key)))
      const outcomes = await Promise.all(rivals.map((rival) => world.commit(guarded(claimRow(winners, rival)))))
      const won = outcomes.flatMap(([outcome], i) => (outcome?.committed === true ? [rivals[i]] : []))
      assert.equal(won.length, 1)
      assert.deepEqual(await allRows(world.storage, winners), won.map(plain))
    }),
  ),

  always('an append under a taken key rejects with internal, and the whole batch is as if it never came', (harness) =>
    inWorld(harness, async (world) => {
      const event = eventRow(world, 'subject', 1)
      await mustCommit(world, insertRow(events, event))
      const again = {
        guards: [claimRow(winners, world.row(winners))],
        effects: [appendRow(events, eventRow(world, 'subject', 1))],
      }
      await assert.rejects(world.commit(guarded(claimRow(winners, world.row(winners))), again), isInternal)
      assert.deepEqual(await allRows(world.storage, winners), [])
      assert.deepEqual(await allRows(world.storage, events), [plain(event)])
      await mustCommit(world, guarded(claimRow(winners, world.row(winners))))
    }),
  ),

  always(
    'the database itself refuses what the catalogue forbids, and the whole batch is as if it never came',
    (harness) =>
      inWorld(harness, async (world) => {
        const wrong = [{ status: 'paid' }, { amount: -1n }, { captured: -1n }, { round: -1 }, { currency: null }]
        for (const cells of wrong) {
          const bad = guarded(claimRow(payments, world.row(payments, cells)))
          await assert.rejects(world.commit(guarded(claimRow(winners, world.row(winners))), bad), isInternal)
        }
        const payment = world.row(payments)
        await mustCommit(world, guarded(claimRow(payments, payment)))
        const set = { ...pick(payment, payments.mutable), captured: -1n, version: 2 }
        await assert.rejects(
          world.commit(guarded(replaceRow(payments, pick(payment, payments.key), 1, set))),
          isInternal,
        )
        assert.deepEqual(await allRows(world.storage, payments), [plain(payment)])
        assert.deepEqual(await allRows(world.storage, winners), [])
      }),
  ),
]
