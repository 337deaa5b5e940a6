import { z } from 'zod'

/** A decimal string. */
export const amount = z.string().meta({ description: 'Decimal string in the currency.', examples: ['49.90'] })

/** An instant. */
export const instant = z.iso.datetime().meta({ description: 'ISO 8601, in UTC.' })

/** An ISO 4217 code. */
export const currency = z.string().meta({ description: 'ISO 4217 code.', examples: ['EUR'] })

/** Free pairs of strings. */
export const metadata = z.record(z.string(), z.string())

/** One page of a list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    next: z.string().meta({ description: 'Give it as `after` for the following page.' }).exactOptional(),
  })
