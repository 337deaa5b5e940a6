/** Where a rule sends a payment: a gateway by its name in `gateways`, or one of its accounts as `name/account`. */
export type GatewayTarget<G extends string = string> = G | `${G}/${string}`

/** A target, taken apart. `account` is null where the rule leaves it to the merchant's or the gateway's default. */
export interface Target {
  readonly gateway: string
  readonly account: string | null
}

/** Takes `stripe/eu` apart. Gateway names have no slash, so the first one ends the name. */
export const targetOf = (text: string): Target => {
  const slash = text.indexOf('/')
  return slash < 0
    ? { gateway: text, account: null }
    : { gateway: text.slice(0, slash), account: text.slice(slash + 1) }
}
