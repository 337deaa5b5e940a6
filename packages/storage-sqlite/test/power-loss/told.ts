import type { PaymentView } from '@florin/core'

/** The database's name in its folder. */
export const DATABASE = 'florin.db'

/** Beside the database: what callers were told, a line each. It stands for people's memory, and no power cut takes anything from it. */
export const TOLD = 'told'

/** What a caller was told about a payment, and may rely on. */
export type Told = Pick<PaymentView, 'id' | 'status' | 'captured' | 'refunded'> & { readonly key: string }

/** What was told in these bytes, the newest of each payment. A line that was not written to its end was not told. */
export const readTold = (bytes: Uint8Array): ReadonlyMap<string, Told> => {
  const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1)
  return new Map(lines.map((line) => JSON.parse(line) as Told).map((one) => [one.id, one]))
}
