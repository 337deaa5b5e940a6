import type { Decline } from './declines.ts'

/** What the buyer must do before the gateway decides. */
export interface CustomerAction {
  readonly type: 'redirect' | 'bank_transfer' | 'sdk'
  /** Where to send the buyer's browser. */
  readonly url?: string | undefined
  readonly method?: 'GET' | 'POST' | undefined
  /** Form fields, bank details or SDK parameters, for the buyer's device. */
  readonly data?: Readonly<Record<string, string>> | undefined
}

/** What the gateway told us about the instrument. Never a card number. */
export interface InstrumentFacts {
  readonly network?: string | undefined
  readonly last4?: string | undefined
  readonly bin?: string | undefined
  readonly networkTransactionId?: string | undefined
  /** Where it was issued, a code of ISO 3166-1 in capitals: fees may depend on it. */
  readonly country?: string | undefined
}

/** A further prepared request of the same command (two-step forms): committed before it is sent. */
export interface NextStep {
  readonly request: GatewayRequest
  readonly gatewayId: string
}

/**
 * How a command ended (FAILURES 1). `unknown` is the default: an adapter answers anything else only where the gateway's documentation
 * proves it. `absent` answers a lookup only: the gateway's documented not-found, which alone proves nothing.
 */
export type Answer =
  | {
      readonly effect: 'applied'
      readonly gatewayId: string
      /** What was really authorised, captured or refunded; the command's amount if absent. */
      readonly amount?: bigint | undefined
      /** When an authorisation lapses at the gateway. */
      readonly expiresAt?: number | undefined
      readonly instrument?: InstrumentFacts | undefined
      /** What the gateway charged us for it, where it says so at once. */
      readonly cost?: bigint | undefined
    }
  | {
      readonly effect: 'rejected'
      readonly decline: Decline
      readonly gatewayId?: string | undefined
      /**
       * Refused for now only, documented to be without effect and not kept under the key (a 429): the same request may be sent again after so
       * long (FAILURES 1, F5). It is, where nobody else can be asked.
       */
      readonly retryAfterMs?: number | undefined
    }
  | {
      readonly effect: 'pending'
      /** Our own reference, the charge's attempt, where the gateway names a charge only once the buyer has acted (Adyen). */
      readonly gatewayId: string
      readonly awaits: 'customer' | 'gateway'
      readonly expiresAt: number
      readonly action?: CustomerAction | undefined
    }
  | { readonly effect: 'next'; readonly step: NextStep }
  | { readonly effect: 'not_sent'; readonly reason: string }
  | {
      readonly effect: 'unknown'
      readonly reason: string
      readonly gatewayId?: string | undefined
      /** The gateway replays this very failure under the same key: sending it again tells nothing (Stripe's cached 500). */
      readonly replayed?: boolean | undefined
      readonly retryAfterMs?: number | undefined
    }
  | { readonly effect: 'absent' }

/** A prepared request: stored sealed, sent as it is, and sent again byte for byte. Credentials are the transport's to add. */
export interface GatewayRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query under the gateway's base URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** What `body` is: absent, text that is sent as UTF-8; `base64`, bytes in that form, which a stored request keeps as they are. */
  readonly encoding?: 'base64' | undefined
  /**
   * Another host of the same gateway (one for files, one for disputes), by the name that its transport knows it by. Absent: its base URL. A
   * name, and no address: what is stored can lead to no host that the adapter did not declare.
   */
  readonly host?: string | undefined
}

/** What a gateway's endpoint answered, as far as an adapter reads it. */
export interface GatewayResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
