import { z } from 'zod'
import type { SettlementSetup } from '../flows/index.ts'
import { checkZone, FlorinError, isFlorinError, parseDate } from '../kernel/index.ts'
import { currencyOf, parsePositiveAmount } from '../money/index.ts'
import { type Calendar, nextRun, type SettlementPlan } from '../settlement/index.ts'

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const weekday = z.enum(WEEKDAYS)
const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "must be a local time, such as '06:30'")
const date = z.string().refine((text) => parseDate(text) !== undefined, "must be a date, such as '2026-12-25'")
const amounts = z.record(z.string(), z.string())

const calendar = z.strictObject({
  /** Its IANA name: `Europe/Berlin`. */
  zone: z.string().min(1).max(60),
  /** Local time of the runs. Where clocks are put forward over it, as much later; where it comes twice, the first. */
  at: clock,
  /** `daily`; weekdays; or days of the month, of which a shorter month has its last day. */
  days: z
    .union([
      z.literal('daily'),
      z.strictObject({ weekdays: z.array(weekday).min(1).max(7) }),
      z.strictObject({ monthDays: z.array(z.number().int().min(1).max(31)).min(1).max(31) }),
    ])
    .default('daily'),
  /** Weekdays without business. */
  weekend: z.array(weekday).max(6).default(['sat', 'sun']),
  /** Days without business besides: `2026-12-25`. */
  holidays: z.array(date).max(1_000).default([]),
  /** What a run on a day without business does: waits for the next one, comes on the one before, or runs all the same. */
  whenClosed: z.enum(['next', 'previous', 'run']).default('next'),
  /** Local time at which a day ends for the books; `24:00`, midnight, if absent. */
  cutOff: z.union([clock, z.literal('24:00')]).default('24:00'),
  /** Whether days of delay are all days, or those of business. */
  delayIn: z.enum(['calendar', 'business']).default('calendar'),
})

const percent = z.number().int().min(1).max(10_000)

const reserve = z.union([
  z.strictObject({
    kind: z.literal('rolling'),
    /** Hundredths of a percent of what would be paid out: 500 is 5 %. */
    basisPoints: percent,
    /** Released by itself after so many days. */
    days: z.number().int().min(1).max(3_650),
    /** The most that is kept at a time, by currency. */
    upTo: amounts.default({}),
  }),
  /** Kept until an operator releases it. */
  z.strictObject({ kind: z.literal('fixed'), basisPoints: percent, upTo: amounts.default({}) }),
])

const account = z.string().startsWith('dst_', "must be a payout destination, 'dst_…'")

const plan = z.strictObject({
  /** By itself right after a capture; by a calendar; or when `settlements.run` says so. */
  mode: z.enum(['instant', 'scheduled', 'batch']),
  /** Whose money: everybody's, the merchant's own, all sellers', or these sellers'. The first plan that names an owner settles it. */
  owners: z.union([z.enum(['all', 'merchant', 'sellers']), z.array(z.string().min(1).max(64)).min(1)]).default('all'),
  currencies: z.array(z.string()).min(1).optional(),
  /** Needed by `scheduled`, and by no other. */
  calendar: calendar.optional(),
  /** T+n: days between the day of a capture and its settlement. 1 by a calendar, else 0. */
  delayDays: z.number().int().min(0).max(365).optional(),
  /** Less is carried to the next settlement; by currency. */
  minimum: amounts.default({}),
  reserve: reserve.optional(),
  /** Whether an operator approves each settlement. */
  approval: z.enum(['automatic', 'operator']).default('automatic'),
  /** Whether a payout is ordered at once, where the owner has a bank account here. */
  payout: z.enum(['automatic', 'none']).default('automatic'),
  /**
   * The bank account that payouts go to, in place of the owner's newest: the merchant's own, or that of the only seller whom the plan names; or by
   * seller. It counts as it is here when a payout is ordered. One that was removed, or is another owner's, fails the settlement by name.
   */
  destination: z.union([account, z.record(z.string(), account)]).optional(),
  /** A run that begins this much late raises `settlement.missed`. 15 minutes: longer than a deployment takes. */
  missedAfterMs: z.number().int().min(1_000).max(86_400_000).default(900_000),
})

/** Plans by name. */
export const settlementPlans = z.record(
  z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be a short lower-case name'),
  plan,
)

/** Plans of settlement by name, as a host writes them. */
export type SettlementPlansInput = z.input<typeof settlementPlans>
type Plans = z.output<typeof settlementPlans>

/** The plans, resolved. Throws `configuration` for amounts, zones and calendars that are none. */
export const resolvePlans = (given: Plans, path: string): readonly SettlementPlan[] =>
  Object.freeze(
    Object.entries(given).map(([name, one]) => named(`${path}.${name}`, () => Object.freeze(resolvePlan(name, one)))),
  )

const named = <T>(path: string, resolve: () => T): T => {
  try {
    return resolve()
  } catch (cause) {
    if (!isFlorinError(cause)) throw cause
    throw new FlorinError('configuration', `${path}: ${cause.message}`, { details: { path }, cause })
  }
}

const wrong = (message: string): never => {
  throw new FlorinError('configuration', message)
}

const resolvePlan = (name: string, one: Plans[string]): SettlementPlan => {
  const { mode, owners, approval, payout, missedAfterMs } = one
  if ((mode === 'scheduled') !== (one.calendar !== undefined)) {
    wrong(
      `calendar: a plan that is 'scheduled' needs one, and '${mode}' ${mode === 'scheduled' ? 'has none' : 'takes none'}`,
    )
  }
  const resolved = one.calendar === undefined ? null : resolveCalendar(one.calendar)
  const delayDays = one.delayDays ?? (mode === 'scheduled' ? 1 : 0)
  if (mode === 'instant' && delayDays > 0) wrong("delayDays: what is settled 'instant' has no delay")
  if (resolved !== null) checkCalendar(resolved, delayDays)
  const currencies = one.currencies?.map((code) => currencyOf(code).code) ?? null
  const minimum = minorOf(one.minimum, 'minimum')
  const kept = one.reserve === undefined ? null : reserveOf(one.reserve)
  return {
    name,
    mode,
    owners,
    currencies,
    calendar: resolved,
    delayDays,
    minimum,
    reserve: kept,
    approval,
    payout,
    destinations: destinationsOf(one),
    missedAfterMs,
  }
}

/** By seller, and the merchant's own under ''. */
const destinationsOf = ({ destination, owners, payout }: Plans[string]): Readonly<Record<string, string>> => {
  if (destination === undefined) return {}
  if (payout === 'none') wrong("destination: the plan orders no payout: leave it out, or say payout: 'automatic'")
  const named = typeof owners === 'string' ? null : owners
  if (typeof destination === 'string') {
    if (owners === 'sellers' || (named !== null && named.length > 1))
      wrong(`destination: the plan settles several sellers: name their accounts by seller, { ann: '${destination}' }`)
    return { [named?.[0] ?? '']: destination }
  }
  for (const seller of Object.keys(destination)) {
    if (owners === 'merchant' || (named !== null && !named.includes(seller)))
      wrong(
        `destination.${seller}: the plan does not settle '${seller}': leave it out, or name that seller as an owner`,
      )
  }
  return destination
}

const reserveOf = (given: NonNullable<Plans[string]['reserve']>): SettlementPlan['reserve'] => ({
  basisPoints: given.basisPoints,
  days: given.kind === 'rolling' ? given.days : null,
  upTo: minorOf(given.upTo, 'reserve.upTo'),
})

const minorOf = (given: Readonly<Record<string, string>>, path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(given).map(([code, text]) => [
      currencyOf(code).code,
      parsePositiveAmount(text, currencyOf(code).code, `${path}.${code}`).toString(),
    ]),
  )

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const numberOf = (day: (typeof WEEKDAYS)[number]): number => WEEKDAYS.indexOf(day) + 1

const resolveCalendar = (given: NonNullable<Plans[string]['calendar']>): Calendar => {
  const { zone, days, whenClosed, delayIn } = given
  checkZone(zone)
  return {
    zone,
    at: minutesOf(given.at),
    days:
      days === 'daily'
        ? { kind: 'daily' }
        : 'weekdays' in days
          ? { kind: 'weekdays', weekdays: days.weekdays.map(numberOf) }
          : { kind: 'month_days', monthDays: days.monthDays },
    weekend: given.weekend.map(numberOf),
    holidays: given.holidays.map((text) => parseDate(text) ?? 0),
    whenClosed,
    cutOff: minutesOf(given.cutOff),
    delayIn,
  }
}

const checkCalendar = (calendar: Calendar, delayDays: number): void => {
  if (delayDays === 0 && calendar.cutOff > calendar.at) {
    wrong('calendar.cutOff: without delay a run must come after the cut-off of its day: move `at`, or give `delayDays`')
  }
  nextRun(calendar, delayDays, 0)
}

interface Given {
  readonly settlement?: Plans | undefined
  readonly merchants?: Readonly<Record<string, { readonly settlement?: Plans | undefined }>> | undefined
  readonly defaultMerchant: string
}

/** Who is settled how: a merchant's own plans, or else the general ones. Merchants that are not configured have the general ones, too. */
export const settlementSetup = ({ settlement = {}, merchants, defaultMerchant }: Given): SettlementSetup => {
  const general = resolvePlans(settlement, 'settlement')
  const own = new Map<string, readonly SettlementPlan[]>()
  for (const [merchant, terms] of Object.entries(merchants ?? {})) {
    const plans = terms.settlement
    own.set(merchant, plans === undefined ? general : resolvePlans(plans, `merchants.${merchant}.settlement`))
  }
  if (!own.has(defaultMerchant)) own.set(defaultMerchant, general)
  return Object.freeze<SettlementSetup>({
    merchants: [...own.keys()].filter((merchant) => (own.get(merchant)?.length ?? 0) > 0),
    others: merchants === undefined && general.some(({ mode }) => mode !== 'batch'),
    plansOf: (merchant) => own.get(merchant) ?? general,
  })
}
