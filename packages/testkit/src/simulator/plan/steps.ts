/** How a buyer pays. */
export interface Paying {
  readonly type: 'card' | 'redirect' | 'bank_transfer'
  /** By gateway. */
  readonly token: string
  /** Uses a card that is kept for the buyer, with this scheme. */
  readonly stored?: 'visa' | 'mastercard'
}

/** What somebody does. Amounts are shares of what is possible at that moment, in hundredths. */
export type Step =
  | {
      readonly do: 'create'
      readonly reference: string
      readonly amountMinor: number
      readonly currency: string
      readonly capture: 'automatic' | 'manual'
      readonly paying: Paying
      readonly orders: number
      /** Null: derived from the reference. */
      readonly key: string | null
      /** How many callers send the same at once, from anywhere. */
      readonly copies: number
      /** One more caller uses the same key for something else. */
      readonly mismatch: boolean
      readonly whenDown?: 'queue' | 'fail'
    }
  | { readonly do: 'retry'; readonly paying: Paying; readonly key: string | null; readonly copies: number }
  | {
      readonly do: 'capture' | 'refund'
      readonly percent: number
      readonly final: boolean
      readonly key: string | null
      readonly copies: number
    }
  | { readonly do: 'cancel'; readonly key: string | null; readonly copies: number }
  | { readonly do: 'increment'; readonly byMinor: number; readonly key: string | null; readonly copies: number }
  | { readonly do: 'challenge'; readonly result: 'pass' | 'fail' | 'leave' }
  | { readonly do: 'read' }
  /** Somebody acts in a gateway's dashboard, or a bank changes its mind. */
  | { readonly do: 'elsewhere'; readonly act: Elsewhere; readonly percent: number }
  | { readonly do: 'wait'; readonly ms: number }
  /** A card number where none may stand: it has to be refused. */
  | { readonly do: 'canary'; readonly field: 'metadata' | 'description' | 'reference' | 'token' | 'reason' }
  | { readonly do: 'redrive' }
  | { readonly do: 'review' }

/** What happens at a gateway without anybody's command. */
export const ELSEWHERE = [
  'capture',
  'cancel',
  'refund',
  'fail_capture',
  'recapture',
  'fail_refund',
  'repay_refund',
  'return_sale',
  'represent_sale',
] as const
/** One of those. */
export type Elsewhere = (typeof ELSEWHERE)[number]
