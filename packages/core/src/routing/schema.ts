import { z } from 'zod'
import { METHOD_TYPES } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { exponentOf, parseAmount } from '../money/index.ts'
import { binRangeOf } from './bin-range.ts'
import { isCountry } from './iso-3166.ts'

const MOST_RULES = 500
const MOST_VALUES = 1_000

/** One value or a list without repetitions. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .union([item, z.array(item).min(1, 'must not be empty: leave it out to mean all').max(MOST_VALUES)])
    .transform((given): readonly z.output<T>[] => (Array.isArray(given) ? given : [given]))
    .superRefine((values, context) => {
      const seen = new Set<unknown>()
      for (const value of values) {
        if (seen.has(value)) context.addIssue({ code: 'custom', message: `names '${String(value)}' twice` })
        seen.add(value)
      }
    })

const low = z.string().regex(/^[a-z0-9][a-z0-9_]{0,39}$/, "must be lower case: letters, digits and '_'")

/** A refusal of money's becomes one of this field. */
const checked = (check: () => unknown): string | null => {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof FlorinError) return error.message
    throw error
  }
}

const currency = z.string().superRefine((code, context) => {
  const wrong = checked(() => exponentOf(code))
  if (wrong !== null) context.addIssue({ code: 'custom', message: wrong })
})

const amounts = z
  .record(z.string(), z.strictObject({ min: z.string().optional(), max: z.string().optional() }))
  .superRefine((ranges, context) => {
    const add = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path })
    if (Object.keys(ranges).length === 0) add("must name a currency: `{ EUR: { min: '100.00' } }`")
    for (const [code, range] of Object.entries(ranges)) {
      for (const end of ['min', 'max'] as const) {
        const text = range[end]
        const wrong = checked(() => (text === undefined ? exponentOf(code) : parseAmount(text, code, end)))
        if (wrong !== null) return add(wrong, code, end)
      }
      const { min = '0', max } = range
      if (max !== undefined && parseAmount(min, code) > parseAmount(max, code))
        add(`can never match: from '${min}' to '${max}' there is nothing`, code)
    }
  })

const merchant = z.string().regex(/^mer_[\w-]{1,60}$/, "must be a merchant id: 'mer_' and 1 to 60 letters")

const match = z.strictObject({
  method: listOf(z.enum(METHOD_TYPES)).optional(),
  brand: listOf(low).optional(),
  network: listOf(low).optional(),
  bin: listOf(
    z
      .string()
      .refine(
        (text) => binRangeOf(text) !== undefined,
        "must be a prefix of 6 to 8 digits, or a range of equally long ones from low to high: '42424200-42424299'",
      ),
  ).optional(),
  currency: listOf(currency).optional(),
  country: listOf(
    z.string().refine(isCountry, 'must be a country code of ISO 3166-1 in capitals, such as DE or GB'),
  ).optional(),
  amount: amounts.optional(),
  merchant: listOf(merchant).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})

const targets = z.array(z.string()).min(1, 'must name a gateway').max(MOST_VALUES)
const weight = z.number().finite().positive('must be greater than 0: leave the gateway out to send it nothing')

const ACTIONS = ['use', 'only', 'avoid', 'split'] as const

const rule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/i, "must be a short name: letters, digits, '-', '_' and '.'"),
    match: match.prefault({}),
    use: targets.optional(),
    only: targets.optional(),
    avoid: targets.optional(),
    split: z
      .record(z.string(), weight)
      .refine((shares) => Object.keys(shares).length >= 2, 'needs two gateways or more: for one, write `use`')
      .optional(),
  })
  .superRefine((given, context) => {
    const named = ACTIONS.filter((action) => given[action] !== undefined)
    if (named.length > 1)
      context.addIssue({ code: 'custom', message: `does ${named.join(' and ')}: a rule does one thing`, path: [] })
  })

const rules = z.array(rule).max(MOST_RULES, `can be ${MOST_RULES} at most`).default([])

const share = z.number().finite().min(0).optional()
const weights = z.strictObject({ success: share, latency: share, cost: share }).optional()

const cost = z.strictObject({
  basisPoints: z.number().finite().min(0).max(10_000),
  fixed: z
    .record(z.string(), z.string())
    .superRefine((amountsBy, context) => {
      for (const [code, text] of Object.entries(amountsBy)) {
        const wrong = checked(() => parseAmount(text, code, 'fixed'))
        if (wrong !== null) context.addIssue({ code: 'custom', message: wrong, path: [code] })
      }
    })
    .default({}),
})

/** The one gate for routing options: their shape. What they say about gateways is checked where rules are compiled. */
export const routingSchema = z.strictObject({
  rules,
  weights,
  /** 2 %: on a thousand payments a day, twenty tell about the other gateways. */
  explorationShare: z.number().min(0).max(0.2).default(0.02),
  costs: z.record(z.string(), cost).default({}),
  merchants: z
    .record(merchant, z.strictObject({ rules, weights, accounts: z.record(z.string(), z.string()).default({}) }))
    .default({}),
})

/** Options that passed the gate. */
export type ResolvedRouting = z.output<typeof routingSchema>
/** A rule that passed the gate. */
export type ResolvedRule = z.output<typeof rule>
