import assert from 'node:assert/strict'
import {
  type AnyTable,
  accounts,
  type Change,
  type Effect,
  events,
  finish,
  type Guard,
  jobs,
  post,
  scheduleOp,
} from '@florin/core/storage'
import { FAKE_START } from '../../clock/index.ts'
import { always, type StorageCase, type StorageHarness } from '../harness.ts'
import { Model, sortedRows } from '../model.ts'
import { type Cells, int, oneFrom } from '../sample.ts'
import { allRows, appendRow, claimRow, inWorld, pick, replaceRow, tableOf, type World } from '../world.ts'

const BATCHES = 25
const SEEDS = [1, 2, 3, 4, 5, 6]
const LEASE_MS = 1000
const payments = tableOf('payments')
const winners = tableOf('payment_winners')
const TABLES = [payments, winners, events, jobs]
const PURSES = ['purse/a', 'purse/b', 'purse/c']

/** One random run: the model, and what makes its changes collide now and then. */
interface Run {
  readonly world: World
  readonly model: Model
  /** Rows that the batch at hand touches already: core's planner never lets two changes of a batch touch one. */
  readonly touched: Set<string>
  versions: number
}

const touch = (run: Run, table: AnyTable, row: Cells, keys: readonly (readonly string[])[] = [table.key]): boolean => {
  const names = keys.map((columns, at) => JSON.stringify([table.name, at, columns.map((name) => row[name])]))
  if (names.some((name) => run.touched.has(name))) return false
  for (const name of names) run.touched.add(name)
  return true
}

const keysOf = (table: AnyTable): readonly (readonly string[])[] => [
  table.key,
  ...Object.values(table.unique as object),
]

const claimPayment = (run: Run): Guard | undefined => {
  const { world, model } = run
  const known = model.rows(payments)
  const given: Record<string, unknown> = { merchant: oneFrom(world.random, ['m', 'n']) }
  if (known.length > 0 && int(world.random, 4) === 0) {
    Object.assign(given, pick(oneFrom(world.random, known), oneFrom(world.random, keysOf(payments))))
  }
  const row = world.row(payments, given)
  return touch(run, payments, row, keysOf(payments)) ? claimRow(payments, row) : undefined
}

const claimWinner = (run: Run): Guard | undefined => {
  const { world, model } = run
  const known = model.rows(winners)
  const reuse = known.length > 0 && int(world.random, 3) === 0
  const row = world.row(winners, reuse ? pick(oneFrom(world.random, known), winners.key) : {})
  return touch(run, winners, row) ? claimRow(winners, row) : undefined
}

const replacePayment = (run: Run): Guard | undefined => {
  const { world, model } = run
  const known = model.rows(payments)
  if (known.length === 0) return undefined
  const row = oneFrom(world.random, known)
  if (!touch(run, payments, row, keysOf(payments))) return undefined
  const expect = (row.version as number) - (int(world.random, 4) === 0 ? 1 : 0)
  const set = { ...pick(world.row(payments), payments.mutable), version: (row.version as number) + 1 }
  return replaceRow(payments, pick(row, payments.key), expect, set)
}

const finishJob = (run: Run): Guard | undefined => {
  const { world, model } = run
  const known = model.rows(jobs).filter(({ token }) => token !== null)
  if (known.length === 0) return undefined
  const row = oneFrom(world.random, known)
  if (!touch(run, jobs, row, keysOf(jobs))) return undefined
  const token = int(world.random, 4) === 0 ? 'stolen' : (row.token as string)
  return finish(
    { id: row.id as string, token },
    int(world.random, 2) === 0 ? null : FAKE_START + int(world.random, 5000),
  )
}

const transfer = (run: Run): Guard => {
  const { random } = run.world
  const from = oneFrom(random, [...PURSES, 'bank', 'bank'])
  const to = oneFrom(
    random,
    PURSES.filter((purse) => purse !== from),
  )
  const side = 'credit'
  const debit = { account: from, side, floor: from === 'bank' ? null : 0n } as const
  const amount = BigInt(1 + int(random, 60))
  run.versions += 1
  return post('m', `t${run.versions}`, FAKE_START, [
    { debit, credit: { account: to, side, floor: null }, amount, currency: 'EUR', phase: 'posted' },
  ])
}

const effectOf = (run: Run): Effect => {
  const { world } = run
  run.versions += 1
  if (int(world.random, 2) === 0)
    return appendRow(events, world.row(events, { subject: `s${run.versions}`, version: 1 }))
  const key = `k${int(world.random, 12)}`
  const row = world.row(jobs, { queue: 'q', key, token: null, due: FAKE_START + int(world.random, 3000) })
  if (touch(run, jobs, row, [['queue', 'key']])) return scheduleOp(row)
  return scheduleOp({ ...row, key: `own ${run.versions}` })
}

const changeOf = (run: Run): Change => {
  const { random } = run.world
  const makers = [claimPayment, claimWinner, replacePayment, finishJob, transfer]
  const guards = Array.from({ length: int(random, 4) }, () => oneFrom(random, makers)(run)).flatMap((op) => op ?? [])
  return { guards, effects: Array.from({ length: int(random, 3) }, () => effectOf(run)) }
}

const compare = async ({ world, model }: Run, where: string): Promise<void> => {
  for (const table of TABLES) {
    const stored = sortedRows(table, await allRows(world.storage, table))
    assert.deepEqual(stored, sortedRows(table, model.rows(table)), `${table.name} ${where}`)
  }
  const keys = [...PURSES, 'bank'].map((account) => ({ merchant: 'm', account }))
  const rows = await world.storage.load(accounts, keys)
  rows.forEach((row, i) => {
    const account = keys[i]?.account as string
    const balance = row === undefined ? 0n : row.creditsPosted - row.debitsPosted
    assert.equal(balance, model.balance(account), `${account} ${where}`)
  })
}

const leaseSome = async ({ world, model }: Run, harness: StorageHarness, batch: number): Promise<void> => {
  if (harness.clock !== undefined) return // the model does not know that clock
  const now = FAKE_START + int(world.random, 4000)
  const limit = 1 + int(world.random, 6)
  const token = `holder ${batch}`
  const leased = await world.storage.lease(['q'], { limit, leaseMs: LEASE_MS, now, token })
  assert.deepEqual(
    leased.map(({ id }) => id),
    model.lease('q', limit, now, now + LEASE_MS, token),
  )
}

const runSeed = (harness: StorageHarness, seed: number): Promise<void> =>
  inWorld(
    harness,
    async (world) => {
      const run: Run = { world, model: new Model(), touched: new Set(), versions: 0 }
      for (let batch = 0; batch < BATCHES; batch++) {
        run.touched.clear()
        const changes = Array.from({ length: int(world.random, 16) }, () => changeOf(run))
        const where = `after batch ${batch} of seed ${seed}`
        assert.deepEqual(await world.commit(...changes), run.model.commit(changes), `the outcomes ${where}`)
        await leaseSome(run, harness, batch)
        if (batch % 5 === 4) await compare(run, where)
      }
    },
    seed,
  )

export const modelCases: readonly StorageCase[] = SEEDS.map((seed) =>
  always(`random batches leave what a naive model says (seed ${seed})`, (harness) => runSeed(harness, seed)),
)
