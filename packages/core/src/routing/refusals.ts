/**
 * Why a gateway is not asked. `passing` reasons end by themselves: where they are the only ones in the way, the payment can wait for a
 * gateway to recover.
 */
export const REFUSALS = {
  not_named: { passing: false },
  account_unknown: { passing: false },
  rule: { passing: false },
  method: { passing: false },
  currency: { passing: false },
  amount_low: { passing: false },
  amount_high: { passing: false },
  separate_capture: { passing: false },
  no_token: { passing: false },
  scheme_cap: { passing: false },
  tried: { passing: false },
  breaker_open: { passing: true },
  excluded: { passing: true },
} as const satisfies Readonly<Record<string, { readonly passing: boolean }>>

/** One of these reasons. */
export type RefusalCode = keyof typeof REFUSALS

/** A gateway that is not asked, with the reason for programs and for people. */
export interface RefusedGateway {
  readonly gateway: string
  readonly account: string
  readonly code: RefusalCode
  /** Goes on after the gateway's name: `does not take EUR`. */
  readonly why: string
}
