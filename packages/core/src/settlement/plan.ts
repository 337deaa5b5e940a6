import type { Calendar } from './calendar.ts'

/** What is kept back of each settlement. */
export interface ReserveTerms {
  /** Hundredths of a percent of what would be paid out. */
  readonly basisPoints: number
  /** Days after which it is released by itself; null: when an operator says so. */
  readonly days: number | null
  /** Currency to the most that is kept at a time, minor units as text; without limit in any other. */
  readonly upTo: Readonly<Record<string, string>>
}

/** The terms that a settlement is made by, as they were when it was opened. JSON-safe: they are kept with it. */
export interface SettlementTerms {
  /** Less than this is carried to the next settlement: minor units as text. */
  readonly minimum: string
  readonly reserve: ReserveTerms | null
  readonly approval: 'automatic' | 'operator'
  /** Whether a payout of what was settled is ordered at once. */
  readonly payout: 'automatic' | 'none'
}

/** Whose money a plan settles. */
export type PlanOwners = 'all' | 'merchant' | 'sellers' | readonly string[]

/** How, and when, one merchant's money is settled. */
export interface SettlementPlan {
  readonly name: string
  /** By itself right after a capture, by a calendar, or when somebody says so. */
  readonly mode: 'instant' | 'scheduled' | 'batch'
  readonly owners: PlanOwners
  /** Null: all. */
  readonly currencies: readonly string[] | null
  /** With `scheduled` only. */
  readonly calendar: Calendar | null
  /** T+n: how many days lie between the day of an entry and its settlement. */
  readonly delayDays: number
  /** By currency, minor units as text. */
  readonly minimum: Readonly<Record<string, string>>
  readonly reserve: ReserveTerms | null
  readonly approval: 'automatic' | 'operator'
  readonly payout: 'automatic' | 'none'
  /** Bank accounts that payouts go to, by seller, the merchant's own under ''; whoever is not named gets the newest. */
  readonly destinations: Readonly<Record<string, string>>
  /** A run that begins this much later than planned was missed. Milliseconds. */
  readonly missedAfterMs: number
}

/** The terms of a plan for one currency. */
export const termsOf = (plan: SettlementPlan, currency: string): SettlementTerms => {
  const { reserve, approval, payout } = plan
  return { minimum: plan.minimum[currency] ?? '1', reserve, approval, payout }
}

/** The first of the plans that settles this owner's money in this currency. A seller by name, null for the merchant's own. */
export const planFor = (
  plans: readonly SettlementPlan[],
  seller: string | null,
  currency: string,
): SettlementPlan | undefined =>
  plans.find(
    ({ owners, currencies }) => settles(owners, seller) && (currencies === null || currencies.includes(currency)),
  )

const settles = (owners: PlanOwners, seller: string | null): boolean => {
  if (owners === 'all') return true
  if (owners === 'merchant') return seller === null
  if (owners === 'sellers') return seller !== null
  return seller !== null && owners.includes(seller)
}
