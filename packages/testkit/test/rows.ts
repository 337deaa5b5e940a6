import { type AnyTable, CATALOGUE, type Storage } from '@florin/core/storage'

export interface PaymentCells {
  readonly merchant: string
  readonly id: string
  readonly reference: string
  readonly status: string
  readonly currency: string
  readonly authorized: bigint
  readonly captured: bigint
  readonly capturePending: bigint
  readonly released: bigint
  readonly refunded: bigint
  readonly refundPending: bigint
  readonly needsReview: string | null
  readonly version: number
}

export interface AttemptCells {
  readonly id: string
  readonly payment: string
  readonly kind: string
  readonly origin: string
  readonly state: string
  readonly gatewayId: string | null
  readonly awaits: string | null
  readonly parent: string | null
  readonly amount: bigint
  readonly due: number | null
  readonly tries: number
}

export interface ObligationCells {
  readonly attempt: string
  readonly proof: string | null
  readonly tries: number
}

export interface AccountCells {
  readonly account: string
  readonly currency: string
  readonly debitsPosted: bigint
  readonly creditsPosted: bigint
  readonly debitsPending: bigint
  readonly creditsPending: bigint
}

/** Every table of the storage. */
export const table = (name: string): AnyTable => {
  const found = CATALOGUE.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no table '${name}'`)
  return found
}

/** All rows of a table, as they are stored. */
export const rows = async <R = Record<string, unknown>>(storage: Storage, name: string): Promise<readonly R[]> => {
  const all: unknown[] = []
  for await (const page of storage.scan(table(name), { index: 'key', equals: {} })) all.push(...page)
  return all as readonly R[]
}
