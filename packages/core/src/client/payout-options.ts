import { z } from 'zod'
import { FlorinError, isFlorinError } from '../kernel/index.ts'
import { currencyOf, parseAmount } from '../money/index.ts'
import type { PayoutRail } from '../rails/index.ts'

const isRail = (value: unknown): value is PayoutRail => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  const needed = value.kind === 'api' ? ['request', 'read', 'transport'] : ['write', 'executionDay', 'most']
  return ['name', 'bank', 'currencies', 'check', ...needed].every((name) => name in value)
}

/** How money is paid out. Without rails nothing can be. */
export const payoutOptions = z.strictObject({
  /** By name; a payout takes the first that carries its currency, unless it names one. */
  rails: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be a short lower-case name'),
      z.custom<PayoutRail>(isRail, 'must be a payout rail: sepa({…}), or one of your own'),
    )
    .default({}),
  /** From which amount on a person approves a payout, decimal strings by currency: `{ EUR: '1000.00' }`. Absent: none is asked. */
  approveFrom: z.record(z.string(), z.string()).optional(),
  /**
   * After how many of the bank's days `payout.unseen` tells that no statement has shown a payout that is in a file; the rail knows which days
   * those are. Null: never, for hosts that read no statements.
   */
  unseenAfterDays: z.number().int().min(1).max(60).nullable().default(5),
})
/** Payout options, as they are given. */
export type PayoutOptions = z.input<typeof payoutOptions>

/** The least amount that a person approves, in minor units; null for a currency that is not named, where all of them need approval. */
export const approvalOf = (
  approveFrom: Readonly<Record<string, string>> | undefined,
): ((currency: string) => bigint | null) | null => {
  if (approveFrom === undefined) return null
  const least = new Map(
    Object.entries(approveFrom).map(([currency, text]) => [currency, amountOf(currency, text)] as const),
  )
  return (currency) => least.get(currency) ?? 0n
}

const amountOf = (currency: string, text: string): bigint => {
  const path = `payouts.approveFrom.${currency.slice(0, 10)}`
  try {
    return parseAmount(text, currencyOf(currency).code, path)
  } catch (cause) {
    const why = isFlorinError(cause) ? cause.message : 'is not an amount'
    throw new FlorinError('configuration', why, { details: { path }, cause })
  }
}
