import { z } from 'zod'
import { METHOD_TYPES } from '../gateways/index.ts'
import { checkZone, isFlorinError } from '../kernel/index.ts'
import { currencyOf, parseAmount, percent as percentOf, ROUNDINGS } from '../money/index.ts'
import type { FeeRule, FeeSchedule, FeeTier } from './model.ts'

const MOST = 200 // rules, tiers, names: a schedule is read for every capture

const listOf = <T extends z.ZodType<string>>(item: T) => z.union([item, z.array(item).min(1).max(MOST).readonly()])

const name = z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, '_', '.' or '-'")
const country = z.string().regex(/^[A-Z]{2}$/, 'must be a country code of ISO 3166-1 in capitals, such as DE or GB')

/** What a reader of values refuses, as the schema's own issue. */
const reading =
  (read: (text: string) => unknown) =>
  (text: string, context: z.RefinementCtx): void => {
    try {
      read(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: isFlorinError(error) ? error.message : 'is not valid' })
    }
  }

const currency = z.string().superRefine(reading(currencyOf))
const percent = z.string().superRefine(
  reading((text) => {
    percentOf(text)
  }),
)

const amounts = z.record(currency, z.string()).superRefine((given, context) => {
  for (const [code, text] of Object.entries(given)) {
    reading((value) => parseAmount(value, code, code))(text, context)
  }
})

const price = { percent, fixed: amounts.optional() }

/** Tiers by volume begin above zero, where the rule's own price does, and each somewhere else. */
const checkStarts = (tiers: readonly FeeTier[], context: z.RefinementCtx): void => {
  const taken = new Set<string>()
  for (const [index, { from }] of tiers.entries()) {
    for (const [code, text] of Object.entries(from)) {
      const start = minorOf(code, text)
      if (start === null) continue // it has its own issue
      const path = ['tiers', index, 'from', code]
      if (start <= 0n)
        context.addIssue({
          code: 'custom',
          message: "must be above zero: what is below it has the rule's own price",
          path,
        })
      if (taken.has(`${code}/${start}`))
        context.addIssue({ code: 'custom', message: 'is where another tier begins', path })
      taken.add(`${code}/${start}`)
    }
  }
}

const rule = z
  .strictObject({
    name,
    when: z
      .strictObject({
        method: listOf(z.enum(METHOD_TYPES)).optional(),
        network: listOf(z.string().regex(/^[^A-Z]{1,32}$/, "must be in lower case, such as 'visa'")).optional(),
        region: listOf(name).optional(),
        currency: listOf(currency).optional(),
      })
      .optional(),
    ...price,
    tiers: z
      .array(z.strictObject({ ...price, from: amounts }))
      .max(MOST)
      .optional(),
    volume: z
      .strictObject({
        mode: z.enum(['graduated', 'whole']),
        tiers: z
          .array(z.strictObject({ ...price, from: amounts }))
          .min(1, 'needs a tier')
          .max(MOST),
      })
      .superRefine(({ tiers }, context) => checkStarts(tiers, context))
      .optional(),
    minimum: amounts.optional(),
    maximum: amounts.optional(),
    interchange: z.strictObject({ estimate: z.strictObject(price) }).optional(),
    onRefund: z.enum(['kept', 'returned']).optional(),
  })
  .superRefine((given, context) => {
    if (given.tiers !== undefined && given.volume !== undefined) {
      const message = "goes by the month's volume, while `tiers` go by the capture's own amount: leave one of them out"
      context.addIssue({ code: 'custom', message, path: ['volume'] })
    }
    for (const [code, least] of Object.entries(given.minimum ?? {})) {
      const most = given.maximum?.[code]
      if (most !== undefined && isAbove(code, least, most))
        context.addIssue({ code: 'custom', message: `is above the maximum of ${most}`, path: ['minimum', code] })
    }
  })

/** Malformed amounts have their own issue already. */
const minorOf = (code: string, text: string): bigint | null => {
  try {
    return parseAmount(text, code)
  } catch {
    return null
  }
}

const isAbove = (code: string, least: string, most: string): boolean => {
  const [low, high] = [minorOf(code, least), minorOf(code, most)]
  return low !== null && high !== null && low > high
}

const conditionsOf = (one: FeeRule): number =>
  Object.values(one.when ?? {}).filter((value) => value !== undefined).length

const checkRegions = (schedule: FeeSchedule, context: z.RefinementCtx): void => {
  const names = new Set(Object.keys(schedule.regions ?? {}))
  for (const side of ['domestic', 'foreign']) {
    if (names.has(side))
      context.addIssue({
        code: 'custom',
        message: 'is a name of its own meaning: choose another',
        path: ['regions', side],
      })
    if (schedule.country !== undefined) names.add(side)
  }
  for (const [index, one] of schedule.rules.entries()) {
    const asked = one.when?.region ?? []
    for (const region of typeof asked === 'string' ? [asked] : asked) {
      if (names.has(region)) continue
      const remedy =
        region === 'domestic' || region === 'foreign' ? 'give the schedule its `country`' : 'add it to `regions`'
      const path = ['rules', index, 'when', 'region']
      context.addIssue({ code: 'custom', message: `'${region}' is no region here: ${remedy}`, path })
    }
  }
}

const checkRules = (schedule: FeeSchedule, context: z.RefinementCtx): void => {
  const { rules } = schedule
  const seen = new Set<string>()
  for (const [index, one] of rules.entries()) {
    const add = (message: string): void => context.addIssue({ code: 'custom', message, path: ['rules', index, 'when'] })
    if (seen.has(one.name)) context.addIssue({ code: 'custom', message: 'is taken', path: ['rules', index, 'name'] })
    seen.add(one.name)
    const last = index === rules.length - 1
    if (last && conditionsOf(one) > 0) add('the last rule must have no `when`, so that no capture goes without a fee')
    if (!last && conditionsOf(one) === 0) add('has no conditions, so that the rules after it never count: put it last')
  }
  checkRegions(schedule, context)
}

/** A fee schedule, as a caller writes it. Strict, and whole: what it accepts can decide every capture. */
export const feeSchedule: z.ZodType<FeeSchedule> = z
  .strictObject({
    country: country.optional(),
    regions: z.record(name, z.array(country).min(1).max(MOST).readonly()).optional(),
    zone: z.string().max(60).superRefine(reading(checkZone)).optional(),
    rounding: z.enum(ROUNDINGS).optional(),
    rules: z.array(rule).min(1, 'needs a rule').max(MOST).readonly(),
  })
  .superRefine(checkRules)
