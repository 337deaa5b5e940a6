import type { Answer, GatewayRequest, GatewayResponse } from './answer.ts'
import type { Command, MethodType, MutatingKind } from './command.ts'
import type { Decline } from './declines.ts'
import type { DisputePort } from './dispute.ts'

/** What a gateway can do for a method. A missing capability is refused before anything is sent. */
export interface MethodCapabilities {
  /** Can reserve first and capture later; without it a charge is a `sale`. */
  readonly separateCapture: boolean
  /** Several captures per authorisation. */
  readonly multiCapture: boolean
  readonly partialCapture: boolean
  /**
   * Whether a final capture gives back what it leaves. Where not (false), Florin cancels the rest once the last capture is known to be made.
   * Absent: it does.
   */
  readonly finalCaptureReleases?: boolean | undefined
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
  /** Least and most of one charge in minor units, by currency, where the gateway has such limits. */
  readonly amounts?: Readonly<Record<string, AmountLimits>> | undefined
  /** How a lookup finds a charge. Empty: it has none. */
  readonly lookupBy: readonly ('gateway_id' | 'reference')[]
  /** How long the gateway remembers an idempotency key. Zero: it has none, so nothing may be sent twice. */
  readonly keyRetentionMs: number
  /** After this long without trace of a request, its documented not-found proves that it never took effect. */
  readonly absenceAfterMs: number
  /**
   * How long it may be at work on a request before that takes effect or never will: after this long a cancel cannot overtake its charge.
   * Absent: an hour, or `absenceAfterMs` where that is less. Processors take 90 seconds (FAILURES 2.6); what comes later still is reversed
   * when it is told of.
   */
  readonly processingMs?: number | undefined
  readonly webhooks: boolean
  /** Calls that the gateway accepts from one account, which Florin then keeps within; absent where it documents no number. */
  readonly rateLimit?: { readonly perSecond: number; readonly burst: number } | undefined
  /**
   * Whether the provider offers reports that name every charge by our reference, to be read by Florin or by a person: the last resort where
   * webhooks were lost. With webhooks they make up for a missing lookup; a gateway with neither is refused. Absent: it offers none.
   */
  readonly reports?: boolean | undefined
}

/** What one charge may come to, in minor units, both ends included. */
export interface AmountLimits {
  readonly min?: bigint | undefined
  readonly max?: bigint | undefined
}

/**
 * Whose fault it is that nothing was sent: `connection` where the gateway could not be reached (name, refusal, TLS, time), `local` where it
 * was never tried (our own limits, our configuration, a deadline that was over). Only the former says something about the gateway.
 */
export type SendFault = 'connection' | 'local'

/** What a transport made of one send. */
export type Sent =
  | { readonly outcome: 'answered'; readonly response: GatewayResponse }
  | {
      readonly outcome: 'not_sent'
      readonly reason: string
      /** Absent: `connection`, the more careful of the two. */
      readonly fault?: SendFault | undefined
    }
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

/**
 * What a gateway reports to have taken back (FAILURES 2.19): a capture that failed after all, a refund that bounced, an authorisation
 * that it voided. Only facts say so; no command is answered with it.
 */
export interface Undone {
  readonly effect: 'undone'
  readonly decline: Decline
}

/**
 * What an authentic webhook says about a command: one of ours, or one that somebody gave elsewhere (the gateway's dashboard), which
 * Florin then books as `external` (FAILURES 2.20).
 */
export interface GatewayFact {
  /** Our attempt, by the reference that we gave; null where the gateway does not repeat it, or where the object never had one. */
  readonly attempt: string | null
  readonly of: MutatingKind
  readonly gatewayId: string
  /** The charge that a capture, cancel, refund or increment belongs to. */
  readonly parentGatewayId: string | null
  readonly amount: bigint | null
  readonly currency: string | null
  /**
   * When it happened, by the gateway's clock. Of two facts about the same thing the later one holds, in whatever order they arrive; one
   * that is dated more than 300 seconds after it came in counts as of then.
   */
  readonly occurredAt: number | null
  readonly answer: Answer | Undone
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
  /**
   * Pure and deterministic: the same command gives the same bytes. Throws `invalid_request` for what the gateway cannot express (an
   * amount that its minor unit cannot carry); nothing has happened then.
   */
  request(command: Command): GatewayRequest
  /** Pure: reads a response to `command`. Anything that it does not recognise is `unknown`. */
  read(response: GatewayResponse, command: Command): Answer
  /**
   * Whether a delivery is authentic and ours: the signature over the raw bytes, its time, and the account that it names. Throws
   * `webhook_rejected` on anything not authentic, and `webhook_foreign` on an authentic delivery about another account or mode.
   */
  verify(delivery: RawDelivery): void
  /**
   * Pure: what a verified body says about commands; none is an answer too. Called again on a redrive, so it depends on nothing but the
   * bytes. Throws where the body cannot be read; the delivery then waits with its raw bytes until it can.
   */
  parse(body: Uint8Array, account: string): readonly GatewayFact[]
  /** What it says and takes about disputes; absent where it has no such thing. */
  readonly disputes?: DisputePort | undefined
  readonly transport: Transport
}
