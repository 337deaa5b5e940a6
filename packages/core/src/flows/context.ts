import type { CommitOptions, Committer } from '../commit/index.ts'
import type { DisputePolicy } from '../disputes/index.ts'
import type { Gateway, MethodType } from '../gateways/index.ts'
import { FlorinError, type Runtime } from '../kernel/index.ts'
import type { Fee } from '../ledger/index.ts'
import type { PayoutRail } from '../rails/index.ts'
import type { RefundPolicy } from '../refunds/index.ts'
import type { Guard, RetryPolicy } from '../resilience/index.ts'
import type { Router } from '../routing/index.ts'
import type { Sealer } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import type { FeeBook } from './fees/book.ts'
import type { FxDesk } from './fx/desk.ts'
import type { Peers } from './peers/peers.ts'
import type { Standings } from './routing/standings.ts'
import type { SettlementSetup } from './settlement/setup.ts'
import type { Desk } from './webhooks/desk.ts'

/** Every time span that flows use, resolved. Milliseconds. */
export interface Timings {
  /** When a caller gets `processing` and the call goes on without it (FAILURES 2.6). */
  readonly callerDeadlineMs: number
  /** When a transport may give a call up as unknown. */
  readonly attemptDeadlineMs: number
  /** How long an attempt in flight is left alone by recovery; renewed while its call goes on. */
  readonly leaseMs: number
  /** How long a payment without money takes attempts. */
  readonly paymentExpiryMs: number
  /** How long a payment waits for a gateway that can be asked, where it may. */
  readonly parkedForMs: number
}

/** What a merchant is configured with. */
export interface MerchantTerms {
  readonly fee: Fee | null
  /** Put aside even what cannot be taken back, and refund it if it succeeds after all. */
  readonly refundLateSuccess: boolean
  /** Whether payments wait where no gateway can be asked. */
  readonly whenDown: 'queue' | 'fail'
  readonly failover: FailoverTerms
  /** What refunds are made at all, and which a person approves first; null: all, at once. */
  readonly refunds: RefundPolicy | null
  /** What is done about disputes without being asked. */
  readonly disputes: DisputePolicy
}

/** How far a charge may wander from gateway to gateway by itself. Milliseconds. */
export interface FailoverTerms {
  /** Methods whose authorisations may be left behind while nobody knows what became of them: none unless the merchant opted in. */
  readonly onUnknown: ReadonlySet<MethodType>
  /** Charges that one act of the buyer may lead to, the first included; 1: no failover. */
  readonly maxAttempts: number
  /** With the opt-in: how long an answer is waited for before the next gateway is asked. */
  readonly afterMs: number
  /** From the buyer's act on: later nobody is asked in the buyer's absence. */
  readonly withinMs: number
}

/** All that a flow performs with: the wired ports and the resolved settings of one SDK instance. */
export interface FlowContext {
  readonly storage: Storage
  readonly committer: Committer
  readonly runtime: Runtime
  readonly sealer: Sealer
  readonly gateways: ReadonlyMap<string, Gateway>
  /** How money gets to bank accounts, by name; in the order of preference. */
  readonly rails: ReadonlyMap<string, PayoutRail>
  /** From which amount on a person approves payouts, minor units by currency; null: from none. */
  readonly approvePayoutsFrom: ((currency: string) => bigint | null) | null
  /** After how many of the bank's days a payout in a file that no statement has shown needs a person; null: never. */
  readonly payoutsUnseenAfterDays: number | null
  /** By gateway; none in a dry run, whose calls are not calls. */
  readonly guards: ReadonlyMap<string, Guard>
  readonly standings: Standings
  /** The other servers on this storage; null where they do not tell each other how the gateways do. */
  readonly peers: Peers | null
  readonly router: Router
  /** How a call is repeated under its key, where that is allowed. */
  readonly retries: RetryPolicy
  readonly timings: Timings
  termsOf(merchant: string): MerchantTerms
  /** Who is settled how. */
  readonly settlement: SettlementSetup
  /** What merchants pay for captures. */
  readonly fees: FeeBook
  /** Rates and terms of exchanging money. */
  readonly fx: FxDesk
  /** Calls in flight by attempt id, so that their leases can be renewed. */
  readonly inFlight: Map<string, InFlight>
  /** Rows that recovery of this process is at work on, by id. */
  readonly inHand: Set<string>
  /** First callers at work by idempotency key. */
  readonly atWork: Map<string, Promise<unknown>>
  /** What is in hand of webhooks. */
  readonly desk: Desk
  /** Work that outlives its caller; `close` waits for it. */
  readonly background: Set<Promise<unknown>>
  /** Hears of what no caller can be told. */
  readonly onError: (error: unknown) => void
}

/** As much of a context as those need who only read. */
export interface Reading {
  readonly storage: Pick<Storage, 'load' | 'find' | 'scan'>
}

/** One gateway call on its way. */
export interface InFlight {
  readonly merchant: string
  readonly payment: string
  readonly attempt: string
  leaseUntil: number
}

/** The configured gateway of this name. */
export const gatewayOf = (context: FlowContext, name: string): Gateway => {
  const gateway = context.gateways.get(name)
  if (gateway !== undefined) return gateway
  throw new FlorinError(
    'gateway_unknown',
    `no gateway '${name}' is configured (there are: ${[...context.gateways.keys()].join(', ')}): configure it, also for as long as payments made through it live`,
    { details: { gateway: name } },
  )
}

const HOUR_MS = 3_600_000 // the default of `processingMs`, see there

/** How long a gateway may be at work on a request: a cancel that comes later cannot overtake its charge. */
export const processingMs = (context: FlowContext, name: string): number => {
  const can = context.gateways.get(name)?.capabilities
  return can?.processingMs ?? Math.min(can?.absenceAfterMs ?? HOUR_MS, HOUR_MS)
}

/** Lets work go on without its caller. */
export const detach = (context: FlowContext, work: Promise<unknown>): void => {
  const tracked: Promise<void> = work.then(
    () => void context.background.delete(tracked),
    (error: unknown) => {
      context.background.delete(tracked)
      context.onError(error)
    },
  )
  context.background.add(tracked)
}

/** The first of `work` and the deadline: undefined when the deadline came first, and the work goes on. */
export const within = async <T>(context: FlowContext, ms: number, work: Promise<T>): Promise<T | undefined> => {
  let cancel: () => void = () => {}
  const late = new Promise<undefined>((resolve) => {
    cancel = context.runtime.scheduler.after(ms, () => resolve(undefined))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}

/** How an intent is committed: dropped, and nothing happened, if it still waits when its caller has given up. */
export const intentOf = (context: FlowContext, merchant: string): CommitOptions => ({
  lane: 'intent',
  merchant,
  deadline: context.runtime.clock.now() + context.timings.callerDeadlineMs,
})
