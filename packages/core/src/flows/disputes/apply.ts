import {
  type DisputeOwner,
  type DisputePolicy,
  type DisputeRow,
  disputes,
  learn,
  learnOfLine,
} from '../../disputes/index.ts'
import type { DisputeFact } from '../../gateways/index.ts'
import { isId, maskPans, randomBelow, sleep } from '../../kernel/index.ts'
import { currencyOf } from '../../money/index.ts'
import { attemptOf, attempts, gatewayRefs, isCharge, isUnresolved, type PaymentState } from '../../payments/index.ts'
import type { FlowContext } from '../context.ts'
import { findState } from '../payments/load.ts'
import type { Source } from '../webhooks/find-attempt.ts'
import { disputeChange } from './change.ts'
import { disputesOf } from './load.ts'
import { timersOf } from './timers.ts'

const TRIES = 64 // as for an answer: it is money
const WAIT_MS = 20

/** A delivery that tells of disputes. */
export interface DisputeSource extends Source {
  readonly receivedAt: number
  /** The line of a report that tells it, and what it charges in the dispute's currency; absent: a webhook tells it. */
  readonly line?: { readonly id: string; readonly fee: bigint }
}

/**
 * Applies one report about a dispute; false when it has to wait, because nothing is known of its charge (yet). Repeating one is harmless,
 * and the order in which several come makes no difference to where a dispute ends.
 */
export const applyDisputeFact = async (
  context: FlowContext,
  source: DisputeSource,
  given: DisputeFact,
): Promise<boolean> => {
  const fact = showable(given)
  const at = fact.occurredAt ?? source.receivedAt
  for (let tries = 0; tries < TRIES; tries++) {
    const place = await placeOf(context, source, fact)
    const state = place === null ? undefined : await findState(context, place.merchant, place.payment)
    if (place === null || state === undefined) return false
    const charge = attemptOf(state, place.attempt)
    if (place.dispute === null && isUnresolved(charge)) return false // whether it counts is not known yet
    const all = await disputesOf(context, place.merchant, state.payment.id)
    const before = all.find((one) => one.id === place.dispute) ?? null
    const blank = before ?? newDispute(context, source, state, place.attempt, fact)
    const heard = learn(blank, fact, at)
    const learnt = source.line === undefined ? heard : learnOfLine(heard, source.line.id, source.line.fee)
    if (learnt === before) return true
    const policy = context.termsOf(place.merchant).disputes
    const after = { ...learnt, owners: blank.owners }
    const { change } = disputeChange(context, {
      ...{ state, all, before, after, events: [] },
      fee: feeOf(policy, after),
      effects: timersOf(context, policy, before, after),
    })
    const outcome = await context.committer.commit(change, { lane: 'outcome', merchant: place.merchant })
    if (outcome.committed) return true
    if (tries > 2) await sleep(context.runtime.scheduler, randomBelow(context.runtime.random, WAIT_MS * tries))
  }
  return false
}

const MOST_TEXT = 500 // characters of a reason: codes have ten

/** A gateway's own words are kept in clear and shown: never with a card number in them, and not by the page. */
const showable = (fact: DisputeFact): DisputeFact => {
  const shown = (text: string | null): string | null => (text === null ? null : maskPans(text.slice(0, MOST_TEXT)))
  const { reason, network } = fact
  return {
    ...fact,
    reason: reason === null ? null : { code: shown(reason.code), text: shown(reason.text) },
    network: shown(network),
  }
}

/** Charged once, with the first that is heard of a chargeback; a question alone costs nothing. */
const feeOf = ({ fee }: DisputePolicy, row: DisputeRow): bigint => {
  if (row.merchantFee > 0n || row.stage === 'inquiry' || row.foreign || row.owners.length === 0) return row.merchantFee
  return fee.get(row.currency) ?? 0n
}

interface Place {
  readonly merchant: string
  readonly payment: string
  readonly attempt: string
  readonly dispute: DisputeRow['id'] | null
}

/** The dispute, by the gateway's id for it; else its charge, by our reference or the gateway's id for it or its capture. */
const placeOf = async (context: FlowContext, source: Source, fact: DisputeFact): Promise<Place | null> => {
  const { gateway, account } = source
  const equals = { gateway, account, reference: fact.dispute }
  const [known] = (await context.storage.find(disputes, { index: 'told', equals, limit: 1 })).rows
  if (known !== undefined) return { ...known, dispute: known.id }
  const named = fact.attempt !== null && isId('att', fact.attempt) ? fact.attempt : null
  const [row] =
    named === null ? [] : (await context.storage.find(attempts, { index: 'id', equals: { id: named }, limit: 1 })).rows
  if (row !== undefined && row.gateway === gateway && row.account === account)
    return {
      merchant: row.merchant,
      payment: row.payment,
      attempt: isCharge(row) ? row.id : (row.parent ?? row.id),
      dispute: null,
    }
  if (fact.charge === null) return null
  return byGatewayId(context, source, fact.charge)
}

const MOST_REFS = 100

const byGatewayId = async (context: FlowContext, source: Source, reference: string): Promise<Place | null> => {
  const { gateway, account } = source
  const equals = { gateway, account, reference }
  const refs = (await context.storage.find(gatewayRefs, { index: 'reference', equals, limit: MOST_REFS })).rows
  const charges = new Map<string, Place>()
  for (const { merchant, payment, attempt } of refs) {
    const [row] = await context.storage.load(attempts, [{ merchant, payment, id: attempt }])
    const charge = row === undefined || isCharge(row) ? attempt : (row.parent ?? attempt)
    charges.set(charge, { merchant, payment, attempt: charge, dispute: null })
  }
  const [only] = charges.values()
  return only === undefined || charges.size > 1 ? null : only
}

const newDispute = (
  context: FlowContext,
  { gateway, account }: Source,
  state: PaymentState,
  charge: string,
  fact: DisputeFact,
): DisputeRow => {
  const { payment } = state
  const now = context.runtime.clock.now()
  const attempt = attemptOf(state, charge)
  const currency = fact.currency === null ? payment.currency : currencyOf(fact.currency).code
  const { stage } = fact
  const isCounted = attempt.id === state.winner
  return {
    ...{ merchant: payment.merchant, id: context.runtime.ids.make('dis'), payment: payment.id, attempt: attempt.id },
    ...{
      gateway,
      account,
      reference: fact.dispute,
      currency,
      owners: isCounted ? ownersOf(state) : [],
      createdAt: now,
    },
    ...{ state: firstState(fact), stage, report: 'opened', reportStage: stage },
    ...{ amount: attempt.applied ?? attempt.amount, reason: { code: null, text: null }, network: null },
    ...{ evidenceDueAt: null, withdrawn: null, reinstated: null, told: {}, foreign: currency !== payment.currency },
    ...{ taken: 0n, withheld: 0n, lost: 0n, gatewayFee: 0n, merchantFee: 0n, act: null, updatedAt: now, version: 0 },
  }
}

/** Where a dispute of which nothing was told stands. */
const firstState = ({ stage }: DisputeFact): DisputeRow['state'] => (stage === 'chargeback' ? 'opened' : stage)

/** As captures are shared; before any, as the orders are. */
const ownersOf = ({ allocations }: PaymentState): readonly DisputeOwner[] => {
  if (allocations.length === 0) return [[null, '1']]
  const isCaptured = allocations.some((one) => one.captured > 0n)
  return allocations.map((one) => [one.seller, (isCaptured ? one.captured : one.amount).toString()])
}
