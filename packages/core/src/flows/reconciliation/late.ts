import { type DisputeRow, isLineTold, learnOfLine } from '../../disputes/index.ts'
import type { GatewayFact } from '../../gateways/index.ts'
import {
  type Candidate,
  type Candidates,
  candidateFor,
  isBooked,
  isDispute,
  isDisputeTold,
  isOfBuyer,
  type KnownDispute,
  lineCost,
} from '../../reconciliation/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import type { FlowContext } from '../context.ts'
import { applyDisputeFact } from '../disputes/apply.ts'
import { updateDispute } from '../disputes/update.ts'
import { applyFact } from '../webhooks/apply.ts'
import { believablyDated } from '../webhooks/believable-date.ts'
import type { At } from './candidates.ts'

/**
 * Tells what a file knows and we do not, through the very path of a webhook: an attempt whose outcome nobody knew has succeeded, one that
 * was left behind took money and is reversed, and what somebody did without us is booked as external (FAILURES 2.14, 2.20). True where
 * anything was told, so that what was loaded has to be loaded anew. Repeating it is harmless.
 */
export const tellWhatIsLate = async (
  context: FlowContext,
  at: At,
  lines: readonly StatementLine[],
  known: Candidates,
  days: number,
): Promise<boolean> => {
  const now = context.runtime.clock.now()
  const taken = new Set<string>()
  let told = false
  for (const line of lines) {
    if (!isOfBuyer(line.kind)) continue
    if (isDispute(line.kind)) {
      told = (await tellDispute(context, at, line, known)) || told
      continue
    }
    const about = candidateFor(line, known, taken, days)
    if (about !== null && isBooked(line, about, known)) continue
    for (const fact of about === null ? strangeFacts(line, known) : [factOf(line, about)]) {
      await applyFact(context, at, believablyDated(fact, now))
      told = true
    }
  }
  return told
}

/**
 * What a line says of a dispute: that money went or came back, where its flow has not heard of that, and what it charges, so that nobody
 * books that beside the line.
 */
const tellDispute = async (context: FlowContext, at: At, line: StatementLine, known: Candidates): Promise<boolean> => {
  const { attempt, gatewayId, parentGatewayId } = line.references
  if (gatewayId === null) return false
  const dispute = known.disputes.get(gatewayId)
  if (isDisputeTold(line, known)) return dispute !== undefined && tellCost(context, dispute, line)
  const charge = chargeOf(line, known)
  const inCurrency = (dispute ?? charge)?.currency === line.currency
  const told = { id: line.id, fee: inCurrency ? lineCost(line) : 0n }
  const source = { gateway: at.gateway, account: at.account, receivedAt: context.runtime.clock.now(), line: told }
  return applyDisputeFact(context, source, {
    ...amountOf(line, charge?.currency ?? null),
    dispute: gatewayId,
    report: line.kind === 'dispute' ? 'withdrawn' : 'reinstated',
    stage: 'chargeback',
    attempt,
    charge: parentGatewayId,
    fee: null,
    reason: null,
    network: null,
    evidenceDueAt: null,
    occurredAt: line.occurredAt,
  })
}

/** Tells a dispute that knows of the money what the line charges for it; false where it knows that, too. */
const tellCost = async (context: FlowContext, dispute: KnownDispute, line: StatementLine): Promise<boolean> => {
  if (isLineTold(dispute, line.id)) return false
  const { merchant, id, currency } = dispute
  const fee = currency === line.currency ? lineCost(line) : 0n
  const learn = async (row: DisputeRow) => {
    const after = learnOfLine(row, line.id, fee)
    return after === row ? null : { after, events: [] }
  }
  await updateDispute(context, merchant, id, learn, 'outcome')
  return true
}

const DECLINE = {
  class: 'technical',
  code: 'undone_in_report',
  gatewayCode: null,
  networkAdvice: null,
  message: 'The gateway took it back.',
} as const

/** What a line says of an attempt of ours. An id that nobody knows stands for itself, as where a gateway names a charge only later. */
const factOf = (line: StatementLine, about: Candidate): GatewayFact => {
  const gatewayId = about.gatewayId ?? line.references.gatewayId ?? about.id
  const undone = line.kind === 'capture_undone' || line.kind === 'refund_undone'
  return {
    ...amountOf(line, about.currency),
    attempt: about.id,
    of: about.kind,
    gatewayId,
    parentGatewayId: line.references.parentGatewayId,
    occurredAt: line.occurredAt,
    answer: undone ? { effect: 'undone', decline: DECLINE } : { effect: 'applied', gatewayId },
  }
}

/** What a line says of a charge of ours, where we know of no such thing done to it. */
const strangeFacts = (line: StatementLine, known: Candidates): readonly GatewayFact[] => {
  const { gatewayId, parentGatewayId } = line.references
  if (gatewayId === null || line.kind === 'capture_undone' || line.kind === 'refund_undone') return []
  const charge = chargeOf(line, known)
  if (charge === undefined || charge.parent !== null) return []
  const facts: GatewayFact[] = []
  if (charge.kind === 'authorize' && charge.state !== 'applied') {
    // What was captured was authorised: that is told first, or there is nothing that a capture could belong to.
    const name = parentGatewayId ?? charge.gatewayId ?? gatewayId
    const whole = { amount: null, currency: null, attempt: charge.id, of: charge.kind, parentGatewayId: null } as const
    facts.push({
      ...whole,
      gatewayId: name,
      occurredAt: line.occurredAt,
      answer: { effect: 'applied', gatewayId: name },
    })
  }
  facts.push({
    ...amountOf(line, charge.currency),
    attempt: charge.id,
    of: line.kind === 'refund' ? 'refund' : 'capture',
    gatewayId,
    parentGatewayId: parentGatewayId ?? charge.gatewayId,
    occurredAt: line.occurredAt,
    answer: { effect: 'applied', gatewayId },
  })
  return facts
}

/** The charge that a line names: by our reference, or by the gateway's id of it. */
const chargeOf = ({ references }: StatementLine, known: Candidates): Candidate | undefined => {
  const { attempt, gatewayId, parentGatewayId } = references
  const named = attempt === null ? undefined : known.byId.get(attempt)
  const byId = known.byGatewayId.get(parentGatewayId ?? gatewayId ?? '') ?? []
  return named ?? byId.find((one) => one.kind === 'authorize' || one.kind === 'sale')
}

/** How much, by the currency of the charge: of a line in another, which does not say what the buyer paid, nothing can be told. */
const amountOf = (line: StatementLine, currency: string | null): Pick<GatewayFact, 'amount' | 'currency'> => {
  const told = line.presentment?.currency ?? line.currency
  if (currency !== null && told !== currency && line.presentment === null) return { amount: null, currency: null }
  const amount = line.presentment?.amount ?? line.gross
  return { amount: amount < 0n ? -amount : amount, currency: told }
}
