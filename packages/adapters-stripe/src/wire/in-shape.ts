import { type ZodType, z } from 'zod'

/** The last second of the year 9999: what is later is no date, and not an instant in milliseconds either. */
const LAST_SECOND = 253_402_300_799

/** A point in time, as Stripe counts it: in seconds. */
export const wireSecond = z.int().min(0).max(LAST_SECOND)

/** The value in this shape, or null. */
export const inShape = <T>(shape: ZodType<T>, value: unknown): T | null => {
  const result = shape.safeParse(value)
  return result.success ? result.data : null
}
