import type { MethodType } from '../gateways/index.ts'

/** What is to be routed. All of it is known before anything is sent; what is not known is null, and matches no rule that asks for it. */
export interface RoutingSubject {
  readonly merchant: string
  /** The payment's id: exploration is drawn from it. Null for a preview, which never explores. */
  readonly payment: string | null
  /** The merchant's reference: splits stick to it where there is no customer. */
  readonly reference: string
  readonly customer: string | null
  readonly method: MethodType
  /** Wallets: which one. Redirects: which scheme. */
  readonly brand: string | null
  /** The card's scheme, in lower case: `visa`, `mastercard` … */
  readonly network: string | null
  /** The card number's first 6 to 8 digits. */
  readonly bin: string | null
  /** Of the card's issuer, else of the buyer: ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** In minor units. */
  readonly amount: bigint
  readonly currency: string
  /** `manual`: the money must be held first, so a gateway that can only charge at once will not do. */
  readonly capture: 'automatic' | 'manual'
  readonly metadata: Readonly<Record<string, string>>
  /** By gateway name, those that there is a token for. Only the names are looked at. */
  readonly tokens: Readonly<Record<string, unknown>>
  /** The only gateway that may be asked, where the host names one. Rules do not apply then. */
  readonly gateway: string | null
  /** The account at the named gateway; null: the merchant's, else the gateway's first. */
  readonly account: string | null
}
