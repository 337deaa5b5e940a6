import { createCommitter } from '../commit/index.ts'
import {
  type ChainHead,
  type Cursor,
  createSealing,
  createSubscriber,
  currentHead,
  type EventPage,
  type ReadOptions,
  readEvents,
  type Sealing,
  type Subscriber,
} from '../events/index.ts'
import { createDesk, createFeeBook, type FlowContext, type VerifyReport, verifyStorage } from '../flows/index.ts'
import type { Gateway } from '../gateways/index.ts'
import { FlorinError, type Runtime, systemRuntime } from '../kernel/index.ts'
import { createSealer, localKeys } from '../sealing/index.ts'
import { type Background, type BackgroundSettings, createBackground, type TickReport } from './background.ts'
import { type Customers, createCustomers, createPaymentMethods, type PaymentMethods } from './customers.ts'
import { createDisputes, type Disputes } from './disputes.ts'
import { createFees, type Fees } from './fees.ts'
import { createFx, type Fx } from './fx.ts'
import { createFxDesk } from './fx-options.ts'
import { type Health, healthOf } from './health.ts'
import { createHealthWatch, type HealthWatch } from './health-watch.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { checkMerchant, type FlorinOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import { createPayments, type Payments, type RawPayments } from './payments.ts'
import { approvalOf } from './payout-options.ts'
import { createPayouts, type Payouts } from './payouts.ts'
import { readingContext } from './reading.ts'
import { createReconciliation, type Reconciliation } from './reconciliation.ts'
import { createRefunds, type Refunds } from './refunds.ts'
import { type AllReports, createAllReports, createReports, type Reports } from './reports.ts'
import { createReviews, type Reviews } from './reviews.ts'
import { createRouting, type Routing } from './routing.ts'
import { settlementSetup } from './settlement-options.ts'
import { createSettlements, type Settlements } from './settlements.ts'
import { termsBy } from './terms.ts'
import { createTraffic } from './traffic.ts'
import { createWallets, type Wallets } from './wallets.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

/** Florin, acting for one merchant. It can neither read nor touch what is another's. */
export interface MerchantApi<G extends string = string> {
  readonly merchant: string
  readonly payments: Payments<G>
  readonly customers: Customers
  readonly paymentMethods: PaymentMethods
  readonly ledger: Ledger
  /** Refunds, and the requests that a person has to approve. */
  readonly refunds: Refunds
  /** What buyers' banks take back, or ask about. */
  readonly disputes: Disputes
  /** What the books say, as streams. */
  readonly reports: Reports
  /** Payments that a person should look at. */
  readonly reviews: Reviews
  /** What the merchant pays for captures. */
  readonly fees: Fees
  /** Exchanging money. */
  readonly fx: Fx
  readonly routing: Routing<G>
  /** From captured to available. */
  readonly settlements: Settlements
  /** What sellers, and the merchant itself, have. */
  readonly wallets: Wallets
  /** Money to bank accounts. */
  readonly payouts: Payouts
  /** `payments`, answering with JSON text: a replay gives the very bytes of the first answer. */
  readonly raw: RawPayments
}

/** How to act for a merchant. */
export interface ForOptions {
  /** What reads must have seen: a token that `consistency()` of any server gave. */
  readonly after?: string | undefined
}

/** The stream of everything that happened, of all merchants, in one order. */
export interface Events {
  /** Events after a cursor. */
  read(cursor: Cursor, options?: ReadOptions): Promise<EventPage>
  /** Hands every event to a handler, in order, at least once; see the guide. */
  subscribe: Subscriber['subscribe']
  /** The head of the chain: keep it elsewhere, and give it to `verify` later. */
  head(): Promise<ChainHead>
}

/** One SDK instance: acts for the default merchant by itself, and for any other through `for`. */
export interface Florin<G extends string = string> extends MerchantApi<G> {
  /**
   * Florin, acting for a merchant. With `after`, a token of `consistency()`, reads see everything that was committed before it was given,
   * by whichever server.
   */
  for(merchant: string, options?: ForOptions): MerchantApi<G>
  /**
   * Names this moment for readers of other servers: everything that this one has committed is before it. Undefined where every read sees
   * everything, because the storage has no replicas.
   */
  consistency(): string | undefined
  /** The default merchant's, and those on the books of all merchants. */
  readonly reports: Reports & { readonly all: AllReports }
  readonly events: Events
  readonly webhooks: Webhooks
  /** Our books against the files of gateways and banks, and against themselves. */
  readonly reconciliation: Reconciliation
  /** Runs recovery, timers and sequencing by itself until `close`. Several processes may. */
  start(): void
  /** One turn of the same work, for hosts that own their loop. */
  tick(): Promise<TickReport>
  /** Recomputes books, chain and projections. Give a head that was exported earlier to detect a chain cut off at its end. */
  verify(expectHead?: ChainHead): Promise<VerifyReport>
  health(): Promise<Health>
  /** Lets what is on its way end, then closes gateways and storage. Later calls are refused with `closed`. */
  close(): Promise<void>
}

/**
 * Wires Florin: checks the options, brings the storage's schema up to date, and gives the SDK. Nothing runs in the background before
 * `start`. Throws `configuration` for wrong options, and the storage's own errors.
 */
export const createFlorin = async <const G extends Record<string, Gateway>>(
  input: FlorinOptions<G>,
): Promise<Florin<keyof G & string>> => {
  const options = resolveOptions(input)
  const instance = wire(options)
  await options.storage.migrate()
  return instance as Florin<keyof G & string>
}

const DEFAULT_KEY_FILE = '.florin/keys.json'

const reportTo = (onError: ResolvedOptions['onError']): ((error: unknown) => void) =>
  onError ??
  ((error) => {
    const told = error instanceof FlorinError ? `${error.code}: ${error.message}` : String(error)
    process.emitWarning(`background work failed: ${told}`, 'FlorinWarning')
  })

const contextOf = (options: ResolvedOptions, runtime: Runtime, sealing: Sealing, watch: HealthWatch): FlowContext => {
  const { storage, timings } = options
  const onError = reportTo(options.onError)
  const termsOf = termsBy(options)
  const keys = options.keys ?? localKeys({ file: DEFAULT_KEY_FILE })
  const committer = createCommitter({
    storage,
    runtime,
    onBug: (report) => onError(report.error),
    onCommit: () => sealing.committed(),
  })
  return {
    storage,
    runtime,
    timings,
    onError,
    committer,
    sealer: createSealer({
      keys,
      random: runtime.random,
      clock: runtime.clock,
      onKeyWorn: (id) => onError(new FlorinError('configuration', `data key '${id}' has sealed enough: rotate it`)),
    }),
    rails: new Map(Object.entries(options.payouts.rails)),
    approvePayoutsFrom: approvalOf(options.payouts.approveFrom),
    payoutsUnseenAfterDays: options.payouts.unseenAfterDays,
    ...createTraffic(options, runtime, watch, committer),
    termsOf,
    settlement: settlementSetup(options),
    fees: createFeeBook({ storage, runtime, configured: (merchant) => termsOf(merchant).fee, onError }),
    fx: createFxDesk(options.fx, { runtime, onError }),
    inFlight: new Map(),
    inHand: new Set(),
    atWork: new Map(),
    desk: createDesk(),
    background: new Set(),
  }
}

const wire = (options: ResolvedOptions): Florin => {
  const runtime = options.runtime ?? systemRuntime()
  const { storage, whenInFlight } = options
  const subscriber = createSubscriber({ storage, runtime })
  const watch = createHealthWatch(options.onHealthChange, reportTo(options.onError))
  const onError = reportTo(options.onError)
  const sealing = createSealing({ storage, runtime, onSealed: () => subscriber.wake(), onError })
  const context = contextOf(options, runtime, sealing, watch)
  const background = createBackground(context, backgroundOf(options), sealing)
  const merchants = new Map<string, MerchantApi>()
  const act = (given: string, { after }: ForOptions = {}): MerchantApi => {
    if (after !== undefined && storage.replicas !== undefined) {
      return merchantApi(context, checkMerchant(options, given), whenInFlight, after)
    }
    const known = merchants.get(given)
    if (known !== undefined) return known
    const api = merchantApi(context, checkMerchant(options, given), whenInFlight)
    if (merchants.size < MOST_KEPT) merchants.set(given, api)
    return api
  }
  return Object.freeze<Florin>({
    ...act(options.defaultMerchant),
    reports: Object.freeze({ ...act(options.defaultMerchant).reports, all: createAllReports(context, null) }),
    for: act,
    consistency: () => storage.replicas?.token(),
    events: {
      read: (cursor, readOptions) => readEvents(storage, cursor, readOptions),
      subscribe: (from, handler, subscribeOptions) => subscriber.subscribe(from, handler, subscribeOptions),
      head: () => currentHead(storage),
    },
    webhooks: createWebhooks(context),
    reconciliation: createReconciliation(context, {
      defaultMerchant: options.defaultMerchant,
      checkMerchant: (name) => checkMerchant(options, name),
    }),
    start: () => background.start(),
    tick: () => background.tick(),
    verify: (expectHead) =>
      verifyStorage(storage, { random: runtime.random, ...(expectHead === undefined ? {} : { expectHead }) }),
    health: () => healthOf(context, watch, sealing),
    close: closer(context, background, sealing, subscriber),
  })
}

const DAY_MS = 86_400_000

const backgroundOf = ({
  timings,
  idempotencyResultDays: days,
  webhookBodyDays,
}: ResolvedOptions): BackgroundSettings => ({
  intervalMs: timings.recoveryIntervalMs,
  resultsKeptMs: days === undefined ? null : days * DAY_MS,
  bodiesKeptMs: webhookBodyDays * DAY_MS,
})

const MOST_KEPT = 10_000 // merchants whose API object is kept; more are made anew at each call

const merchantApi = (
  context: FlowContext,
  merchant: string,
  whenInFlight: 'conflict' | 'wait',
  after?: string,
): MerchantApi => {
  const reads = readingContext(context, after)
  const caller = { context, reads, merchant, whenInFlight }
  const { api, raw } = createPayments(caller)
  return Object.freeze({
    merchant,
    payments: api,
    raw,
    customers: createCustomers(caller),
    paymentMethods: createPaymentMethods(caller),
    ledger: createLedger(reads, merchant),
    refunds: createRefunds(caller),
    disputes: createDisputes(caller),
    reports: createReports(context, merchant),
    reviews: createReviews(caller),
    fees: createFees(caller),
    fx: createFx(caller),
    routing: createRouting(caller),
    settlements: createSettlements(caller),
    wallets: createWallets(reads, merchant),
    payouts: createPayouts(caller),
  })
}

const closer = (
  context: FlowContext,
  background: Background,
  sealing: Sealing,
  subscriber: Subscriber,
): (() => Promise<void>) => {
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await background.stop()
    await Promise.allSettled([...context.background, ...context.atWork.values()])
    await context.committer.close()
    await sealing.stop()
    await subscriber.stop()
    for (const gateway of context.gateways.values()) await gateway.transport.close?.()
    await context.storage.close()
  }
  return () => {
    closing ??= close()
    return closing
  }
}
