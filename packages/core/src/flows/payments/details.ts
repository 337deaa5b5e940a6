import type { MethodType } from '../../gateways/index.ts'

/** How the buyer pays: a token for each gateway that can be asked. */
export interface MethodInput {
  readonly type: MethodType
  readonly brand: string | null
  /** By gateway name. */
  readonly tokens: Readonly<Record<string, string>>
  readonly networkTransactionId: string | null
}

/** What of a payment is personal or secret: kept sealed as one document. */
export interface PaymentDetails {
  readonly metadata: Readonly<Record<string, string>>
  readonly description: string | null
  readonly returnUrl: string | null
  readonly buyer: { readonly email: string | null; readonly name: string | null; readonly ip: string | null }
}
