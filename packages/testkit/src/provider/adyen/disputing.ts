import { FlorinError } from '@florin/core'
import { announceDispute } from './announce.ts'
import type { Dispute, DisputeWebhook, Payment } from './payment.ts'
import { note } from './settlement.ts'
import { makeReference, type State } from './state.ts'

const DAY_MS = 86_400_000
const DEFENSE_MS = 18 * DAY_MS

const refuse = (why: string): never => {
  throw new FlorinError('invalid_state', `adyen double: ${why}`)
}

/** What a dispute is opened with. The amount is Adyen's. */
export interface Opening {
  readonly amount: bigint | null
  readonly inquiry: boolean
  readonly reasonCode: string
  readonly reason: string
}

/** A buyer's bank asks, or takes the money back: then the notice comes first, and the chargeback after it. */
export const openDispute = (state: State, payment: Payment, opening: Opening): Dispute => {
  const left = payment.captured - payment.refunded - payment.disputed
  const amount = opening.amount ?? left
  if (amount < 1n || amount > left)
    refuse(`${amount} cannot be disputed: ${left} of payment ${payment.id} is with the account`)
  const dispute: Dispute = {
    id: makeReference(state),
    payment,
    amount,
    reasonCode: opening.reasonCode,
    reason: opening.reason,
    dueAt: state.now + DEFENSE_MS,
    stage: opening.inquiry ? 'inquiry' : 'chargeback',
    status: 'undefended',
    taken: false,
    documents: new Set(),
  }
  state.disputes.set(dispute.id, dispute)
  if (opening.inquiry) tell(state, dispute, { code: 'REQUEST_FOR_INFORMATION', status: 'Unresponded' })
  else chargeBack(state, dispute)
  return dispute
}

const tell = (state: State, dispute: Dispute, webhook: DisputeWebhook): void => announceDispute(state, dispute, webhook)

const chargeBack = (state: State, dispute: Dispute): void => {
  tell(state, dispute, { code: 'NOTIFICATION_OF_CHARGEBACK', status: 'Undefended' })
  move(state, dispute, 'Chargeback')
  tell(state, dispute, { code: 'CHARGEBACK', status: 'Undefended' })
}

const move = (state: State, dispute: Dispute, type: 'Chargeback' | 'SecondChargeback' | 'ChargebackReversed'): void => {
  const taken = type !== 'ChargebackReversed'
  dispute.taken = taken
  dispute.payment.disputed += taken ? dispute.amount : -dispute.amount
  note(state, type, dispute.payment, dispute.amount, { id: dispute.id, reference: null })
}

const openOnly = (dispute: Dispute): void => {
  if (dispute.status === 'ended') refuse(`dispute ${dispute.id} has ended`)
}

/** The bank does not leave it at a question, or does not accept what was reversed: then the money goes again. */
export const escalate = (state: State, dispute: Dispute): void => {
  openOnly(dispute)
  if (dispute.stage === 'inquiry') {
    dispute.stage = 'chargeback'
    dispute.status = 'undefended'
    return chargeBack(state, dispute)
  }
  if (dispute.taken) refuse(`dispute ${dispute.id} is a chargeback already; only what was reversed comes a second time`)
  dispute.stage = 'pre_arbitration'
  move(state, dispute, 'SecondChargeback')
  tell(state, dispute, { code: 'SECOND_CHARGEBACK', status: 'Pending' })
}

/** The scheme gives the money back for now: the bank may still come a second time. */
export const reverse = (state: State, dispute: Dispute): void => {
  openOnly(dispute)
  if (!dispute.taken) refuse(`dispute ${dispute.id} has taken nothing that could be reversed`)
  move(state, dispute, 'ChargebackReversed')
  tell(state, dispute, { code: 'CHARGEBACK_REVERSED', status: 'Pending' })
}

/** The bank decides, or nobody answered in time. */
export const decide = (state: State, dispute: Dispute, how: 'won' | 'lost' | 'expired'): void => {
  openOnly(dispute)
  const second = dispute.stage === 'pre_arbitration'
  if (dispute.stage === 'inquiry') {
    if (how === 'lost') refuse(`dispute ${dispute.id} is a question; nobody loses one: escalate it`)
    if (how === 'expired') tell(state, dispute, { code: 'REQUEST_FOR_INFORMATION', status: 'Expired' })
    else tell(state, dispute, { code: 'ISSUER_RESPONSE_TIMEFRAME_EXPIRED', status: 'Won' })
  } else if (how === 'won') {
    if (dispute.taken) move(state, dispute, 'ChargebackReversed')
    tell(state, dispute, { code: 'CHARGEBACK_REVERSED', status: 'Won' })
    tell(state, dispute, { code: second ? 'PREARBITRATION_WON' : 'ISSUER_RESPONSE_TIMEFRAME_EXPIRED', status: 'Won' })
  } else if (!dispute.taken) {
    move(state, dispute, 'SecondChargeback')
    tell(state, dispute, { code: 'SECOND_CHARGEBACK', status: 'Lost' })
  } else if (how === 'lost' && (second || dispute.status === 'defended'))
    tell(state, dispute, { code: 'PREARBITRATION_LOST', status: 'Lost' })
  else tell(state, dispute, { code: 'DISPUTE_DEFENSE_PERIOD_ENDED', status: how === 'lost' ? 'Lost' : 'Expired' })
  dispute.status = 'ended'
}

/** The merchant gives up, over the API or in the Customer Area. */
export const accept = (state: State, dispute: Dispute): void => {
  openOnly(dispute)
  dispute.status = 'ended'
  tell(state, dispute, { code: 'DISPUTE_DEFENSE_PERIOD_ENDED', status: 'Accepted' })
}

/** The merchant's answer is with the scheme. */
export const defend = (state: State, dispute: Dispute): void => {
  openOnly(dispute)
  if (dispute.status === 'defended') refuse(`dispute ${dispute.id} is defended already`)
  dispute.status = 'defended'
  tell(state, dispute, { code: 'INFORMATION_SUPPLIED', status: dispute.stage === 'inquiry' ? 'Responded' : 'Pending' })
}
