import type { AttemptRow } from '../payments/index.ts'
import type { LineKind, StatementLine } from '../statements/index.ts'

/** What a match has to know of an attempt. */
export type Candidate = Pick<
  AttemptRow,
  | 'merchant'
  | 'payment'
  | 'id'
  | 'kind'
  | 'gateway'
  | 'account'
  | 'amount'
  | 'currency'
  | 'parent'
  | 'state'
  | 'gatewayId'
  | 'applied'
  | 'createdAt'
>

/** The columns of a candidate. */
export const CANDIDATE = [
  'merchant',
  'payment',
  'id',
  'kind',
  'gateway',
  'account',
  'amount',
  'currency',
  'parent',
  'state',
  'gatewayId',
  'applied',
  'createdAt',
] as const satisfies readonly (keyof Candidate)[]

/** What a line has to know of a dispute. */
export interface KnownDispute {
  readonly merchant: string
  readonly id: string
  readonly currency: string
  /** When it was told of the money that the gateway took, and gave back, and which lines it was told of: see the disputes' rows. */
  readonly told: Readonly<Record<string, number>>
}

/** Everything of ours that lines of one chunk can be about. */
export interface Candidates {
  readonly byId: ReadonlyMap<string, Candidate>
  /** By the gateway's ids. */
  readonly byGatewayId: ReadonlyMap<string, readonly Candidate[]>
  /** All attempts of those payments in which a line has to be told from its like. */
  readonly byPayment: ReadonlyMap<string, readonly Candidate[]>
  /** What lines are known to have settled: asked only where there is a choice. */
  readonly settled: ReadonlySet<string>
  /** Disputes that we know of, by the gateway's id: what they took is in the books. */
  readonly disputes: ReadonlyMap<string, KnownDispute>
  /** Without any reference: those whose time is near, looked for only where a line names nothing. */
  readonly near: readonly Candidate[]
}

const CHARGES: ReadonlySet<AttemptRow['kind']> = new Set(['authorize', 'sale'])

/** Which attempts a line of a kind can be about; none: it is about no attempt. */
const ABOUT: Readonly<Partial<Record<LineKind, ReadonlySet<AttemptRow['kind']>>>> = {
  capture: new Set<AttemptRow['kind']>(['sale', 'capture']),
  capture_undone: new Set<AttemptRow['kind']>(['sale', 'capture']),
  refund: new Set<AttemptRow['kind']>(['refund']),
  refund_undone: new Set<AttemptRow['kind']>(['refund']),
  dispute: CHARGES,
  dispute_won: CHARGES,
}

/** Whether a line of this kind is about something that a buyer paid or got back. */
export const isOfBuyer = (kind: LineKind): boolean => kind in ABOUT

/** Whether a dispute's own flow has booked what the line tells of it. */
export const isDisputeTold = (
  { kind, references }: Pick<StatementLine, 'kind' | 'references'>,
  { disputes }: Pick<Candidates, 'disputes'>,
): boolean => {
  const told = references.gatewayId === null ? undefined : disputes.get(references.gatewayId)?.told
  if (told === undefined) return false
  // Not by its date: a report may date a line by its booking, days after what the webhook told (and what came back since).
  return (kind === 'dispute' ? told.withdrawn : told.reinstated) !== undefined
}

/** Whether a line is about a dispute. */
export const isDispute = (kind: LineKind): boolean => kind === 'dispute' || kind === 'dispute_won'

/** What a line settles of an attempt: only one line may. Of disputes there may be several a charge. */
export const settlesOf = (line: StatementLine, attempt: string): string => {
  if (isDispute(line.kind)) return `${attempt}/dispute/${line.id}`
  return `${attempt}/${line.kind === 'capture_undone' || line.kind === 'refund_undone' ? 'undone' : 'done'}`
}

/** What a line that settles nothing has in that place: a name that is no attempt's. */
export const settlesNothing = (line: Pick<StatementLine, 'id'>): string => `#${line.id}`

/**
 * The attempt that a line is about, in this order: by our reference; by the gateway's own id; among what was done to the charge that it
 * names, by kind and amount; and where it names nothing at all, by amount and date. `taken`: what other lines of the chunk settle.
 */
export const candidateFor = (
  line: StatementLine,
  known: Candidates,
  taken: ReadonlySet<string>,
  days: number,
): Candidate | null => {
  const kinds = ABOUT[line.kind]
  if (kinds === undefined) return null
  const { attempt, gatewayId, parentGatewayId } = line.references
  const named = attempt === null ? undefined : known.byId.get(attempt)
  if (named !== undefined && kinds.has(named.kind)) return named
  const byId = gatewayId === null ? [] : (known.byGatewayId.get(gatewayId) ?? [])
  const same = byId.filter((one) => kinds.has(one.kind))
  const free = (one: Candidate): boolean => isFree(line, one, known, taken)
  if (same.length > 0)
    return same.find((one) => free(one) && amountOf(one) === wanted(line)) ?? same.find(free) ?? same[0] ?? null
  const byParent = parentGatewayId === null ? [] : (known.byGatewayId.get(parentGatewayId) ?? [])
  const base = named ?? [...byId, ...byParent].find((one) => CHARGES.has(one.kind))
  if (base !== undefined) return childFor(line, base, known, free)
  if (attempt !== null || gatewayId !== null || parentGatewayId !== null) return null
  return nearest(line, known.near, kinds, free, days)
}

/** What was done to a charge and is what the line says; for a capture the only one, whatever its amount. */
const childFor = (
  line: StatementLine,
  base: Candidate,
  known: Candidates,
  free: (one: Candidate) => boolean,
): Candidate | null => {
  const kinds = ABOUT[line.kind] ?? CHARGES
  if (kinds.has(base.kind)) return base
  const family = (known.byPayment.get(base.payment) ?? []).filter(
    (one) => kinds.has(one.kind) && (one.parent === base.id || base.kind === 'capture'),
  )
  const children = family.filter((one) => !HAD_NO_EFFECT.has(one.state) && !isOther(line, one, base))
  const same = children.filter((one) => amountOf(one) === wanted(line))
  const [only] = children
  if (same.length > 0) return same.find(free) ?? same[0] ?? null
  // Of one whose outcome nobody knows another amount is no proof: somebody else may have captured.
  const isKnown = only?.state === 'applied' || only?.state === 'undone'
  return children.length === 1 && only !== undefined && isKnown && line.kind.startsWith('capture') ? only : null
}

/** What was refused moved nothing: a line that does not name it is about somebody else's act. */
const HAD_NO_EFFECT: ReadonlySet<Candidate['state']> = new Set(['rejected', 'not_sent', 'never_existed'])

/**
 * Whether a line names something else that was done to the same charge: the gateway has names of their own for such things, and these two
 * differ. What has the charge's own name may be any of them.
 */
const isOther = ({ references }: StatementLine, one: Candidate, base: Candidate): boolean => {
  const names = [references.gatewayId, one.gatewayId]
  return names[0] !== names[1] && names.every((name) => name !== null && name !== base.gatewayId)
}

const DAY_MS = 86_400_000

/** The only free one with this amount whose date is near enough; of several nobody can say which. */
const nearest = (
  line: StatementLine,
  near: readonly Candidate[],
  kinds: ReadonlySet<AttemptRow['kind']>,
  free: (one: Candidate) => boolean,
  days: number,
): Candidate | null => {
  const found = near.filter(
    (one) =>
      kinds.has(one.kind) &&
      one.currency === (line.presentment?.currency ?? line.currency) &&
      amountOf(one) === wanted(line) &&
      Math.abs(one.createdAt - line.occurredAt) <= days * DAY_MS &&
      free(one),
  )
  const [only] = found
  return found.length === 1 && only !== undefined ? only : null
}

const isFree = (line: StatementLine, one: Candidate, known: Candidates, taken: ReadonlySet<string>): boolean => {
  const settles = settlesOf(line, one.id)
  return !taken.has(settles) && !known.settled.has(settles)
}

const absolute = (amount: bigint): bigint => (amount < 0n ? -amount : amount)

/** What the buyer paid or got back by the line, without its sign. */
export const wanted = (line: StatementLine): bigint => absolute(line.presentment?.amount ?? line.gross)

/** What an attempt moved, as far as is known. */
export const amountOf = (one: Pick<Candidate, 'applied' | 'amount'>): bigint => one.applied ?? one.amount

/** Whether the books have what the line says: the attempt took effect, or for an undoing, was undone. */
export const isBooked = (
  line: Pick<StatementLine, 'kind' | 'references'>,
  one: Candidate,
  known: Pick<Candidates, 'disputes'>,
): boolean => {
  if (isDispute(line.kind)) return isDisputeTold(line, known)
  // What was left behind and taken back by the gateway itself is reversed by that.
  const isReversed = one.state === 'reversed' && one.applied !== null
  if (line.kind === 'capture_undone' || line.kind === 'refund_undone') return one.state === 'undone' || isReversed
  if (one.state === 'applied' || one.state === 'undone') return true
  // Money of a charge that was left behind is in the books as nobody's, once it is known to have been taken.
  return (one.state === 'abandoned' || one.state === 'reversed') && one.applied !== null
}
