import type { ZodType } from 'zod'

/** The value in this shape, or null. */
export const inShape = <T>(shape: ZodType<T>, value: unknown): T | null => {
  const result = shape.safeParse(value)
  return result.success ? result.data : null
}
