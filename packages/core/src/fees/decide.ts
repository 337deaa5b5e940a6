import { type Fee, feeOf } from '../ledger/index.ts'
import { multiply, parseAmount, percent, type Rate, type Rounding } from '../money/index.ts'
import {
  type AnyOf,
  type ByCurrency,
  CONFIGURED,
  type FeeConditions,
  type FeeDecider,
  type FeeDecision,
  type FeePart,
  type FeePrice,
  type FeeRule,
  type FeeSchedule,
  type FeeSubject,
} from './model.ts'
import { stepAt, stretchesOf, type VolumeStep } from './volume.ts'

type Minor = ReadonlyMap<string, bigint>

interface Price {
  readonly rate: Rate
  readonly fixed: Minor
}

interface Volume {
  readonly graduated: boolean
  /** By currency, the lowest first, which is the rule's own price. */
  readonly steps: ReadonlyMap<string, readonly VolumeStep<Price>[]>
}

interface Rule {
  readonly name: string
  readonly matches: (subject: FeeSubject) => boolean
  readonly price: Price
  /** The highest first. */
  readonly tiers: readonly (Price & { readonly from: Minor })[]
  readonly volume: Volume | null
  readonly minimum: Minor
  readonly maximum: Minor
  readonly estimate: Price | null
  readonly onRefund: 'kept' | 'returned'
}

const minorOf = (given: ByCurrency = {}): Minor =>
  new Map(Object.entries(given).map(([currency, text]) => [currency, parseAmount(text, currency)]))

const priceOf = (price: FeePrice): Price => ({ rate: percent(price.percent), fixed: minorOf(price.fixed) })

const setOf = (given: AnyOf<string> | undefined): ReadonlySet<string> | null =>
  given === undefined ? null : new Set(typeof given === 'string' ? [given] : given)

const isIn = (set: ReadonlySet<string> | null, value: string | null): boolean =>
  set === null || (value !== null && set.has(value))

/** The names of regions that a country is in, from this merchant's point of view. */
const regionsOf = ({ country: home, regions = {} }: FeeSchedule, country: string | null): readonly string[] => {
  if (country === null) return []
  const named = Object.entries(regions).filter(([, countries]) => countries.includes(country))
  const side = home === undefined ? [] : [home === country ? 'domestic' : 'foreign']
  return [...side, ...named.map(([name]) => name)]
}

const matcher = (schedule: FeeSchedule, when: FeeConditions = {}): Rule['matches'] => {
  const [methods, networks, currencies] = [setOf(when.method), setOf(when.network), setOf(when.currency)]
  const regions = setOf(when.region)
  return ({ method, network, currency, country }) =>
    isIn(methods, method) &&
    isIn(networks, network?.toLowerCase() ?? null) &&
    isIn(currencies, currency) &&
    (regions === null || regionsOf(schedule, country).some((one) => regions.has(one)))
}

const volumeOf = ({ volume, ...own }: FeeRule): Volume | null => {
  if (volume === undefined) return null
  const first = { from: 0n, price: priceOf(own) }
  const steps = new Map<string, VolumeStep<Price>[]>()
  for (const tier of volume.tiers) {
    const price = priceOf(tier)
    for (const [currency, from] of minorOf(tier.from))
      steps.set(currency, [...(steps.get(currency) ?? [first]), { from, price }])
  }
  for (const all of steps.values()) all.sort((one, other) => (one.from < other.from ? -1 : 1))
  return { graduated: volume.mode === 'graduated', steps }
}

const compile = (schedule: FeeSchedule, rule: FeeRule): Rule => ({
  name: rule.name,
  matches: matcher(schedule, rule.when),
  price: priceOf(rule),
  tiers: (rule.tiers ?? []).map((tier) => ({ ...priceOf(tier), from: minorOf(tier.from) })),
  volume: volumeOf(rule),
  minimum: minorOf(rule.minimum),
  maximum: minorOf(rule.maximum),
  estimate: rule.interchange === undefined ? null : priceOf(rule.interchange.estimate),
  onRefund: rule.onRefund ?? 'kept',
})

/** The tier with the highest start that the amount reaches, else the rule's own price. */
const tierOf = ({ price, tiers }: Rule, { amount, currency }: FeeSubject): Price => {
  let found: { readonly price: Price; readonly from: bigint } | null = null
  for (const tier of tiers) {
    const from = tier.from.get(currency)
    if (from !== undefined && from <= amount && (found === null || from > found.from)) found = { price: tier, from }
  }
  return found?.price ?? price
}

/** A part of a capture with its price; of what it begins in is the fixed part. */
interface Priced {
  readonly parts: readonly { readonly amount: bigint; readonly price: Price }[]
  readonly reached: FeeDecision['reached']
}

const pricesOf = (rule: Rule, subject: FeeSubject): Priced => {
  const { amount, currency, volume } = subject
  if (rule.volume === null) return { parts: [{ amount, price: tierOf(rule, subject) }], reached: null }
  const before = volume?.before ?? 0n
  const steps = rule.volume.steps.get(currency)
  if (steps === undefined) return { parts: [{ amount, price: rule.price }], reached: { before, tier: 0n } }
  const { from: tier, price } = stepAt(steps, before)
  const parts = rule.volume.graduated ? stretchesOf(steps, before, amount) : [{ amount, price }]
  return { parts, reached: { before, tier } }
}

const priced = ({ rate, fixed }: Price, { amount, currency }: FeeSubject, rounding: Rounding) => ({
  percent: multiply(amount, rate, rounding),
  fixed: fixed.get(currency) ?? 0n,
})

const decideBy = (rule: Rule, subject: FeeSubject, rounding: Rounding, version: number): FeeDecision => {
  const { amount, currency, cost } = subject
  const parts: { what: FeePart; amount: bigint }[] = []
  const add = (what: FeePart, by: bigint): bigint => {
    if (by !== 0n) parts.push({ what, amount: by })
    return by
  }
  let fee = 0n
  if (rule.estimate !== null) {
    const guess = priced(rule.estimate, subject, rounding)
    fee += add('interchange', cost === null ? guess.percent + guess.fixed : cost < 0n ? 0n : cost)
  }
  const { parts: stretches, reached } = pricesOf(rule, subject)
  for (const { amount: part, price } of stretches) fee += add('percent', multiply(part, price.rate, rounding))
  fee += add('fixed', stretches[0]?.price.fixed.get(currency) ?? 0n)
  const least = rule.minimum.get(currency) ?? 0n
  if (fee < least) fee += add('minimum', least - fee)
  const most = rule.maximum.get(currency)
  if (most !== undefined && fee > most) fee += add('maximum', most - fee)
  if (fee > amount) fee += add('amount', amount - fee)
  const { name, onRefund } = rule
  const estimated = rule.estimate !== null && cost === null
  const month = subject.volume?.month ?? null
  return { fee, rule: name, schedule: version, onRefund, estimated, parts, month, reached }
}

/**
 * Reads a schedule, checked by `feeSchedule`, once; the decider takes the first rule that matches. Each percentage is rounded by itself,
 * as the schedule says, also of each tier that a capture goes through; the fee is never below zero and never above the amount.
 */
export const deciderOf = (schedule: FeeSchedule, version: number): FeeDecider => {
  const rules = schedule.rules.map((rule) => compile(schedule, rule))
  const rounding = schedule.rounding ?? 'half_even'
  const last = rules.at(-1) as Rule // checked: it has no conditions
  return (subject) => decideBy(rules.find((one) => one.matches(subject)) ?? last, subject, rounding, version)
}

/** The simple fee of a merchant's options, as a rule: a percentage and a fixed sum, kept on refunds. */
export const configuredFee =
  (fee: Fee): FeeDecider =>
  ({ amount, currency, volume }) => {
    const taken = feeOf(amount, currency, fee)
    const onRefund = 'kept' as const
    const parts = taken === 0n ? [] : [{ what: 'percent' as const, amount: taken }]
    const month = volume?.month ?? null
    return { fee: taken, rule: CONFIGURED, schedule: null, onRefund, estimated: false, parts, month, reached: null }
  }

/** What a ledger transaction says of the fee in it (volumes in minor units), or null where nobody decided one. */
export const feeMetadata = (decision: FeeDecision | null): Readonly<Record<string, string>> | null => {
  if (decision === null) return null
  const { rule, schedule, onRefund, estimated, month, reached } = decision
  return {
    feeRule: rule,
    ...(schedule === null ? {} : { feeSchedule: String(schedule) }),
    ...(onRefund === 'kept' ? {} : { feeOnRefund: onRefund }),
    ...(estimated ? { feeEstimated: 'yes' } : {}),
    ...(month === null || reached === null
      ? {}
      : { feeMonth: month, feeVolume: reached.before.toString(), feeTier: reached.tier.toString() }),
  }
}
