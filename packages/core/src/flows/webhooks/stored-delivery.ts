/** Inbox rows belong to no merchant before they are matched: they are sealed under the platform's own scope. */
export const INBOX_SCOPE = 'florin'

/** Where a delivery's sealed column stands. */
export const deliveryPlace = (gateway: string, account: string, digest: string) => ({
  table: 'webhook_inbox',
  column: 'delivery',
  merchant: INBOX_SCOPE,
  key: `${gateway}\n${account}\n${digest}`,
})

/** What the inbox keeps sealed: the raw bytes, verified when they came in, for the work, for people and for redrives. */
export interface StoredDelivery {
  /** Base64. */
  readonly body: string
}
