import type { StatementLine } from '@florin/core/statements'
import { GATEWAYS_BANK } from '../../world/reports.ts'
import type { BreakCells, LineCells, RunCells } from '../cells.ts'
import { awaitingReports, type Evidence, type ReportEvidence } from '../evidence.ts'
import type { Invariant } from '../invariant.ts'
import { groups, sum } from '../lookups.ts'

const KINDS = {
  amount_off: 'amount_differs',
  payout_off: 'amount_differs',
  unknown: 'missing_here',
  doubled: 'duplicate',
}
const ENDED: ReadonlySet<string> = new Set(['resolved', 'ignored'])

const nameOf = (one: { readonly source: string; readonly id: string }): string => `${one.source} ${one.id}`
const isPayout = ({ kind }: StatementLine): boolean => kind === 'payout' || kind === 'payout_undone'

/** Each line was taken once, and nothing was made up. */
const taken = ({ told, lines, runs, isRead }: ReportEvidence): readonly string[] => {
  const rows = new Set(lines.map(nameOf))
  const known = new Set(
    told.flatMap(({ name, lines: printed }) => printed.map(({ id }) => nameOf({ source: name, id }))),
  )
  return [
    ...[...known].filter((name) => isRead && !rows.has(name)).map((name) => `line ${name} was read, and is nowhere`),
    ...[...rows].filter((name) => !known.has(name)).map((name) => `line ${name} is in no file`),
    ...told.flatMap(({ name }) => counted(name, lines, runs)),
  ]
}

const NOT_NEW: ReadonlySet<string> = new Set(['known', 'malformed'])

/** Runs have counted every line of a source as new once. */
const counted = (source: string, lines: readonly LineCells[], runs: readonly RunCells[]): readonly string[] => {
  const own = runs.filter((one) => one.source === source).flatMap(({ counts }) => Object.entries(counts))
  const fresh = own.filter(([name]) => !NOT_NEW.has(name)).reduce((total, [, count]) => total + count, 0)
  const stored = lines.filter((one) => one.source === source).length
  return fresh === stored ? [] : [`runs have counted ${fresh} new lines of ${source}, and ${stored} are stored`]
}

/** The balances that follow from the files alone, by account, and then currency. */
const expectedOf = ({ told, planted }: ReportEvidence): ReadonlyMap<string, bigint> => {
  const expected = new Map<string, bigint>()
  const add = (account: string, currency: string, amount: bigint): void => {
    const name = `${account}/${currency}`
    expected.set(name, (expected.get(name) ?? 0n) + amount)
  }
  for (const { name, lines } of told) {
    if (!name.startsWith('gateway/')) continue
    for (const line of lines) {
      const { currency, kind, gross, fee } = line
      add(`${name}/receivable`, currency, 0n)
      add(`${name}/transit`, currency, 0n)
      add(`${name}/costs`, currency, isPayout(line) ? 0n : kind === 'fee' ? -gross : (fee ?? 0n))
      if (isPayout(line)) add(`bank/${GATEWAYS_BANK}`, currency, -gross)
    }
  }
  for (const { kind, source, currency, amount } of planted)
    if (kind === 'amount_off' || kind === 'payout_off') add(`${source}/receivable`, currency, -amount)
  return expected
}

/** What gateways owed they have paid, what they kept is a cost, and what they paid is at the bank. */
const booked = (evidence: Evidence, reports: ReportEvidence): readonly string[] => {
  const accounts = groups(evidence.accounts, (one) => one.account)
  const found: string[] = []
  for (const [account, should] of expectedOf(reports)) {
    const is = sum((accounts.get(account) ?? []).map((one) => one.debitsPosted - one.creditsPosted))
    if (is !== should) found.push(`${account} is ${is}, and the files come to ${should}`)
  }
  return [...found, ...suspended(evidence, reports)]
}

/**
 * By gateway and id, what was done for us and undone again before anybody here heard of it: it was refused, as far as is known here. Its two
 * lines come to nothing, and are breaks until a person has seen that.
 */
const cameToNothing = ({ attempts, providers }: Evidence): ReadonlySet<string> => {
  const refused = new Set(attempts.filter(({ state }) => state === 'rejected').map(({ id }) => id))
  return new Set(
    providers.flatMap(({ name, operations }) =>
      operations
        .filter(({ stands, reference }) => !stands && reference !== null && refused.has(reference))
        .map(({ id }) => `${name} ${id}`),
    ),
  )
}

/**
 * Lines of payments of which something is never found out, not by reports either: what somebody did without us is not believed while an act
 * of ours is unknown, and is a break until a person has decided. And lines that come to nothing together.
 */
const undecided = (evidence: Evidence, { told, breaks }: ReportEvidence): ReadonlyMap<string, StatementLine> => {
  const excused = awaitingReports(evidence)
  const own = new Set(evidence.attempts.filter((one) => excused.has(one.payment)).map((one) => one.id))
  const nothing = cameToNothing(evidence)
  const isExcused = (name: string, { references: { attempt, gatewayId } }: StatementLine): boolean =>
    own.has(attempt ?? '') || nothing.has(`${name.split('/')[1]} ${gatewayId}`)
  const open = new Set(breaks.filter(isMissingHere).map(({ source, about }) => `${source} ${about}`))
  return new Map(
    told.flatMap(({ name, lines }) =>
      lines
        .filter((line) => isExcused(name, line) && open.has(`${name} line/${line.id}`))
        .map((line) => [`${name} line/${line.id}`, line] as const),
    ),
  )
}

const isMissingHere = ({ kind, state }: BreakCells): boolean => kind === 'missing_here' && !ENDED.has(state)

/** Of what files tell only what is wrong in them is nobody's money. */
const suspended = (evidence: Evidence, reports: ReportEvidence): readonly string[] => {
  const { transactions } = evidence
  const { planted } = reports
  const left = new Map<string, bigint>()
  const add = (account: string, amount: bigint): void => void left.set(account, (left.get(account) ?? 0n) + amount)
  for (const { type, postings } of transactions) {
    if (type !== 'reconciliation') continue
    for (const [debit, credit, amount] of postings) {
      if (credit.startsWith('suspense/')) add(credit, BigInt(amount))
      if (debit.startsWith('suspense/')) add(debit, -BigInt(amount))
    }
  }
  for (const { kind, currency, amount } of planted)
    if (kind === 'unknown' || kind === 'doubled') add(`suspense/${currency}`, -amount)
  for (const { currency, gross } of undecided(evidence, reports).values()) add(`suspense/${currency}`, -gross)
  return [...left].filter(([, rest]) => rest !== 0n).map(([account, rest]) => `files left ${rest} more in ${account}`)
}

/** Every mistake in a file is a break of its kind, and there is no other. */
const broken = (evidence: Evidence, reports: ReportEvidence): readonly string[] => {
  const { planted, breaks } = reports
  const excused = undecided(evidence, reports)
  const open = breaks.filter(({ state, source, about }) => !ENDED.has(state) && !excused.has(`${source} ${about}`))
  const left = new Set(open)
  const found: string[] = []
  for (const { kind, source, abouts } of planted) {
    const own = open.find((one) => one.source === source && abouts.includes(one.about) && one.kind === KINDS[kind])
    if (own === undefined) found.push(`${kind} in ${source} at ${abouts.join(' or ')} is no break`)
    else left.delete(own)
  }
  return [
    ...found,
    ...[...left].map((one) => `a break without a cause: ${one.kind} ${one.source} ${one.about}: ${one.why}`),
  ]
}

const reconciled = (evidence: Evidence): readonly string[] => {
  const { reports, phase } = evidence
  if (reports === null) return []
  if (phase === 'running' || !reports.isRead) return taken(reports)
  return [...taken(reports), ...booked(evidence, reports), ...broken(evidence, reports)]
}

export const RECONCILED: readonly Invariant[] = [
  { number: 20, name: 'files_are_reconciled', when: 'always', check: reconciled },
]
