import { createIds } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import {
  type AccountRef,
  accounts,
  type Change,
  type Outcome,
  type Phase,
  type Posting,
  post,
  type Storage,
} from '@florin/core/storage'
import { sqlite } from '@florin/storage-sqlite'
import { FAKE_START, fakeClock, seededRandom } from '@florin/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runs, WITHIN_MS } from '../fuzz/runs.ts'
import { rows } from '../rows.ts'
import { NaiveLedger } from './naive-ledger.ts'

const NAMES = ['bank/EUR', 'purse/a/EUR', 'purse/b/EUR', 'fees/EUR'] as const
const SIDES: Readonly<Record<string, 'debit' | 'credit'>> = { 'bank/EUR': 'debit' }

interface Move {
  readonly from: string
  readonly to: string
  readonly amount: bigint
  readonly how: 'post' | 'hold' | 'settle' | 'void'
  /** Which open hold, for `settle` and `void`. */
  readonly which: number
  /** Names the floor of where it is taken from: our command, not a report. */
  readonly floored: boolean
}
const move: fc.Arbitrary<Move> = fc.record({
  from: fc.constantFrom(...NAMES),
  to: fc.constantFrom(...NAMES),
  amount: fc.bigInt({ min: 1n, max: 90n }),
  how: fc.constantFrom('post', 'post', 'hold', 'settle', 'void'),
  which: fc.nat(20),
  floored: fc.boolean(),
})
const batches = fc.array(fc.array(fc.array(move, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }), {
  maxLength: 12,
})

interface Hold {
  readonly from: string
  readonly to: string
  left: bigint
}

const ref = (account: string, floor: bigint | null): AccountRef => ({
  account,
  side: SIDES[account] ?? 'credit',
  floor,
})

/** Where value leaves: a credit account by its debit, a debit account by its credit. Value flows from the credited to the debited side there. */
const posting = (from: string, to: string, amount: bigint, phase: Phase, floored: boolean): Posting => {
  const floor = floored ? 0n : null
  return SIDES[from] === 'debit'
    ? { debit: ref(to, null), credit: ref(from, floor), amount, currency: 'EUR', phase }
    : { debit: ref(from, floor), credit: ref(to, null), amount, currency: 'EUR', phase }
}

/** What a change would post. What is left of a hold is taken at once, so that no two of one batch settle the same part. */
const postingsOf = (moves: readonly Move[], holds: readonly Hold[]): readonly Posting[] =>
  moves.flatMap(({ from, to, amount, how, which, floored }) => {
    if (how === 'post' || how === 'hold')
      return from === to ? [] : [posting(from, to, amount, how === 'post' ? 'posted' : 'pending', floored)]
    const hold = holds[which % Math.max(1, holds.length)]
    if (hold === undefined || hold.left === 0n) return []
    const part = amount < hold.left ? amount : hold.left
    hold.left -= part
    return [posting(hold.from, hold.to, part, how === 'settle' ? 'settled' : 'voided', false)]
  })

const WON: Outcome = { committed: true }

/** As the port says: a change that a floor stops is left out, and the batch begun again without it. */
const naively = (ledger: NaiveLedger, changes: readonly (readonly Posting[])[]): readonly Outcome[] => {
  const lost = new Map<number, Outcome>()
  const restore = ledger.save()
  for (;;) {
    restore()
    const stopped = changes.findIndex((postings, at) => {
      if (lost.has(at) || postings.length === 0) return false
      const account = ledger.book(postings)
      if (account !== null) lost.set(at, { committed: false, conflict: 'floor', account })
      return account !== null
    })
    if (stopped === -1) return changes.map((_, at) => lost.get(at) ?? WON)
  }
}

const expectSame = async (storage: Storage, ledger: NaiveLedger): Promise<void> => {
  const stored = await storage.load(
    accounts,
    NAMES.map((account) => ({ merchant: 'm', account })),
  )
  let [debits, credits] = [0n, 0n]
  for (const [at, name] of NAMES.entries()) {
    const naive = ledger.accounts.get(name)
    const row = stored[at]
    expect([name, row === undefined]).toEqual([name, naive === undefined])
    if (row === undefined || naive === undefined) continue
    expect(row).toMatchObject({
      debitsPosted: naive.debits,
      creditsPosted: naive.credits,
      debitsPending: naive.debitsHeld,
      creditsPending: naive.creditsHeld,
      version: naive.entries,
    })
    debits += row.debitsPosted + row.debitsPending
    credits += row.creditsPosted + row.creditsPending
  }
  expect(debits).toBe(credits)
  const entries = await rows<{ account: string; version: number; balance: bigint }>(storage, 'entries')
  for (const [name, naive] of ledger.accounts) {
    const own = entries.filter(({ account }) => account === name).sort((a, b) => a.version - b.version)
    expect(own.map(({ version }) => version)).toEqual(own.map((_, at) => at + 1))
    expect(own).toHaveLength(naive.entries)
    const balance = naive.side === 'debit' ? naive.debits - naive.credits : naive.credits - naive.debits
    if (own.length > 0) expect(own.at(-1)?.balance).toBe(balance)
  }
}

const STORAGES: readonly (readonly [name: string, open: () => Storage, tries: number])[] = [
  ['memory', memoryStorage, 150],
  ['sqlite', () => sqlite({ file: ':memory:' }), 40],
]

describe('random transactions, with holds, floors, parts settled and voided', () => {
  test.each(STORAGES)(
    '%s keeps the books that a naive ledger keeps',
    async (_, open, tries) => {
      let losers = 0
      await fc.assert(
        fc.asyncProperty(batches, async (all) => {
          const storage = open()
          await storage.migrate()
          const ids = createIds(fakeClock(), seededRandom(1))
          const ledger = new NaiveLedger()
          const holds: Hold[] = []
          for (const [number, batch] of all.entries()) {
            const changes = batch.map((moves) => postingsOf(moves, holds))
            const real = changes.map((postings, at): Change => {
              const guards = postings.length === 0 ? [] : [post('m', `t${number}/${at}`, FAKE_START, postings)]
              return { guards, effects: [] }
            })
            const outcomes = await storage.commit({ id: ids.make('bat'), at: FAKE_START, changes: real })
            expect(outcomes).toEqual(naively(ledger, changes))
            for (const [at, postings] of changes.entries()) {
              const won = outcomes[at]?.committed === true
              if (!won) losers += 1
              for (const { debit, credit, amount, phase } of postings) {
                if (phase === 'pending' && won) {
                  const forwards = SIDES[credit.account] !== 'debit'
                  holds.push({
                    from: forwards ? debit.account : credit.account,
                    to: forwards ? credit.account : debit.account,
                    left: amount,
                  })
                }
              }
            }
            await expectSame(storage, ledger)
          }
          await storage.close()
        }),
        runs(tries),
      )
      expect(losers).toBeGreaterThan(10)
    },
    WITHIN_MS,
  )
})
