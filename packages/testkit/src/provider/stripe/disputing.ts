import { announceDispute } from './announce.ts'
import { bookDispute } from './booking.ts'
import { disputedOf, EVIDENCE, FILE_EVIDENCE, newDispute } from './dispute.ts'
import type { Form } from './form.ts'
import { mergeMetadata } from './metadata.ts'
import type { Charge, Dispute } from './payment.ts'
import { forbidden, invalid } from './refusal.ts'
import type { State } from './state.ts'
import { fileIn } from './uploading.ts'

const DAY_S = 86_400
const DUE_AFTER_S = 9 * DAY_S // "usually 7–21 days" (docs.stripe.com/disputes/how-disputes-work)

/** What a dispute is opened with. The amount is as Stripe counts it. */
export interface Opening {
  readonly amount: number | null
  readonly inquiry: boolean
  readonly reason: string
}

/** A buyer's bank disputes a charge: a chargeback takes the money at once, an inquiry asks only. */
export const openDispute = (state: State, charge: Charge, { amount, inquiry, reason }: Opening): Dispute => {
  const left = charge.captured - charge.refunded - disputedOf(charge)
  const disputed = amount ?? left
  if (disputed < 1 || disputed > left)
    throw forbidden(`${disputed} cannot be disputed: ${left} of the charge is with the account.`)
  const dispute = newDispute({
    id: state.ids.make('dp'),
    charge,
    amount: disputed,
    created: state.second(),
    reason,
    dueBy: state.second() + DUE_AFTER_S,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  })
  charge.disputes.push(dispute)
  state.disputes.set(dispute.id, dispute)
  announceDispute(state, dispute, 'created')
  if (!inquiry) withdraw(state, dispute)
  return dispute
}

/** What the test cards for disputes do once their money is taken. */
export const disputeLater = (state: State, charge: Charge): void => {
  const { dispute } = charge.method.card
  if (dispute === null) return
  state.later.add(state.now + state.options.laterMs, () => {
    if (charge.disputes.length === 0 && charge.captured > charge.refunded)
      openDispute(state, charge, { ...dispute, amount: null })
  })
}

const withdraw = (state: State, dispute: Dispute): void => {
  dispute.transactions.push(bookDispute(state, dispute, 'dispute'))
  announceDispute(state, dispute, 'funds_withdrawn', { balance_transactions: [] })
}

const change = (state: State, dispute: Dispute, status: Dispute['status'], event: 'updated' | 'closed'): void => {
  const previous = { status: dispute.status }
  dispute.status = status
  announceDispute(state, dispute, event, previous)
}

const isInquiry = ({ status }: Dispute): boolean => status.startsWith('warning_')
const ENDED: ReadonlySet<string> = new Set(['won', 'lost', 'warning_closed'])

const openOnly = (dispute: Dispute): void => {
  if (ENDED.has(dispute.status))
    throw forbidden(`Dispute ${dispute.id} is ${dispute.status}; it is closed.`, { code: 'dispute_already_closed' })
}

/** The bank does not leave it at an inquiry. */
export const escalate = (state: State, dispute: Dispute): void => {
  if (!isInquiry(dispute) || ENDED.has(dispute.status))
    throw forbidden(`Dispute ${dispute.id} is ${dispute.status}; only an open inquiry is escalated.`)
  change(state, dispute, 'needs_response', 'updated')
  withdraw(state, dispute)
}

/** The bank decides. What was won comes back first. */
export const decide = (state: State, dispute: Dispute, how: 'won' | 'lost'): void => {
  openOnly(dispute)
  if (isInquiry(dispute)) {
    if (how === 'lost') throw forbidden(`Dispute ${dispute.id} is an inquiry; nobody loses one: escalate it.`)
    return change(state, dispute, 'warning_closed', 'closed')
  }
  if (how === 'won') {
    const before = [...dispute.transactions]
    dispute.transactions.push(bookDispute(state, dispute, 'dispute_reversal'))
    announceDispute(state, dispute, 'funds_reinstated', { balance_transactions: before.map(({ id }) => id) })
  }
  change(state, dispute, how, 'closed')
}

const CHARACTERS_MAX = 150_000

/** The texts by which Stripe's test environment decides (docs.stripe.com/testing#disputes). */
const TEST_ENDS: ReadonlyMap<string, 'won' | 'lost'> = new Map([
  ['winning_evidence', 'won'],
  ['losing_evidence', 'lost'],
])
const ESCALATING = 'escalate_inquiry_evidence'

/** POST /v1/disputes/:id */
export const updateDispute = (state: State, dispute: Dispute, form: Form): Dispute => {
  openOnly(dispute)
  if (!dispute.status.endsWith('needs_response'))
    throw forbidden(`Dispute ${dispute.id} is ${dispute.status}; evidence was submitted, and can be once only.`)
  dispute.metadata = mergeMetadata(dispute.metadata, form)
  const given = form.record('evidence') ?? {}
  const { account } = dispute.charge.intent
  for (const [name, id] of Object.entries(given))
    if (FILE_EVIDENCE.has(name)) fileIn(state, account.name, `evidence[${name}]`, id)
  const evidence = { ...dispute.evidence, ...given }
  if (Object.values(evidence).reduce((sum, text) => sum + text.length, 0) > CHARACTERS_MAX)
    throw invalid(`Evidence has more than ${CHARACTERS_MAX} characters.`, { param: 'evidence' })
  dispute.evidence = evidence
  if (form.flag('submit') ?? true) submit(state, dispute)
  else announceDispute(state, dispute, 'updated')
  return dispute
}

const submit = (state: State, dispute: Dispute): void => {
  if (!EVIDENCE.some((name) => dispute.evidence[name] !== undefined))
    throw forbidden(`Dispute ${dispute.id} has no evidence to submit.`, { param: 'evidence' })
  dispute.submissions += 1
  change(state, dispute, isInquiry(dispute) ? 'warning_under_review' : 'under_review', 'updated')
  const text = dispute.evidence.uncategorized_text ?? ''
  const end = TEST_ENDS.get(text)
  if (end === undefined && text !== ESCALATING) return
  state.later.add(state.now + state.options.laterMs, () => {
    if (ENDED.has(dispute.status)) return
    if (end !== undefined) decide(state, dispute, isInquiry(dispute) ? 'won' : end)
    else if (isInquiry(dispute)) escalate(state, dispute)
  })
}

/** POST /v1/disputes/:id/close: the merchant gives up. */
export const closeDispute = (state: State, dispute: Dispute): Dispute => {
  openOnly(dispute)
  if (isInquiry(dispute)) change(state, dispute, 'warning_closed', 'closed')
  else change(state, dispute, 'lost', 'closed')
  return dispute
}

/** What may not be refunded: a bank has taken it already, and a refund would pay it twice (docs.stripe.com/error-codes, charge_disputed). */
export const checkRefundable = (charge: Charge): void => {
  if (disputedOf(charge) > 0)
    throw forbidden(`Charge ${charge.id} has been disputed; a refund would pay it twice.`, { code: 'charge_disputed' })
}
