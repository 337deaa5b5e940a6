import { z } from 'zod'
import type { FxDesk } from '../flows/index.ts'
import { createRates } from '../flows/index.ts'
import { type FxTerms, type HedgeThreshold, pairName, type RateProvider } from '../fx/index.ts'
import { FlorinError, isFlorinError, type Runtime } from '../kernel/index.ts'
import { currencyOf, parseAmount, percent, ROUNDINGS } from '../money/index.ts'

const isProvider = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && 'rates' in value

const share = z.string().refine((text) => {
  try {
    return Number(percent(text).toString()) < 1
  } catch {
    return false
  }
}, "must be a percentage below 100 as a decimal string, such as '0.5'")

const merchantTerms = z.strictObject({
  spread: share.optional(),
  fee: share.optional(),
  fixedFee: z.record(z.string(), z.string()).optional(),
  rounding: z.enum(ROUNDINGS).optional(),
  quoteMs: z.number().int().min(1_000).max(86_400_000).optional(),
})

/** How money is exchanged. Without providers nothing can be. */
export const fxOptions = z.strictObject({
  /** Where rates come from: the first, and those that are asked where it has none that can be believed. */
  providers: z
    .array(z.custom<RateProvider>(isProvider, 'must be a rate provider: ecbRates({…}), or one of your own'))
    .max(10)
    .default([]),
  /** 15 minutes: how old a rate may be, where its provider names no limit. What moves faster than that is no currency to promise rates in. */
  freshForMs: z.number().int().min(1_000).max(31_536_000_000).default(900_000),
  /** 60 s: how long a rate is used without asking again. */
  cacheMs: z.number().int().min(0).max(3_600_000).default(60_000),
  /** 3 s: how long a provider is waited for; a buyer may be waiting too, and there is the next one. */
  deadlineMs: z.number().int().min(10).max(60_000).default(3_000),
  /** 10 %: a rate that is further away from the last is believed only when a second provider says the same. */
  maxJumpPercent: z.number().positive().max(1_000).default(10),
  /** Percent taken off the market's rate. None, unless you say so. */
  spread: share.default('0'),
  /** Percent of what is sold, booked as a fee. */
  fee: share.default('0'),
  /** A fixed part of that fee for conversions of wallets, by the sold currency. */
  fixedFee: z.record(z.string(), z.string()).default({}),
  /** How what is bought is rounded. */
  rounding: z.enum(ROUNDINGS).default('half_even'),
  /** 60 s: how long a quote is good for. */
  quoteMs: z.number().int().min(1_000).max(86_400_000).default(60_000),
  /** Terms of their own, by merchant; what is not named is as above. */
  merchants: z.record(z.string(), merchantTerms).default({}),
  /** From which position on a pair should be hedged: `fx.hedge_needed` tells. Positions are counted by merchant. */
  hedge: z.array(z.strictObject({ pair: z.string(), currency: z.string(), above: z.string() })).default([]),
})
/** How money is exchanged, as it is given. */
export type FxOptions = z.input<typeof fxOptions>

type Resolved = z.output<typeof fxOptions>

/** Runs a check, and names the option that did not pass. */
const checked = <T>(path: string, check: () => T): T => {
  try {
    return check()
  } catch (cause) {
    const why = isFlorinError(cause) ? cause.message : 'is not valid'
    throw new FlorinError('configuration', `${path}: ${why}`, { details: { path }, cause })
  }
}

/** Checks what the shape alone does not say. Throws `configuration`. */
export const checkFx = ({ fixedFee, merchants, hedge }: Resolved): void => {
  const fees = [['fx.fixedFee', fixedFee] as const]
  for (const [merchant, terms] of Object.entries(merchants))
    fees.push([`fx.merchants.${merchant}.fixedFee`, terms.fixedFee ?? {}] as never)
  for (const [path, given] of fees)
    for (const [currency, text] of Object.entries(given)) checked(path, () => parseAmount(text, currency))
  for (const [index, { pair, currency, above }] of hedge.entries()) {
    const path = `fx.hedge.${index}`
    const [one = '', other = ''] = pair.split('-')
    checked(path, () => [currencyOf(one), currencyOf(other), parseAmount(above, currency)])
    const named = one !== other && pairName(one, other) === pair && (currency === one || currency === other)
    if (named) continue
    const message = `'${pair}' with '${currency}': name two currencies in the order of the alphabet, 'EUR-USD', and one of them`
    throw new FlorinError('configuration', `${path}: ${message}`, { details: { path } })
  }
}

/** Wires rates and terms. */
export const createFxDesk = (
  options: Resolved,
  parts: { readonly runtime: Pick<Runtime, 'clock' | 'scheduler'>; readonly onError: (error: unknown) => void },
): FxDesk => {
  const { providers, freshForMs, cacheMs, deadlineMs, maxJumpPercent } = options
  const { spread, fee, fixedFee, rounding, quoteMs } = options
  const general: FxTerms = Object.freeze({ spread, fee, fixedFee, rounding, quoteMs })
  const own = new Map(
    Object.entries(options.merchants).map(([merchant, terms]) => [merchant, withOwn(general, terms)] as const),
  )
  return {
    rates: createRates({ providers, freshForMs, cacheMs, deadlineMs, maxJump: maxJumpPercent / 100, ...parts }),
    termsOf: (merchant) => own.get(merchant) ?? general,
    hedges: new Map(options.hedge.map((one): [string, HedgeThreshold] => [one.pair, one])),
  }
}

const withOwn = (general: FxTerms, own: z.output<typeof merchantTerms>): FxTerms => ({
  spread: own.spread ?? general.spread,
  fee: own.fee ?? general.fee,
  fixedFee: own.fixedFee ?? general.fixedFee,
  rounding: own.rounding ?? general.rounding,
  quoteMs: own.quoteMs ?? general.quoteMs,
})
