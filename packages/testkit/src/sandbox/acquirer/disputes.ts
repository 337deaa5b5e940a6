import { FlorinError } from '@florin/core'
import type { WireDispute } from '../wire-dispute.ts'
import type { Charge } from './charge.ts'
import { type Dispute, wireDispute } from './dispute.ts'
import { type Body, textIn, textsIn } from './input.ts'
import { settleLater } from './movements.ts'
import { Refusal } from './refusal.ts'
import type { State } from './state.ts'

/** What a dispute is opened with. Amounts are minor units. */
export interface NewDispute {
  /** Default: all that was captured. */
  readonly amount?: bigint
  /** Default: `chargeback`. An inquiry takes no money. */
  readonly stage?: WireDispute['stage']
  /** The network's code. Default: `10.4`, Visa's for fraud without the card (Visa's dispute categories, 2026). */
  readonly reason?: string
  /** What the acquirer charges for it. Default: 15.00 for anything but an inquiry. */
  readonly fee?: bigint
  /** Until when evidence is taken. Default: in seven days. */
  readonly dueInMs?: number
  /** Whether the money goes at once. Default: it does, but for an inquiry. */
  readonly withdraw?: boolean
}

/** What somebody does about disputes in the acquirer's dashboard, or what the bank does. `dispute` is a dispute's id. */
export interface DisputeDashboard {
  /** A buyer's bank disputes a charge: `target` is its id, or the reference that it was made with. */
  openDispute(target: string, what?: NewDispute): WireDispute
  /** It goes on to another stage, with the money of it and another deadline. */
  escalateDispute(dispute: string, stage: 'chargeback' | 'pre_arbitration'): WireDispute
  /** The bank decides, or the time for an answer is over. */
  decideDispute(dispute: string, how: 'won' | 'lost' | 'expired'): WireDispute
  /** The merchant gives up, or answers, in the dashboard. */
  acceptDispute(dispute: string): WireDispute
  answerDispute(dispute: string): WireDispute
  /** Says once more how it stands. */
  announceDispute(dispute: string): void
}

const DAY_MS = 86_400_000
const FEE = 1_500n

const refuse = (why: string): never => {
  throw new FlorinError('invalid_state', `the sandbox acquirer: ${why}`)
}

const outOf = ({ withdrawn, reinstated }: Dispute): bigint => (withdrawn?.amount ?? 0n) - (reinstated?.amount ?? 0n)

const moveMoney = (state: State, dispute: Dispute, way: 1n | -1n): void => {
  const { charge, amount, stage, id } = dispute
  const movement = { amount, at: state.now, stage }
  if (way === 1n) {
    dispute.withdrawn = movement
    dispute.reinstated = null
  } else dispute.reinstated = movement
  charge.disputed += way * amount
  state.ledger.of(charge.currency).disputed += way * amount
  settleLater(state, {
    ...{ object: 'dispute', id, charge, reference: null, amount: way * amount, fee: 0n, createdAt: state.now },
    failure: null,
  })
}

const chargeFee = (state: State, dispute: Dispute, fee: bigint): void => {
  const { charge, id } = dispute
  dispute.fee += fee
  state.ledger.of(charge.currency).fees += fee
  settleLater(state, {
    ...{ object: 'dispute', id, charge, reference: null, amount: 0n, fee, createdAt: state.now },
    failure: null,
  })
}

/** A buyer's bank disputes a charge. Throws `invalid_state` where nothing was captured. */
export const openDispute = (state: State, charge: Charge, what: NewDispute): Dispute => {
  const { amount = charge.captured, stage = 'chargeback', reason = '10.4', dueInMs = 7 * DAY_MS } = what
  if (charge.captured === 0n) refuse(`charge ${charge.id} was not captured: nobody can dispute it`)
  const { withdraw = stage !== 'inquiry', fee = stage === 'inquiry' ? 0n : FEE } = what
  const dispute: Dispute = {
    ...{ object: 'dispute', id: state.options.ids.make('dp'), charge, amount, reason, createdAt: state.now, stage },
    ...{ status: 'needs_response', changedAt: state.now, fee: 0n, dueAt: state.now + dueInMs },
    ...{ withdrawn: null, reinstated: null, files: new Map(), evidence: null },
  }
  state.disputes.set(dispute.id, dispute)
  if (withdraw) moveMoney(state, dispute, 1n)
  if (fee !== 0n) chargeFee(state, dispute, fee)
  state.announce('dispute.opened', dispute)
  return dispute
}

/** The next stage: the money of it goes, also where it came back before. */
export const escalateDispute = (state: State, dispute: Dispute, stage: WireDispute['stage']): Dispute => {
  if (dispute.stage === stage) refuse(`${dispute.id} is at its ${stage} already`)
  Object.assign(dispute, {
    stage,
    status: 'needs_response',
    changedAt: state.now,
    dueAt: state.now + 7 * DAY_MS,
    evidence: null,
  })
  if (outOf(dispute) === 0n) moveMoney(state, dispute, 1n)
  if (dispute.fee === 0n) chargeFee(state, dispute, FEE)
  state.announce('dispute.escalated', dispute)
  return dispute
}

/** Ends it, with its money. */
export const closeDispute = (
  state: State,
  dispute: Dispute,
  status: 'won' | 'lost' | 'expired' | 'accepted',
): Dispute => {
  if (dispute.status === status) refuse(`${dispute.id} is ${status} already`)
  dispute.status = status
  dispute.changedAt = state.now
  const isOut = outOf(dispute) > 0n
  if (status === 'won' && isOut) moveMoney(state, dispute, -1n)
  if (status !== 'won' && !isOut && dispute.stage !== 'inquiry') moveMoney(state, dispute, 1n)
  state.announce('dispute.closed', dispute)
  return dispute
}

const requireOpen = (dispute: Dispute): void => {
  if (dispute.status === 'needs_response') return
  throw new Refusal('not_answerable', `the dispute is ${dispute.status}`)
}

/** `POST /v1/disputes/:id/accept`. Again is the same. */
export const acceptDispute = (state: State, dispute: Dispute): Dispute => {
  if (dispute.status === 'accepted') return dispute
  if (dispute.status !== 'under_review') requireOpen(dispute)
  return closeDispute(state, dispute, 'accepted')
}

const MOST_FILE = 2_800_000 // 2 MB in base64

/** `POST /v1/disputes/:id/files`: kept under the reference of the request, until evidence names it. */
export const takeFile = (dispute: Dispute, reference: string, body: Body): void => {
  requireOpen(dispute)
  const base64 = textIn(body, 'base64')
  if (base64.length > MOST_FILE) throw new Refusal('invalid_request', 'base64 is more than 2 MB')
  dispute.files.set(reference, { kind: textIn(body, 'kind'), bytes: Buffer.from(base64, 'base64').length })
}

/** `POST /v1/disputes/:id/evidence`: the one answer to a stage. */
export const takeEvidence = (state: State, dispute: Dispute, body: Body): Dispute => {
  requireOpen(dispute)
  const files = Array.isArray(body.files) ? (body.files as readonly unknown[]).map(String) : []
  for (const file of files)
    if (!dispute.files.has(file)) throw new Refusal('invalid_request', `there is no file ${file}`)
  const texts = textsIn(body, 'texts')
  if (files.length + Object.keys(texts).length === 0) throw new Refusal('invalid_request', 'there is no evidence')
  return answerDispute(state, dispute, { texts, files })
}

/** The bank has what speaks against it. */
export const answerDispute = (state: State, dispute: Dispute, evidence: NonNullable<Dispute['evidence']>): Dispute => {
  dispute.evidence = evidence
  dispute.status = 'under_review'
  dispute.changedAt = state.now
  state.announce('dispute.answered', dispute)
  return dispute
}

/** The part of the dashboard that is about disputes. */
export const createDisputeDashboard = (
  state: State,
  catchUp: () => void,
  needCharge: (target: string) => Charge,
): DisputeDashboard => {
  const act = (id: string, what: (dispute: Dispute) => Dispute): WireDispute => {
    catchUp()
    const dispute = state.disputes.get(id)
    if (dispute === undefined) throw new FlorinError('not_found', `the sandbox acquirer has no dispute ${id}`)
    try {
      return wireDispute(what(dispute))
    } catch (error) {
      throw error instanceof Refusal
        ? new FlorinError('invalid_state', `the sandbox acquirer: ${error.message}`)
        : error
    }
  }
  return {
    openDispute(target, what = {}) {
      catchUp()
      return wireDispute(openDispute(state, needCharge(target), what))
    },
    escalateDispute: (id, stage) => act(id, (dispute) => escalateDispute(state, dispute, stage)),
    decideDispute: (id, how) => act(id, (dispute) => closeDispute(state, dispute, how)),
    acceptDispute: (id) => act(id, (dispute) => acceptDispute(state, dispute)),
    answerDispute: (id) => act(id, (dispute) => answerDispute(state, dispute, { texts: {}, files: [] })),
    announceDispute: (id) =>
      void act(id, (dispute) => {
        state.announce('dispute.updated', dispute)
        return dispute
      }),
  }
}
