import type { ZodType } from 'zod'

/** JSON text as a value; undefined where it is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The value in this shape, or null. */
export const inShape = <T>(shape: ZodType<T>, value: unknown): T | null => {
  const result = shape.safeParse(value)
  return result.success ? result.data : null
}
