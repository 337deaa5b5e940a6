import { Recent } from '../../sandbox/acquirer/recent.ts'
import { type Account, createAccount } from './account.ts'
import type { BalanceTransaction } from './balance-transaction.ts'
import { Faults } from './faults.ts'
import type { StripeFile } from './file.ts'
import { type StripeIds, stripeIds } from './ids.ts'
import { Later } from './later.ts'
import type { ResolvedOptions } from './options.ts'
import type { Outbox } from './outbox.ts'
import type { Charge, Dispute, Intent, Refund } from './payment.ts'
import type { PaymentMethod } from './payment-method.ts'
import type { TestDecline } from './test-methods.ts'

/** What the request in hand is, for the events that it makes. */
export interface RequestInHand {
  readonly id: string | null
  readonly idempotencyKey: string | null
  /** How often its events are delivered: a fault makes it 0 or 2. */
  readonly copies: 0 | 1 | 2
  /** A fault's: the issuer declines whatever the card. */
  readonly decline: TestDecline | null
}

/** Nobody asked: the double, or somebody in the dashboard, does it. */
export const BY_ITSELF: RequestInHand = Object.freeze({ id: null, idempotencyKey: null, copies: 1, decline: null })

/** Everything that one double knows. Single-threaded and synchronous: a request is handled whole before the next. */
export interface State {
  readonly options: ResolvedOptions
  readonly ids: StripeIds
  /** By API key. */
  readonly byKey: ReadonlyMap<string, Account>
  readonly intents: Recent<Intent>
  readonly charges: Recent<Charge>
  readonly refunds: Recent<Refund>
  readonly disputes: Recent<Dispute>
  readonly files: Recent<StripeFile>
  readonly transactions: Recent<BalanceTransaction>
  readonly methods: Recent<PaymentMethod>
  readonly faults: Faults
  readonly later: Later
  /** Authorisations in the order in which they lapse: the time is the same for all. */
  readonly holds: Set<Charge>
  readonly outbox: Outbox
  publicUrl: string
  paused: boolean
  requests: number
  mutations: number
  inHand: RequestInHand
  now: number
  /** `now` in seconds, as Stripe tells time. */
  second(): number
}

const CHARGES_PER_PAYMENT = 2 // a decline before the success, now and then

/** A double that knows nothing yet. */
export const createState = (options: ResolvedOptions, outbox: Outbox): State => {
  const byKey = new Map(options.accounts.map((account) => [account.apiKey, createAccount(account, options)]))
  const { remember } = options
  return {
    options,
    ids: stripeIds(options.random),
    byKey,
    intents: new Recent(remember),
    charges: new Recent(remember * CHARGES_PER_PAYMENT),
    refunds: new Recent(remember),
    disputes: new Recent(remember),
    files: new Recent(remember),
    transactions: new Recent(remember * CHARGES_PER_PAYMENT),
    methods: new Recent(remember),
    faults: new Faults(),
    later: new Later(),
    holds: new Set(),
    outbox,
    publicUrl: '',
    paused: false,
    requests: 0,
    mutations: 0,
    inHand: BY_ITSELF,
    now: options.clock.now(),
    second() {
      return Math.floor(this.now / 1_000)
    },
  }
}
