import type { Answer, GatewayFact } from '../../gateways/index.ts'

/** Inbox rows belong to no merchant before they are matched: they are sealed under the platform's own scope. */
export const INBOX_SCOPE = 'florin'

/** Where a delivery's sealed column stands. */
export const deliveryPlace = (gateway: string, account: string, digest: string) => ({
  table: 'webhook_inbox',
  column: 'delivery',
  merchant: INBOX_SCOPE,
  key: `${gateway}\n${account}\n${digest}`,
})

/** A fact as JSON can hold it. */
export type PackedFact = Omit<GatewayFact, 'amount' | 'answer'> & {
  readonly amount: string | null
  readonly answer: Readonly<Record<string, unknown>>
}

/** For storing. */
export const packFact = (fact: GatewayFact): PackedFact => ({
  ...fact,
  amount: fact.amount?.toString() ?? null,
  answer: Object.fromEntries(
    Object.entries(fact.answer).map(([name, value]) => [name, typeof value === 'bigint' ? `${value}n` : value]),
  ),
})

/** As it was. */
export const unpackFact = (fact: PackedFact): GatewayFact => ({
  ...fact,
  amount: fact.amount === null ? null : BigInt(fact.amount),
  answer: Object.fromEntries(
    Object.entries(fact.answer).map(([name, value]) => [
      name,
      typeof value === 'string' && (name === 'amount' || name === 'cost') ? BigInt(value.slice(0, -1)) : value,
    ]),
  ) as unknown as Answer,
})

/** What the inbox keeps sealed: the facts, verified when they came in, and the raw bytes for people and for redrives. */
export interface StoredDelivery {
  readonly facts: readonly PackedFact[]
  /** Base64. */
  readonly body: string
}
