import { z } from 'zod'
import { FlorinError, isFlorinError } from '../kernel/index.ts'
import { currencyOf, parseAmount } from '../money/index.ts'
import type { RefundPolicy } from '../refunds/index.ts'

const days = z.number().int().min(1).max(3_650)
/** By currency, decimal strings: `{ EUR: '100.00' }`. A currency that is not named has no limit. */
const amounts = z.record(z.string(), z.string()).default({})

/** What refunds a merchant makes at all, and which a person approves first. Everything is optional; without any rule all go at once. */
export const refundPolicyInput = z.strictObject({
  /** Refunds are made within so many days after the newest capture. Absent: for ever. */
  windowDays: days.optional(),
  mostPerRefund: amounts,
  /** All refunds of one payment within 24 hours. */
  mostPerPaymentAndDay: amounts,
  /** A refund of more than this waits until a person approves it. */
  approvalAbove: amounts,
  /** 14 days: how long a request waits for a decision. Buyers have to be answered within that in the EU (directive 2011/83, article 13). */
  requestDays: days.default(14),
})

const DAY_MS = 86_400_000

/** Amounts by currency, as minor units. Throws `configuration` for what is no amount, or no currency. */
export const amountsByCurrency = (given: Readonly<Record<string, string>>, path: string): ReadonlyMap<string, bigint> =>
  new Map(
    Object.entries(given).map(([currency, text]) => {
      const at = `${path}.${currency.slice(0, 10)}`
      try {
        return [currencyOf(currency).code, parseAmount(text, currencyOf(currency).code, at)]
      } catch (cause) {
        const why = isFlorinError(cause) ? cause.message : 'is not an amount'
        throw new FlorinError('configuration', why.startsWith(at) ? why : `${at}: ${why}`, {
          details: { path: at },
          cause,
        })
      }
    }),
  )

/** The policy as flows use it. Throws `configuration` for what is no amount, or no currency. */
export const refundPolicyOf = (
  given: z.output<typeof refundPolicyInput> | undefined,
  path: string,
): RefundPolicy | null => {
  if (given === undefined) return null
  const { windowDays, requestDays } = given
  return Object.freeze({
    windowMs: windowDays === undefined ? null : windowDays * DAY_MS,
    mostPerRefund: amountsByCurrency(given.mostPerRefund, `${path}.mostPerRefund`),
    mostPerPaymentAndDay: amountsByCurrency(given.mostPerPaymentAndDay, `${path}.mostPerPaymentAndDay`),
    approvalAbove: amountsByCurrency(given.approvalAbove, `${path}.approvalAbove`),
    requestMs: requestDays * DAY_MS,
  })
}
