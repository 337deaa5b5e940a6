import { z } from 'zod'
import type { DisputePolicy } from '../disputes/index.ts'
import { amountsByCurrency } from './refund-policy.ts'

const hours = z.number().min(0).max(2_160)
/** By currency, decimal strings: `{ EUR: '10.00' }`. */
const amounts = z.record(z.string(), z.string()).default({})

/** What a merchant does about disputes without being asked, and what the platform charges for them. */
export const disputePolicyInput = z.strictObject({
  /** Chargebacks of less than this are given up at once, where the gateway takes that through its API. A question never is. */
  acceptBelow: amounts,
  /** So many hours before the deadline stored evidence is submitted as it is. Absent: only when somebody says so. */
  submitStoredBeforeHours: hours.optional(),
  /** 72 hours: when `dispute.evidence_due_soon` is told; over a weekend somebody still has a working day. */
  warnBeforeHours: hours.default(72),
  /** What the merchant is charged for a chargeback, once, whatever comes of it. */
  fee: amounts,
})

const HOUR_MS = 3_600_000

/** The policy as flows use it. Throws `configuration` for what is no amount, or no currency. */
export const disputePolicyOf = (
  given: z.output<typeof disputePolicyInput> | undefined,
  path: string,
): DisputePolicy => {
  const { acceptBelow, submitStoredBeforeHours, warnBeforeHours, fee } = given ?? disputePolicyInput.parse({})
  return Object.freeze({
    acceptBelow: amountsByCurrency(acceptBelow, `${path}.acceptBelow`),
    submitStoredBeforeMs: submitStoredBeforeHours === undefined ? null : submitStoredBeforeHours * HOUR_MS,
    warnBeforeMs: warnBeforeHours * HOUR_MS,
    fee: amountsByCurrency(fee, `${path}.fee`),
  })
}
