import { disputes } from '../../disputes/index.ts'
import { idFloor, isId } from '../../kernel/index.ts'
import { type AttemptRow, attempts, gatewayRefs } from '../../payments/index.ts'
import {
  CANDIDATE,
  type Candidate,
  type Candidates,
  isDispute,
  isOfBuyer,
  type KnownDispute,
  lateMatches,
  type SourceRow,
  settlesOf,
  statementLines,
} from '../../reconciliation/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import { lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'

/** Where lines come from, and what is known of it. */
export interface At {
  readonly gateway: string
  readonly account: string
  readonly source: SourceRow
}

/**
 * All of ours that the lines can be about, in a handful of statements. `careful`: also which of them lines have settled already, which the
 * database itself would tell only by refusing the whole chunk.
 */
export const loadCandidates = async (
  context: FlowContext,
  at: At,
  lines: readonly StatementLine[],
  careful: boolean,
): Promise<Candidates> => {
  const { storage } = context
  const named = namedBy(lines)
  const byId = new Map<string, Candidate>()
  const take = (rows: readonly Candidate[]): void => {
    for (const row of rows) if (row.gateway === at.gateway && row.account === at.account) byId.set(row.id, row)
  }
  const columns = CANDIDATE
  take(await lookUp(storage, attempts, { index: 'id', equals: {}, values: named, columns }))
  const loose = lines.filter((line) => isOfBuyer(line.kind) && !isMet(line, byId))
  const references = unique(loose.flatMap((line) => [line.references.gatewayId, line.references.parentGatewayId]))
  const refs = await lookUp(storage, gatewayRefs, {
    index: 'reference',
    equals: { gateway: at.gateway, account: at.account },
    values: references,
    columns: ['reference', 'attempt'],
  })
  const missing = unique(refs.map(({ attempt }) => attempt)).filter((id) => !byId.has(id))
  take(await lookUp(storage, attempts, { index: 'id', equals: {}, values: missing, columns }))
  const byGatewayId = groupBy(
    refs.flatMap(({ reference, attempt }) => {
      const one = byId.get(attempt)
      return one === undefined ? [] : [[reference, one] as const]
    }),
  )
  const byPayment = await familiesOf(context, at, loose, byId, byGatewayId)
  const near = await nearOnes(context, at, loose)
  const choices = [
    ...[...byPayment.values()].flat(),
    ...near,
    ...(careful ? byId.values() : []),
    ...[...byGatewayId.values()].flat(),
  ]
  const late = at.source.lateMatches > 0 ? [...byId.values()] : []
  const settled = await settledAmong(context, at, lines, [...choices, ...late])
  return { byId, byGatewayId, byPayment, settled, near, disputes: await knownDisputes(context, at, loose) }
}

/** The attempts that lines name. */
const namedBy = (lines: readonly StatementLine[]): string[] => {
  const named = new Set<string>()
  for (const { references } of lines) {
    const { attempt } = references
    if (attempt !== null && isId('att', attempt)) named.add(attempt)
  }
  return [...named]
}

const unique = (values: readonly (string | null)[]): string[] => [
  ...new Set(values.filter((value): value is string => value !== null && value !== '')),
]

const groupBy = <T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const [key, value] of pairs) {
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}

/** Whether a line names the very attempt that it is about. */
const isMet = ({ kind, references }: StatementLine, byId: ReadonlyMap<string, Candidate>): boolean => {
  const one = references.attempt === null ? undefined : byId.get(references.attempt)
  if (one === undefined) return false
  if (kind === 'capture' || kind === 'capture_undone') return one.kind === 'sale' || one.kind === 'capture'
  if (kind === 'refund' || kind === 'refund_undone') return one.kind === 'refund'
  return false // a dispute has an id of its own to be looked up
}

/** All attempts of the payments whose charge such lines name. */
const familiesOf = async (
  { storage }: FlowContext,
  at: At,
  loose: readonly StatementLine[],
  byId: ReadonlyMap<string, Candidate>,
  byGatewayId: ReadonlyMap<string, readonly Candidate[]>,
): Promise<Map<string, Candidate[]>> => {
  const wanted = new Map<string, Set<string>>()
  for (const { references } of loose) {
    const { attempt, gatewayId, parentGatewayId } = references
    const bases = [
      attempt === null ? undefined : byId.get(attempt),
      ...(gatewayId === null ? [] : (byGatewayId.get(gatewayId) ?? [])),
      ...(parentGatewayId === null ? [] : (byGatewayId.get(parentGatewayId) ?? [])),
    ]
    for (const base of bases) {
      if (base === undefined) continue
      const payments = wanted.get(base.merchant) ?? new Set()
      wanted.set(base.merchant, payments.add(base.payment))
    }
  }
  const found: (readonly [string, Candidate])[] = []
  for (const [merchant, payments] of wanted) {
    const asked = { index: 'key', equals: { merchant }, values: [...payments], columns: CANDIDATE } as const
    for (const row of await lookUp(storage, attempts, asked)) {
      if (row.gateway === at.gateway && row.account === at.account) found.push([row.payment, row])
    }
  }
  return groupBy(found)
}

const DAY_MS = 86_400_000
const MOST_NEAR = 20_000 // attempts looked through for the lines of a chunk that name nothing at all

/** Disputes that lines name. */
const knownDisputes = async (
  { storage }: FlowContext,
  { gateway, account }: At,
  lines: readonly StatementLine[],
): Promise<ReadonlyMap<string, KnownDispute>> => {
  const values = unique(lines.filter(({ kind }) => isDispute(kind)).map(({ references }) => references.gatewayId))
  const columns = ['reference', 'merchant', 'id', 'currency', 'told'] as const
  const rows = await lookUp(storage, disputes, { index: 'told', equals: { gateway, account }, values, columns })
  return new Map(rows.map(({ reference, ...one }) => [reference, one]))
}

/** Attempts made about the time of lines that name nothing. */
const nearOnes = async (
  { storage }: FlowContext,
  at: At,
  loose: readonly StatementLine[],
): Promise<readonly Candidate[]> => {
  const nameless = loose.filter(
    ({ references: { attempt, gatewayId, parentGatewayId } }) =>
      attempt === null && gatewayId === null && parentGatewayId === null,
  )
  if (nameless.length === 0) return []
  const times = nameless.map(({ occurredAt }) => occurredAt)
  const around = (at.source.toleratedDays + 1) * DAY_MS
  const from = idFloor('att', least(times) - around)
  const to = idFloor('att', -least(times.map((time) => -time)) + around)
  const found: Candidate[] = []
  let seen = 0
  for await (const page of storage.scan(attempts, { index: 'id', equals: {}, from, to })) {
    for (const row of page) if (row.gateway === at.gateway && row.account === at.account) found.push(candidateOf(row))
    seen += page.length
    if (seen >= MOST_NEAR) break
  }
  return found
}

const least = (times: readonly number[]): number => times.reduce((a, b) => Math.min(a, b))

const candidateOf = (row: AttemptRow): Candidate => row

/** What of these the lines would settle and others have. */
const settledAmong = async (
  { storage }: FlowContext,
  at: At,
  lines: readonly StatementLine[],
  choices: readonly Candidate[],
): Promise<ReadonlySet<string>> => {
  if (choices.length === 0) return new Set()
  const [first] = lines
  if (first === undefined) return new Set()
  const kinds = ['capture', 'refund_undone'] as const
  const values = unique(choices.flatMap(({ id }) => kinds.map((kind) => settlesOf({ ...first, kind }, id))))
  const asked = { equals: { source: at.source.source }, values, columns: ['settles'] } as const
  const [early, late] = await Promise.all([
    lookUp(storage, statementLines, { index: 'settles', ...asked }),
    at.source.lateMatches === 0 ? [] : lookUp(storage, lateMatches, { index: 'key', ...asked }),
  ])
  return new Set([...early, ...late].map(({ settles }) => settles))
}
