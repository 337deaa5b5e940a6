import { Keys } from '../../sandbox/acquirer/idempotency.ts'
import { Recent } from '../../sandbox/acquirer/recent.ts'
import { Faults } from './faults.ts'
import { Notices } from './notices.ts'
import type { AdyenStoredCard, ResolvedOptions } from './options.ts'
import type { Dispute, Merchant, Modification, Movement, Payment } from './payment.ts'

/** Everything that one double knows. Single-threaded and synchronous: a request is handled whole before the next. */
export interface State {
  readonly options: ResolvedOptions
  /** By merchant account. */
  readonly merchants: ReadonlyMap<string, Merchant>
  readonly payments: Recent<Payment>
  /** By merchant account and reference, newest last. */
  readonly byReference: Recent<readonly Payment[]>
  /** By the offer's id and by its secret. */
  readonly byOffer: Recent<Payment>
  readonly modifications: Recent<Modification>
  readonly disputes: Recent<Dispute>
  /** What is to be settled, and what was. */
  readonly movements: Recent<Movement>
  /** Below zero, and carried to the next batch: by merchant account and currency. */
  readonly carried: Map<string, bigint>
  movementsMade: number
  batches: number
  /** Of the whole company: merchant accounts share their keys. */
  readonly keys: Keys
  readonly stored: Recent<AdyenStoredCard>
  readonly faults: Faults
  /** What the next modifications of a kind are refused with. */
  readonly refusals: { readonly kind: Refusable; readonly reason: string }[]
  readonly notices: Notices
  /** Each in the order in which they fall due, as its wait is constant; but for `delayed`. */
  readonly received: Set<Modification>
  readonly undecided: Set<Payment>
  readonly offers: Set<Payment>
  readonly holds: Set<Payment>
  readonly delayed: Set<Payment>
  readonly series: string
  made: number
  mutations: number
  nextDueAt: number
  now: number
  /** How often the webhooks of the request in hand are sent. */
  copies: number
  /** Where browsers reach the double. */
  origin: string
}

/** What `failNext` can refuse. A cancel by reference is a cancel, too. */
export type Refusable = 'capture' | 'cancel' | 'refund'

const PER_PAYMENT = 3 // keys and modifications: an authorisation, a capture, and now and then a refund

/** A double that knows nothing yet. */
export const createState = (options: ResolvedOptions): State => {
  const { remember, clock } = options
  const stored = new Recent<AdyenStoredCard>(remember + Object.keys(options.storedCards).length)
  for (const [id, card] of Object.entries(options.storedCards)) stored.set(id, card)
  return {
    options,
    merchants: new Map(Object.entries(options.accounts).map(([name, own]) => [own, { name, merchantAccount: own }])),
    payments: new Recent(remember),
    byReference: new Recent(remember),
    byOffer: new Recent(remember * 2),
    modifications: new Recent(remember * PER_PAYMENT),
    disputes: new Recent(remember),
    movements: new Recent(remember * PER_PAYMENT),
    carried: new Map(),
    movementsMade: 0,
    batches: 0,
    keys: new Keys(options.keyRetentionMs, remember * PER_PAYMENT),
    stored,
    faults: new Faults(),
    refusals: [],
    notices: new Notices(options, remember * PER_PAYMENT),
    received: new Set(),
    undecided: new Set(),
    offers: new Set(),
    holds: new Set(),
    delayed: new Set(),
    series: Buffer.from(options.random.bytes(4)).toString('hex').toUpperCase(),
    made: 0,
    mutations: 0,
    nextDueAt: Number.POSITIVE_INFINITY,
    now: clock.now(),
    copies: 1,
    origin: '',
  }
}

/** A reference like Adyen's: 16 capital letters and digits, never given twice. */
export const makeReference = (state: State): string => {
  state.made += 1
  return state.series + state.made.toString(36).toUpperCase().padStart(8, '0')
}

/** Something that cannot be guessed: what a return URL carries. */
export const makeSecret = (state: State): string => Buffer.from(state.options.random.bytes(24)).toString('base64url')

const SAME_REFERENCE_MAX = 100

/** Files a payment under its id and its reference. */
export const rememberPayment = (state: State, payment: Payment): void => {
  state.payments.set(payment.id, payment)
  const key = referenceKey(payment.merchant, payment.reference)
  const others = state.byReference.get(key)
  state.byReference.set(key, others === undefined ? [payment] : [...others, payment].slice(-SAME_REFERENCE_MAX))
}

/** The payments of a merchant account under a reference, newest last. */
export const paymentsUnder = (state: State, merchant: Merchant, reference: string): readonly Payment[] =>
  state.byReference.get(referenceKey(merchant, reference)) ?? []

const referenceKey = (merchant: Merchant, reference: string): string => `${merchant.merchantAccount} ${reference}`

/** Queues something that falls due at `dueAt`. The oldest goes where there is more than the double remembers. */
export const enqueue = <T extends { readonly dueAt: number }>(state: State, queue: Set<T>, each: T): void => {
  queue.add(each)
  if (each.dueAt < state.nextDueAt) state.nextDueAt = each.dueAt
  if (queue.size <= state.options.remember * 2) return
  for (const oldest of queue) {
    queue.delete(oldest)
    break
  }
}
