import type { Command } from '../../gateways/index.ts'
import { FlorinError, type Id, isFlorinError } from '../../kernel/index.ts'
import {
  type AttemptRow,
  type AttemptSpec,
  type DecideContext,
  isNamed,
  newestAttempt,
  type PaymentState,
  placeIn,
} from '../../payments/index.ts'
import { type FlowContext, gatewayOf, processingMs } from '../context.ts'
import { finalCaptureReleases } from '../payments/capabilities.ts'
import { sealAction } from '../payments/load.ts'
import { neverPark, type Park } from '../payments/parking.ts'
import type { BookedState } from './books.ts'
import { type FailOver, neverFailOver } from './fail-over.ts'
import { newAttempt } from './new-attempt.ts'
import { gatewayKey, type Prepared, prepare, sealPrepared } from './prepared.ts'

/** A decision's surroundings, and the requests that it prepared on the way, in clear, to be sent once it is committed. */
export interface Maker {
  readonly context: DecideContext
  readonly prepared: Map<string, Prepared>
  /** The one attempt that was prepared. */
  only(): { readonly id: string; readonly prepared: Prepared } | null
}

/** The surroundings for one decision about a payment, at this instant. */
export const decisionMaker = (
  context: FlowContext,
  merchant: string,
  books: Pick<BookedState, 'feeTaken' | 'countedBack' | 'feeReturn'> = UNREAD,
  { failOver, park }: Onwards = NOWHERE,
): Maker => {
  const prepared = new Map<string, Prepared>()
  const now = context.runtime.clock.now()
  const maker: Maker = {
    prepared,
    only: () => {
      const [first] = prepared
      return first === undefined ? null : { id: first[0], prepared: first[1] }
    },
    context: {
      now,
      fee: context.fees.at(merchant, now),
      feeTaken: books.feeTaken,
      countedBack: books.countedBack,
      feeReturn: books.feeReturn,
      prepare: (state, spec) => prepareFollowing(context, state, spec, now, prepared),
      tryPrepare: (state, spec) => {
        try {
          return prepareFollowing(context, state, spec, now, prepared)
        } catch (error) {
          context.onError(error)
          const code = isFlorinError(error) ? error.code : 'internal'
          const why = `gateway '${spec.parent.gateway}' could not prepare the ${spec.kind} of ${spec.parent.id}`
          return new FlorinError(code, why, { cause: error })
        }
      },
      finalCaptureReleases: (state, charge) => finalCaptureReleases(context, state, charge),
      oblige: (attempt) => ({
        merchant,
        id: context.runtime.ids.make('obl'),
        payment: attempt.payment,
        attempt: attempt.id,
        gateway: attempt.gateway,
        createdAt: now,
        sureFrom: isNamed(attempt) ? now : now + processingMs(context, attempt.gateway),
        proof: null,
        queue: placeIn(attempt.gateway, now),
        due: now,
        tries: 0,
        needsReview: false,
        updatedAt: now,
        version: 1,
      }),
      sealAction: (attempt, answer) =>
        answer.action === undefined ? null : sealAction(context, merchant, attempt.id, answer.action),
      failOver: (draft, id) => {
        const onward = failOver(draft, id, maker.context)
        if (onward.to !== null) prepared.set(onward.to.id, onward.prepared)
        return onward
      },
      park,
    },
  }
  return maker
}

/** What may become of a charge that took nothing, other than that its payment is declined. */
export interface Onwards {
  readonly failOver: FailOver
  readonly park: Park
}

const NOWHERE: Onwards = { failOver: neverFailOver, park: neverPark }

const unread = (attempt: AttemptRow): never => {
  throw new FlorinError('internal', `the fee of attempt ${attempt.id} was not read before it is taken back`)
}

const UNREAD: Pick<BookedState, 'feeTaken' | 'countedBack' | 'feeReturn'> = {
  feeTaken: unread,
  countedBack: unread,
  feeReturn: null,
}

const prepareFollowing = (
  context: FlowContext,
  state: PaymentState,
  spec: AttemptSpec,
  now: number,
  prepared: Map<string, Prepared>,
): AttemptRow => {
  const { parent, kind, amount, final, origination } = spec
  const { merchant, payment, gateway, account, currency } = parent
  const id = context.runtime.ids.make('att', newestAttempt(state))
  const made = prepare(gatewayOf(context, gateway), commandOf(state, spec, id))
  prepared.set(id, made)
  return newAttempt(now, context.timings.leaseMs, {
    merchant,
    payment,
    id,
    kind,
    gateway,
    account,
    amount,
    currency,
    parent: parent.id,
    final,
    origination,
    request: sealPrepared(context, merchant, id, made),
  })
}

const commandOf = (state: PaymentState, spec: AttemptSpec, id: Id<'att'>): Command => {
  const { parent, amount } = spec
  const target = { attempt: parent.id, gatewayId: spec.gatewayId ?? parent.gatewayId }
  const common = { attempt: id, key: gatewayKey(id), account: parent.account, amount, currency: parent.currency }
  switch (spec.kind) {
    case 'capture':
      return { ...common, kind: 'capture', target, final: spec.final }
    case 'cancel':
      return { ...common, kind: 'cancel', target }
    case 'increment':
      return { ...common, kind: 'increment', target, amount: state.payment.authorized + amount, by: amount }
    case 'refund':
      return { ...common, kind: 'refund', target, capture: captureTarget(state, parent, amount), reason: null }
  }
}

/** The charge's newest capture that is large enough, for gateways that refund captures and not charges; a sale is its own. */
const captureTarget = (state: PaymentState, charge: AttemptRow, amount: bigint) => {
  const captures = state.attempts.filter(
    (one) => one.kind === 'capture' && one.parent === charge.id && one.state === 'applied',
  )
  const large = captures.findLast((capture) => (capture.applied ?? capture.amount) >= amount) ?? captures.at(-1)
  const { id, gatewayId } = large ?? charge
  return { attempt: id, gatewayId }
}
