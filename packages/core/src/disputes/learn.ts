import { DISPUTE_STAGES, type DisputeFact, type DisputeReport } from '../gateways/index.ts'
import { moveTo } from './machine.ts'
import type { DisputeState } from './model.ts'
import type { DisputeRow } from './records.ts'

/** Of two reports of one instant and stage the later in this list holds: what is final outranks what is open, and loss a win. */
const RANKS: readonly DisputeReport[] = [
  'opened',
  'withdrawn',
  'under_review',
  'expired',
  'accepted',
  'reinstated',
  'won',
  'lost',
]

type Told = DisputeRow['told']
type Report = Pick<DisputeFact, 'report' | 'stage'>

/** A total order of reports: by their instants, and at one instant by stage and rank. Two orders differ by far less than 2^53. */
const orderOf = ({ report, stage }: Report, at: number): number =>
  at * 100 + DISPUTE_STAGES.indexOf(stage) * 10 + RANKS.indexOf(report)

const MONEY: ReadonlySet<DisputeReport> = new Set(['withdrawn', 'reinstated'])
const FINAL: ReadonlySet<DisputeReport> = new Set(['expired', 'accepted', 'won', 'lost'])

/**
 * What a report has to be newer than. Our own act is dated by our clock, which may be ahead of the gateway's: what the gateway decides after
 * it only has to be newer than what the gateway itself had said before.
 */
const floorOf = (told: Told, register: string, report: DisputeReport): number => {
  const newest = told[register] ?? Number.NEGATIVE_INFINITY
  const isOurs = register === 'report' && newest === told.act
  return isOurs && FINAL.has(report) ? (told.beforeAct ?? Number.NEGATIVE_INFINITY) : newest
}

/**
 * What a dispute is after a report. Every register keeps the newest word, so that reports end in the same row in whatever order they come,
 * however often; the very same row where it says nothing new. `at`: when it happened, as far as that is known.
 */
export const learn = (row: DisputeRow, fact: DisputeFact, at: number): DisputeRow => {
  const order = orderOf(fact, at)
  const told: Record<string, number> = { ...row.told }
  const isNews = (register: string): boolean => {
    if (order <= floorOf(told, register, fact.report)) return false
    told[register] = order
    return true
  }
  let next: DisputeRow = row
  const set = (register: string, more: Partial<DisputeRow>): void => {
    if (isNews(register)) next = { ...next, ...more }
  }
  const { report, stage, amount, fee } = fact
  if (MONEY.has(report)) set(report, { [report]: amount })
  else {
    set('report', { report, reportStage: stage })
    if (amount !== null) set('amount', { amount })
  }
  if (report !== 'reinstated') set('stage', { stage })
  if (report === 'accepted') set('accepted', {})
  if (fact.reason !== null) set('reason', { reason: fact.reason })
  if (fact.network !== null) set('network', { network: fact.network })
  if (fact.evidenceDueAt !== null) set('evidenceDueAt', { evidenceDueAt: fact.evidenceDueAt })
  if (fee !== null) set('gatewayFee', { gatewayFee: fee })
  if (sameTold(told, row.told)) return row
  next = { ...next, told }
  return { ...next, state: moveTo(row.state, stateOf(next)) }
}

const sameTold = (a: Told, b: Told): boolean => {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

/** Where a dispute stands by what was told of it. */
export const stateOf = (row: Omit<DisputeRow, 'state'>): DisputeState => {
  if (isReopened(row)) return waiting(row)
  switch (row.report) {
    case 'won':
      return 'won'
    case 'under_review':
      return 'evidence_submitted'
    case 'accepted':
      return 'accepted'
    case 'lost':
    case 'expired': // nobody can say anything against it any more
      return row.told.accepted === undefined ? 'lost' : 'accepted'
    default:
      return waiting(row)
  }
}

/** Money was taken after the bank had decided for the merchant, or a stage began that the last word was not about. */
const isReopened = ({ report, reportStage, stage, told }: Omit<DisputeRow, 'state'>): boolean => {
  const since = told.report ?? Number.NEGATIVE_INFINITY
  if (stage !== reportStage && (told.stage ?? since) > since) return true
  return report === 'won' && (told.withdrawn ?? since) > since
}

const waiting = ({ stage, evidenceDueAt }: Omit<DisputeRow, 'state'>): DisputeState => {
  if (stage !== 'chargeback') return stage
  return evidenceDueAt === null ? 'opened' : 'evidence_due'
}

/** What our own act at the gateway tells, dated so that it holds over what was told before. */
export const learnOfAct = (row: DisputeRow, kind: 'accept_dispute' | 'submit_evidence', now: number): DisputeRow => {
  const report = kind === 'accept_dispute' ? 'accepted' : 'under_review'
  const newest = Math.max(row.told.report ?? 0, row.told.stage ?? 0)
  const at = Math.max(now, Math.floor(newest / 100) + 1)
  const { stage, reference: dispute } = row
  const nothing = { attempt: null, charge: null, amount: null, currency: null, fee: null, reason: null, network: null }
  const fact = { dispute, report, stage, ...nothing, evidenceDueAt: null, occurredAt: at } as const
  const after = learn(row, fact, at)
  return { ...after, told: { ...after.told, act: orderOf(fact, at), beforeAct: row.told.report ?? 0 } }
}
