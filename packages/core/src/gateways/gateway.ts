import type { Answer, GatewayRequest, GatewayResponse } from './answer.ts'
import type { Command, MethodType, MutatingKind } from './command.ts'

/** What a gateway can do for a method. A missing capability is refused before anything is sent. */
export interface MethodCapabilities {
  /** Can reserve first and capture later; without it a charge is a `sale`. */
  readonly separateCapture: boolean
  /** Several captures per authorisation. */
  readonly multiCapture: boolean
  readonly partialCapture: boolean
  readonly increment: boolean
  readonly refund: boolean
  readonly partialRefund: boolean
  /** How an authorisation can be reversed. Empty: it cannot. */
  readonly reverseBy: readonly ('gateway_id' | 'reference')[]
}

/** What a gateway can do, for all methods and by method. */
export interface Capabilities {
  readonly methods: Readonly<Partial<Record<MethodType, MethodCapabilities>>>
  /** Currencies it takes; `all` for every ISO 4217 currency. */
  readonly currencies: readonly string[] | 'all'
  /** How a lookup finds a charge. Empty: it has none. */
  readonly lookupBy: readonly ('gateway_id' | 'reference')[]
  /** How long the gateway remembers an idempotency key. Zero: it has none, so nothing may be sent twice. */
  readonly keyRetentionMs: number
  /** After this long without trace of a request, its documented not-found proves that it never took effect. */
  readonly absenceAfterMs: number
  readonly webhooks: boolean
}

/** What a transport made of one send. */
export type Sent =
  | { readonly outcome: 'answered'; readonly response: GatewayResponse }
  | { readonly outcome: 'not_sent'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string }

/** For whom a request is sent, and until when an answer is waited for. */
export interface SendContext {
  readonly account: string
  /** The instant after which the transport may give up; it then answers `unknown`. */
  readonly deadline: number
}

/** Carries a prepared request to the gateway once, adding credentials. It never retries and never throws. */
export interface Transport {
  send(request: GatewayRequest, context: SendContext): Promise<Sent>
  close?(): Promise<void>
}

/** A webhook as it came in. */
export interface RawDelivery {
  readonly account: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: number
}

/** What an authentic webhook says about one of our commands. */
export interface GatewayFact {
  /** Which attempt, by our reference, where the gateway repeats it. */
  readonly attempt: string | null
  readonly of: MutatingKind
  readonly gatewayId: string
  /** The charge that a capture, cancel or refund belongs to. */
  readonly parentGatewayId: string | null
  readonly amount: bigint | null
  readonly currency: string | null
  readonly answer: Answer
}

/**
 * A payment provider, spoken to through pure functions: an adapter does no I/O. Florin commits what `request` gives before the
 * transport sends it.
 */
export interface Gateway {
  /** Its kind, for messages: `sandbox`, `stripe`. */
  readonly name: string
  readonly capabilities: Capabilities
  /** The accounts it is configured for; the first is the default. */
  readonly accounts: readonly [string, ...string[]]
  /** Pure and deterministic: the same command gives the same bytes. */
  request(command: Command): GatewayRequest
  /** Pure: reads a response to `command`. Anything that it does not recognise is `unknown`. */
  read(response: GatewayResponse, command: Command): Answer
  /** Verifies and parses a webhook. Throws `FlorinError('webhook_rejected')` on anything not authentic. */
  receive(delivery: RawDelivery): readonly GatewayFact[]
  readonly transport: Transport
}
