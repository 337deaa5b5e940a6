import assert from 'node:assert/strict'
import {
  type AccountRow,
  accounts,
  type EntryRow,
  entries,
  type Guard,
  type Phase,
  type Posting,
  post,
  type Storage,
} from '@florin/core/storage'
import { FAKE_START } from '../../clock/index.ts'
import { always, type StorageCase } from '../harness.ts'
import { int } from '../sample.ts'
import { allRows, below, claimRow, guarded, inWorld, mustCommit, tableOf, WON, type World } from '../world.ts'

const winners = tableOf('payment_winners')

/** A posting from `cash`, a debit account without a floor, to `owed`, a credit account; negative amounts go the other way. */
const move = (amount: bigint, floor: bigint | null = null, phase: Phase = 'posted', owed = 'owed'): Posting => {
  const cash = { account: 'cash', side: 'debit', floor: null } as const
  const debt = { account: owed, side: 'credit', floor } as const
  const [debit, credit] = amount > 0n ? [cash, debt] : [debt, cash]
  return { debit, credit, amount: amount > 0n ? amount : -amount, currency: 'EUR', phase }
}

let transactions = 0
const booking = (...postings: readonly Posting[]): Guard => {
  transactions += 1
  return post('m', `t${transactions}`, FAKE_START, postings)
}

const account = async (storage: Storage, name: string, merchant = 'm'): Promise<AccountRow | undefined> =>
  (await storage.load(accounts, [{ merchant, account: name }]))[0]

const statement = async (storage: Storage, name: string): Promise<readonly EntryRow[]> => {
  const rows: EntryRow[] = []
  const query = { index: 'key', equals: { merchant: 'm', account: name } } as const
  for await (const page of storage.scan(entries, query)) rows.push(...page)
  return rows
}

/** What an account's counters must be, from its entries alone; versions are dense and each entry's balances are running sums. */
const verify = async (storage: Storage, name: string): Promise<void> => {
  const row = await account(storage, name)
  assert.ok(row, `no account '${name}'`)
  const sums = { debit: { posted: 0n, pending: 0n }, credit: { posted: 0n, pending: 0n } }
  const normal: 'debit' | 'credit' = row.side
  let version = 0
  for (const entry of await statement(storage, name)) {
    version += 1
    assert.equal(entry.version, version, `entry ${version} of '${name}'`)
    const sum = sums[entry.side]
    if (entry.phase === 'posted' || entry.phase === 'settled') sum.posted += entry.amount
    if (entry.phase === 'pending') sum.pending += entry.amount
    if (entry.phase === 'settled' || entry.phase === 'voided') sum.pending -= entry.amount
    const plus = sums[normal]
    const minus = sums[normal === 'debit' ? 'credit' : 'debit']
    assert.equal(entry.balance, plus.posted - minus.posted, `balance after entry ${version} of '${name}'`)
    assert.equal(entry.pending, plus.pending - minus.pending, `holds after entry ${version} of '${name}'`)
  }
  assert.equal(row.version, version)
  assert.deepEqual(
    [row.debitsPosted, row.debitsPending, row.creditsPosted, row.creditsPending],
    [sums.debit.posted, sums.debit.pending, sums.credit.posted, sums.credit.pending],
  )
}

const balance = async (world: World, name = 'owed'): Promise<bigint> => {
  const row = await account(world.storage, name)
  return row === undefined ? 0n : row.creditsPosted - row.debitsPosted
}

export const ledgerCases: readonly StorageCase[] = [
  always('the first posting makes both accounts, and two entries', (harness) =>
    inWorld(harness, async (world) => {
      const guard = booking(move(500n, 0n))
      await mustCommit(world, guarded(guard))
      const blank = { merchant: 'm', currency: 'EUR', debitsPending: 0n, creditsPending: 0n, version: 1 }
      assert.deepEqual(await allRows(world.storage, accounts), [
        { ...blank, account: 'cash', side: 'debit', floor: null, debitsPosted: 500n, creditsPosted: 0n },
        { ...blank, account: 'owed', side: 'credit', floor: 0n, debitsPosted: 0n, creditsPosted: 500n },
      ])
      const entry = {
        merchant: 'm',
        version: 1,
        phase: 'posted',
        amount: 500n,
        balance: 500n,
        pending: 0n,
        at: FAKE_START,
      }
      const transaction = `t${transactions}`
      assert.deepEqual(await allRows(world.storage, entries), [
        { ...entry, account: 'cash', transaction, side: 'debit' },
        { ...entry, account: 'owed', transaction, side: 'credit' },
      ])
    }),
  ),

  always(
    'a hot account takes hundreds of postings in one batch, and more in the next, each with its own balance',
    (harness) =>
      inWorld(harness, async (world) => {
        const amounts = Array.from({ length: 512 }, () => BigInt(1 + int(world.random, 9999)))
        await mustCommit(world, ...amounts.map((amount) => guarded(booking(move(amount)))))
        await mustCommit(world, ...amounts.slice(0, 40).map((amount) => guarded(booking(move(-amount)))))
        await verify(world.storage, 'cash')
        await verify(world.storage, 'owed')
        assert.equal((await account(world.storage, 'owed'))?.version, 552)
        assert.equal(
          await balance(world),
          amounts.slice(40).reduce((sum, amount) => sum + amount),
        )
      }),
  ),

  always('a hold waits apart from the balance until it is settled or voided, also in parts', (harness) =>
    inWorld(harness, async (world) => {
      await mustCommit(world, guarded(booking(move(100n, null, 'pending'))))
      let row = await account(world.storage, 'owed')
      assert.deepEqual([row?.creditsPosted, row?.creditsPending], [0n, 100n])
      await mustCommit(world, guarded(booking(move(60n, null, 'settled'))), guarded(booking(move(30n, null, 'voided'))))
      row = await account(world.storage, 'owed')
      assert.deepEqual([row?.creditsPosted, row?.creditsPending], [60n, 10n])
      await mustCommit(world, guarded(booking(move(10n, null, 'voided'))))
      row = await account(world.storage, 'owed')
      assert.deepEqual([row?.creditsPosted, row?.creditsPending], [60n, 0n])
      await verify(world.storage, 'cash')
      await verify(world.storage, 'owed')
    }),
  ),

  always('a posting that would end below a floor loses and names the account; one that ends on it wins', (harness) =>
    inWorld(harness, async (world) => {
      await mustCommit(world, guarded(booking(move(100n, 0n))))
      assert.deepEqual(await world.commit(guarded(booking(move(-101n, 0n)))), [below('owed')])
      assert.deepEqual(await world.commit(guarded(booking(move(-100n, 0n)))), [WON])
      assert.deepEqual(await world.commit(guarded(booking(move(-1n, 0n)))), [below('owed')])
      assert.deepEqual(await world.commit(guarded(booking(move(-5n, 0n, 'posted', 'fresh')))), [below('fresh')])
      assert.equal(await account(world.storage, 'fresh'), undefined)
      assert.equal((await statement(world.storage, 'cash')).length, 2)
      await verify(world.storage, 'owed')
    }),
  ),

  always('a hold against an account counts as gone for its floor', (harness) =>
    inWorld(harness, async (world) => {
      await mustCommit(world, guarded(booking(move(100n, 0n))), guarded(booking(move(-70n, 0n, 'pending'))))
      assert.deepEqual(await world.commit(guarded(booking(move(-31n, 0n)))), [below('owed')])
      await mustCommit(world, guarded(booking(move(-70n, 0n, 'voided'))))
      assert.deepEqual(await world.commit(guarded(booking(move(-31n, 0n)))), [WON])
      await verify(world.storage, 'owed')
    }),
  ),

  always('what a batch takes from one floored account never passes it, and the losers leave nothing', (harness) =>
    inWorld(harness, async (world) => {
      await mustCommit(world, guarded(booking(move(100n, 0n))))
      const claims = Array.from({ length: 10 }, () => world.row(winners))
      const outcomes = await world.commit(
        ...claims.map((row) => guarded(claimRow(winners, row), booking(move(-30n, 0n)))),
      )
      assert.equal(outcomes.filter(({ committed }) => committed).length, 3)
      for (const outcome of outcomes) if (!outcome.committed) assert.deepEqual(outcome, below('owed'))
      assert.equal(await balance(world), 10n)
      const kept = (await allRows(world.storage, winners)).map(({ payment }) => payment)
      const won = claims.filter((_, i) => outcomes[i]?.committed === true).map(({ payment }) => payment)
      assert.deepEqual(kept, won.sort())
      await verify(world.storage, 'cash')
      await verify(world.storage, 'owed')
    }),
  ),

  always('a change that loses for another reason books nothing and takes nothing from a floor', (harness) =>
    inWorld(harness, async (world) => {
      const taken = world.row(winners)
      await mustCommit(world, guarded(booking(move(100n, 0n))), guarded(claimRow(winners, taken)))
      const outcomes = await world.commit(
        guarded(booking(move(-80n, 0n)), claimRow(winners, taken)),
        guarded(booking(move(-90n, 0n)), claimRow(winners, world.row(winners))),
      )
      assert.deepEqual(
        outcomes.map(({ committed }) => committed),
        [false, true],
      )
      assert.equal(await balance(world), 10n)
      await verify(world.storage, 'cash')
      await verify(world.storage, 'owed')
    }),
  ),

  always('a change with two transactions books both or neither', (harness) =>
    inWorld(harness, async (world) => {
      await mustCommit(world, guarded(booking(move(100n, 0n))))
      const both = guarded(booking(move(-60n, 0n)), booking(move(-50n, 0n, 'posted', 'other')))
      const neighbour = guarded(booking(move(-90n, 0n)))
      assert.deepEqual(await world.commit(both, neighbour), [below('other'), WON])
      assert.equal(await balance(world), 10n)
      assert.equal(await account(world.storage, 'other'), undefined)
      await verify(world.storage, 'cash')
      await verify(world.storage, 'owed')
    }),
  ),

  always('accounts of one name belong to their merchants', (harness) =>
    inWorld(harness, async (world) => {
      const of = (merchant: string, amount: bigint) =>
        guarded(post(merchant, `t-${merchant}`, FAKE_START, [move(amount, 0n)]))
      await mustCommit(world, of('m', 5n), of('n', 7n))
      assert.deepEqual(await world.commit(of('m', -6n), of('n', -6n)), [below('owed'), WON])
      assert.equal((await account(world.storage, 'owed', 'm'))?.creditsPosted, 5n)
      assert.equal((await account(world.storage, 'owed', 'n'))?.debitsPosted, 6n)
    }),
  ),

  always('amounts near the end of 64 bits are kept to the last unit', (harness) =>
    inWorld(harness, async (world) => {
      const most = 2n ** 63n - 2n
      await mustCommit(world, guarded(booking(move(most))), guarded(booking(move(1n))))
      assert.equal(await balance(world), most + 1n)
      await verify(world.storage, 'cash')
    }),
  ),
]
