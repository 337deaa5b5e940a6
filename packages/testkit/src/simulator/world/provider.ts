import type { Clock, Scheduler } from '@florin/core'
import type { Gateway, GatewayRequest, GatewayResponse, RawDelivery, Transport } from '@florin/core/gateways'
import type { StatementReader } from '@florin/core/statements'
import type { Dice } from '../engine/dice.ts'
import type { Elsewhere } from '../plan/steps.ts'

/** One charge in a provider's own books, in minor units. */
export interface ProviderCharge {
  readonly id: string
  /** The reference that it was made with: an attempt's id; null for what nobody here ordered. */
  readonly reference: string | null
  readonly currency: string
  readonly authorized: bigint
  readonly held: bigint
  readonly captured: bigint
  readonly refunded: bigint
  /** Taken back for disputes, and not given back; absent where the provider knows no disputes. */
  readonly disputed?: bigint
  /** The buyer has a challenge to pass. */
  readonly challenged: boolean
}

/** Something done to a charge. */
export interface ProviderOperation {
  readonly id: string
  readonly kind: 'capture' | 'cancel' | 'refund' | 'increment'
  /** An attempt's id; null for what was done in the dashboard. */
  readonly reference: string | null
  readonly charge: string
  readonly chargeReference: string | null
  readonly amount: bigint
  readonly currency: string
  readonly stands: boolean
}

/** What a buyer's bank does about a charge, or the merchant in the provider's dashboard. */
export type DisputeAct = 'ask' | 'open' | 'open_part' | 'escalate' | 'arbitrate' | 'answer' | 'win' | 'lose'

/** An answer as it leaves the provider. */
export interface ProviderReply {
  readonly response: GatewayResponse
  /** `refuse`: nobody is there. `drop`: it acted, and never answers. `cut`: the answer breaks off. */
  readonly wire: 'answer' | 'refuse' | 'drop' | 'cut'
  readonly delayMs: number
  /** Called when a delayed answer leaves. */
  readonly release: () => void
}

/** How a provider may misbehave when it is told to. */
export type ProviderFault =
  | 'error_500'
  | 'error_500_after'
  | 'error_500_cached'
  | 'rate_limited'
  | 'cut_off'
  | 'slow'
  | 'lie_absent'
  | 'lie_garbled'

/** What a provider gets from the simulation: nothing else of the world may be used. */
export interface ProviderWorld {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly dice: Dice
  /** Unique in this simulation. */
  readonly name: string
}

/**
 * A payment provider in a simulation: its own books behind an adapter. Requests are handled whole, one after the other; what goes wrong on
 * the way is the simulator's. One provider serves all servers of a run.
 */
export interface SimulatedProvider {
  /** The adapter under test, over the simulated wire. One per server. */
  gateway(wire: Transport): Gateway
  /** Handles a request of an account at once. `fault`: misbehaves so, where it can. Never throws. */
  handle(request: GatewayRequest, account: string, fault?: ProviderFault): ProviderReply
  /** Webhooks as they leave: bytes to be delivered some time, as often as it takes. */
  onWebhook(sink: (webhook: ProviderWebhook) => void): void
  /** A delivery of these bytes, signed now. */
  sign(webhook: ProviderWebhook): Pick<RawDelivery, 'account' | 'headers' | 'body'>
  charges(): readonly ProviderCharge[]
  operations(): readonly ProviderOperation[]
  /** The buyer passes or fails a challenge; gives what the return brings along. */
  challenge(charge: string, result: 'pass' | 'fail'): Readonly<Record<string, string>>
  /** Somebody acts in the dashboard; false where that is not possible. */
  elsewhere(act: Elsewhere, charge: string, percent: number): boolean
  /** A buyer's bank acts on a charge; false where that is not possible. Absent: this provider knows no disputes. */
  dispute?(act: DisputeAct, charge: string): boolean
  /** What it has settled so far, each file as it was sent once. `close`: what is open is settled first. Absent: it sends no reports. */
  reports?(close: boolean): readonly ProviderReport[]
  /** Which attempt a request is about, its idempotency key, and whether it may change anything. */
  describe(request: GatewayRequest): RequestFacts
}

/** A file that a provider sent: its own true books of a stretch of time. */
export interface ProviderReport {
  readonly account: string
  readonly reader: StatementReader
  readonly bytes: Uint8Array
}

/** What the checker has to know of a request. */
export interface RequestFacts {
  readonly reference: string | null
  readonly key: string | null
  readonly mutating: boolean
  readonly what: string
}

/** A webhook on its way. */
export interface ProviderWebhook {
  readonly account: string
  readonly body: Uint8Array
  /** It may get lost for good, because a lookup tells the same. */
  readonly mayBeLost: boolean
}

/** Makes a provider for one run. */
export type ProviderFactory = (world: ProviderWorld) => SimulatedProvider
