import type { MethodType } from '../../gateways/index.ts'
import {
  type AttemptRow,
  attemptData,
  attemptOf,
  type DecideContext,
  isCharge,
  isOpen,
  type News,
  newestAttempt,
  type PaymentDraft,
  type PaymentState,
} from '../../payments/index.ts'
import {
  coveredFailover,
  type Failover,
  type FailoverRefusal,
  freeFailover,
  isSettledCharge,
  isUnknownAuthorization,
  requireFailover,
} from '../../resilience/index.ts'
import { routeRecord, type SchemeVerdict } from '../../routing/index.ts'
import { type FailoverTerms, type FlowContext, gatewayOf } from '../context.ts'
import { prepareCharge, requestAgain } from '../payments/charge.ts'
import type { PaymentDetails } from '../payments/details.ts'
import { openDetails } from '../payments/load.ts'
import { type AttemptRouting, planCharge, type Routable, subjectOf } from '../routing/plan-charge.ts'
import { cardHistory, schemeVerdict } from '../routing/scheme-history.ts'
import { chainOf } from './chain.ts'
import { type Carried, openPrepared, type Prepared } from './prepared.ts'

/** Why a charge stays where it is, for the timeline: a condition of FAILURES 2.8 to 2.10 or 4, or nobody is left to ask. */
export type StayReason =
  | FailoverRefusal
  | 'attempts_used_up' // as many as the merchant allows
  | 'too_late' // the buyer has acted too long ago
  | 'not_wanted' // closed, paid, expired, or being canceled
  | 'in_progress' // the gateway says that the original is at work: the same key later, nobody else (FAILURES 1, F6)
  | 'no_gateway' // nobody else can take it

/** What is known already where an answer is recorded. */
interface AtHand {
  readonly prepared?: Prepared | undefined
  readonly details: PaymentDetails | undefined
}

/** The attempt that was added in the other's place, with its request in clear; or why there is none, null where the question does not arise. */
export type Onward =
  | { readonly to: AttemptRow; readonly prepared: Prepared }
  | { readonly to: null; readonly why: StayReason | null }

/** Decides within a draft whether a charge goes on at another gateway. */
export type FailOver = (draft: PaymentDraft, id: string, decide: DecideContext) => Onward

const STAYS: Onward = { to: null, why: null }
/** For decisions after which no charge goes elsewhere. */
export const neverFailOver: FailOver = () => STAYS

const MAY_LEAVE: ReadonlySet<News['effect']> = new Set(['rejected', 'not_sent', 'unknown'])

/**
 * Reads what deciding about a failover takes, and gives the decision. The next attempt is part of the very commit that records why the
 * last one is left: a free one after it certainly took nothing (FAILURES 2.8), a covered one with the obligation to reverse it (2.9).
 */
export const readyToFailOver = async (
  context: FlowContext,
  state: PaymentState,
  attempt: AttemptRow,
  news: News,
  known: AtHand,
): Promise<FailOver> => {
  const terms = context.termsOf(state.payment.merchant).failover
  if (!MAY_LEAVE.has(news.effect) || !mayLeave(attempt) || terms.maxAttempts < 2) return neverFailOver
  const { command, elsewhere, parking } = known.prepared ?? (await openPrepared(context, attempt))
  // The buyer's authentication, or a wait for somebody else's decision, belongs to this gateway.
  if (elsewhere === undefined || (command.kind !== 'authorize' && command.kind !== 'sale')) return neverFailOver
  const details = known.details ?? (await openDetails(context, state.payment))
  const request = requestAgain(state, elsewhere, null, details)
  const others = await cardHistory(context, request)
  const leaving: Leaving = { context, terms, request, carried: { elsewhere, parking }, others }
  return (draft, id, decide) => failOver(leaving, draft, attemptOf(draft.state, id), news, decide)
}

/** A charge that nobody has answered yet. One that waits for the buyer, or for a decision, is never left by itself. */
const mayLeave = (attempt: AttemptRow): boolean =>
  isCharge(attempt) && (attempt.state === 'sent' || attempt.state === 'unknown')

interface Leaving {
  readonly context: FlowContext
  readonly terms: FailoverTerms
  readonly request: Routable & { readonly details: PaymentDetails }
  readonly carried: Carried
  /** The charges of the same card, for other payments too. */
  readonly others: readonly AttemptRow[]
}

const failOver = (
  leaving: Leaving,
  draft: PaymentDraft,
  charge: AttemptRow,
  news: News,
  decide: DecideContext,
): Onward => {
  const chain = chainOf(draft.state, charge)
  const others = leaving.others.filter(({ id }) => !chain.some((one) => one.id === id))
  const verdict = schemeVerdict(leaving.request, [...chain, ...others], draft.now)
  const stays = unwanted(leaving.terms, draft, charge, chain)
  if (stays !== null) return stay(stays)
  const leave = leaveOf(leaving, draft, charge, { chain, news, verdict, decide })
  if (typeof leave === 'string') return stay(leave)
  return goOn(leaving, draft, leave, { chain, verdict, now: draft.now })
}

const stay = (why: StayReason): Onward => ({ to: null, why })

/** What stands against another attempt, whoever makes it and wherever. */
const unwanted = (
  terms: FailoverTerms,
  { payment, state, now }: PaymentDraft,
  charge: AttemptRow,
  chain: readonly AttemptRow[],
): StayReason | null => {
  if (payment.closed !== null || state.winner !== null || payment.expiresAt <= now) return 'not_wanted'
  // Another charge, or a cancel of this one; what reverses a charge that was left before does not count.
  const busy = (one: AttemptRow): boolean => isCharge(one) || (one.kind === 'cancel' && one.parent === charge.id)
  if (state.attempts.some((one) => one.id !== charge.id && isOpen(one) && busy(one))) return 'not_wanted'
  if (chain.length >= terms.maxAttempts) return 'attempts_used_up'
  return now > (chain[0] ?? charge).createdAt + terms.withinMs ? 'too_late' : null
}

interface Circumstances {
  readonly chain: readonly AttemptRow[]
  readonly news: News
  readonly verdict: SchemeVerdict
  readonly decide: DecideContext
}

/** Leave to go elsewhere, or why not. */
const leaveOf = (
  { context, terms, request }: Leaving,
  draft: PaymentDraft,
  charge: AttemptRow,
  { chain, news, verdict, decide }: Circumstances,
): Failover | StayReason => {
  if (isSettledCharge(charge)) {
    const failoversAfterDeclines = chain.filter((one) => one.id !== charge.id && one.state === 'rejected').length
    const answer = freeFailover(charge, { network: draft.payment.method.network, failoversAfterDeclines })
    if (answer.refused !== undefined) return answer.refused
    return verdict.allowed ? answer.failover : 'scheme_limit'
  }
  if (news.effect === 'unknown' && news.retryAfterMs !== undefined) return 'in_progress'
  if (!isUnknownAuthorization(charge)) return charge.kind === 'sale' ? 'no_separate_capture' : 'not_settled'
  const type: MethodType = request.method.type
  const { methods, lookupBy } = gatewayOf(context, charge.gateway).capabilities
  const can = methods[type]
  if (can === undefined) return 'not_reversible'
  const answer = coveredFailover(charge, decide.oblige(charge), {
    optedIn: terms.onUnknown.has(type),
    can,
    lookupBy,
    authenticationConsumed: charge.action !== null || charge.awaits !== null,
    schemeAllows: verdict.allowed,
  })
  return answer.refused ?? answer.failover
}

/** Adds the next attempt, and says so. The first candidate whose gateway can express the charge is asked. */
const goOn = (
  { context, request, carried }: Leaving,
  draft: PaymentDraft,
  leave: Failover,
  { chain, verdict, now }: { chain: readonly AttemptRow[]; verdict: SchemeVerdict; now: number },
): Onward => {
  const { from } = leave
  const payment = draft.payment.id
  const tried = chain.map(({ gateway, account }) => ({ gateway, account }))
  const plan = planCharge(context, subjectOf(request, payment), { tried, caps: verdict })
  const because = leave.type === 'covered' ? 'unknown' : from.state === 'not_sent' ? 'not_sent' : 'declined'
  const routing: AttemptRouting = { ...routeRecord(plan), after: from.id, because }
  for (const { gateway, account, can } of plan.candidates) {
    try {
      const of = { payment, origination: from.origination, now, after: newestAttempt(draft.state) }
      const made = prepareCharge(context, request, { gateway, account, can, routing }, of, carried)
      take(draft, leave, because, made.row)
      return { to: made.row, prepared: made.prepared }
    } catch (error) {
      context.onError(error) // this gateway cannot express it; the next one may
    }
  }
  return stay('no_gateway')
}

/** One commit: the attempt that is left, the duty to reverse it where it may have taken money, and the attempt in its place. */
const take = (draft: PaymentDraft, failover: Failover, because: string, to: AttemptRow): void => {
  const { from } = requireFailover(failover, failover.from.id)
  if (failover.type === 'covered') {
    draft.move(from.id, 'abandon', { due: null, awaits: null, action: null })
    draft.oblige(failover.obligation)
    draft.event('attempt.abandoned', attemptData(from))
  }
  draft.addAttempt(to)
  draft.event('attempt.failed_over', {
    ...attemptData(from),
    because,
    ...(from.decline === null ? {} : { class: from.decline.class, code: from.decline.code }),
    to: to.id,
    toGateway: to.gateway,
    toAccount: to.account,
  })
}
