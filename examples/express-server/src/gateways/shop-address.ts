/** Where this server is, for those behind the gateways. */
export interface ShopAddress {
  /** Where buyers come back to from payments that name no place. */
  readonly returnUrl: string
  /** Where this server takes a gateway account's webhooks. */
  readonly webhookUrl: (gateway: string, account: string) => string
}

/** The addresses of the server at `url`. */
export const shopAddress = (url: string): ShopAddress => ({
  returnUrl: `${url}/`,
  webhookUrl: (gateway, account) => `${url}/v1/webhooks/${gateway}/${encodeURIComponent(account)}`,
})
