import type { InstrumentFacts, MethodType } from '../../gateways/index.ts'
import type { Id } from '../../kernel/index.ts'

/** How the buyer pays: a token for each gateway that can be asked. */
export interface MethodInput {
  readonly type: MethodType
  readonly brand: string | null
  /** By gateway name. */
  readonly tokens: Readonly<Record<string, string>>
  readonly networkTransactionId: string | null
  /** The stored method that it is, if it is one. */
  readonly stored: Id<'pm'> | null
  /** What is known of the instrument beforehand, of a stored method. */
  readonly instrument: InstrumentFacts
}

/** What of a payment is personal or secret: kept sealed as one document. */
export interface PaymentDetails {
  readonly metadata: Readonly<Record<string, string>>
  readonly description: string | null
  readonly returnUrl: string | null
  readonly buyer: {
    readonly email: string | null
    readonly name: string | null
    readonly ip: string | null
    /** ISO 3166-1 alpha-2; absent from details that were written before there was such a field. */
    readonly country?: string | null
  }
}
