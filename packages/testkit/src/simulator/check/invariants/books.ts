import type { AccountCells, EntryCells } from '../cells.ts'
import type { Evidence } from '../evidence.ts'
import type { Invariant } from '../invariant.ts'
import { groups, sum } from '../lookups.ts'
import { exchangedProblems } from './exchanged.ts'
import { paidOutProblems } from './paid-out.ts'

const accountOf = (one: { readonly merchant: string; readonly account: string }): string =>
  `${one.merchant} ${one.account}`

const FINAL = new Set(['posted', 'settled'])

/** An account's posted side, recomputed from its entries alone. */
const sideOf = (entries: readonly EntryCells[], side: string): bigint =>
  sum(entries.filter((one) => one.side === side && FINAL.has(one.phase)).map((one) => one.amount))

const pendingOf = (entries: readonly EntryCells[], side: string): bigint =>
  sum(
    entries
      .filter((one) => one.side === side && one.phase !== 'posted')
      .map((one) => (one.phase === 'pending' ? one.amount : -one.amount)),
  )

const accountProblems = (account: AccountCells, entries: readonly EntryCells[]): readonly string[] => {
  const name = accountOf(account)
  const found: string[] = []
  const expect = (what: string, is: bigint, should: bigint): void => {
    if (is !== should) found.push(`${name}: ${what} is ${is}, its entries come to ${should}`)
  }
  expect('debitsPosted', account.debitsPosted, sideOf(entries, 'debit'))
  expect('creditsPosted', account.creditsPosted, sideOf(entries, 'credit'))
  expect('debitsPending', account.debitsPending, pendingOf(entries, 'debit'))
  expect('creditsPending', account.creditsPending, pendingOf(entries, 'credit'))
  return found
}

const balanced = (evidence: Evidence): readonly string[] => {
  const entries = groups(evidence.entries, accountOf)
  const found = evidence.accounts.flatMap((one) => accountProblems(one, entries.get(accountOf(one)) ?? []))
  for (const [currency, accounts] of groups(evidence.accounts, (one) => one.currency)) {
    const rest = sum(accounts.map((one) => one.debitsPosted - one.creditsPosted))
    if (rest !== 0n) found.push(`the ledger sums to ${rest} in ${currency}`)
  }
  return [
    ...found,
    ...exchangedProblems(evidence),
    ...paidOutProblems(evidence),
    ...unchanged(evidence),
    ...(evidence.verified?.ledger.problems ?? []).map((one) => JSON.stringify(one)),
  ]
}

const textOf = (row: object): string =>
  JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  )

/** What was there at the check before is there now, as it was. */
const keeps = <R extends object>(
  what: string,
  before: readonly R[],
  now: readonly R[],
  key: (row: R) => string,
): readonly string[] => {
  const rows = new Map(now.map((one) => [key(one), one]))
  return before.flatMap((one) => {
    const same = rows.get(key(one))
    if (same === one) return []
    if (same === undefined) return [`${what} ${key(one)} is gone`]
    return textOf(same) === textOf(one) ? [] : [`${what} ${key(one)} was changed`]
  })
}

const unchanged = ({ before, entries, transactions }: Evidence): readonly string[] =>
  before === null
    ? []
    : [
        ...keeps('entry', before.entries, entries, (one) => `${accountOf(one)} ${one.version}`),
        ...keeps('ledger transaction', before.transactions, transactions, (one) => `${one.merchant} ${one.reference}`),
      ]

const chained = ({ events, payments, disputes, verified }: Evidence): readonly string[] => {
  const found = (verified?.chain.problems ?? []).map((one) => JSON.stringify(one))
  const bySubject = groups(events, (one) => `${one.merchant} ${one.subject}`)
  for (const [subject, own] of bySubject) {
    const versions = new Set(own.map((one) => one.version))
    for (let version = 1; version <= own.length; version += 1)
      if (!versions.has(version)) found.push(`${subject} has ${own.length} events, and none with version ${version}`)
  }
  for (const payment of [...payments, ...disputes]) {
    const length = bySubject.get(`${payment.merchant} ${payment.id}`)?.length ?? 0
    if (length !== payment.version)
      found.push(`${payment.id} went through ${payment.version} transitions, and ${length} are told of`)
  }
  return found
}

const factsKept = ({ before, events, attempts }: Evidence): readonly string[] =>
  before === null
    ? []
    : [
        ...keeps('event', before.events, events, (one) => `${one.merchant} ${one.subject} ${one.version}`),
        ...before.attempts
          .filter((one) => !attempts.some((other) => other.id === one.id))
          .map((one) => `attempt ${one.id} is gone`),
      ]

/** Facts kept, from one look to the next; half of invariant 11. */
export const factsAreKept = factsKept

export const BOOKS: readonly Invariant[] = [
  { number: 7, name: 'the_ledger_balances', when: 'always', check: balanced },
  { number: 16, name: 'the_chain_verifies', when: 'always', check: chained },
]
