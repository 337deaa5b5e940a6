import { rate } from '../money/index.ts'
import { apart } from './digits.ts'
import type { CurrencyPair, RateReport } from './provider.ts'

/** A rate that was believed. */
export interface KnownRate extends CurrencyPair {
  readonly rate: string
  readonly asOf: number
  /** The provider's name. */
  readonly source: string
  /** Until when it may be used: no longer than it is fresh. */
  readonly freshUntil: number
}

/** What a rate has to be. */
export interface RateLimits {
  readonly now: number
  readonly freshForMs: number
  /** The last rate that was believed, while it still says something; a rate that is further away needs a second witness. */
  readonly last: KnownRate | null
  /** As a part: 0.1 is ten percent. */
  readonly maxJump: number
}

/** What is wrong with a rate; `jump`: nothing, if another provider says the same. */
export type RateFault = 'missing' | 'not_a_rate' | 'absurd' | 'stale' | 'from_the_future' | 'jump'

const LEAST = 1e-7 // the weakest currency in the strongest is a few millionths
const MOST = 1e7
const CLOCKS_DIFFER_MS = 60_000

/** Judges what a provider says of a pair; null: nothing is wrong. */
export const faultOf = (report: RateReport | undefined, limits: RateLimits): RateFault | null => {
  if (report === undefined) return 'missing'
  const { now, freshForMs, last, maxJump } = limits
  const value = numberIn(report.rate)
  if (value === null || !Number.isSafeInteger(report.asOf)) return 'not_a_rate'
  if (value < LEAST || value > MOST) return 'absurd' // zero is among them
  if (report.asOf > now + CLOCKS_DIFFER_MS) return 'from_the_future'
  if (now - report.asOf >= freshForMs) return 'stale'
  return last !== null && apart(last.rate, report.rate) > maxJump ? 'jump' : null
}

const numberIn = (text: unknown): number | null => {
  try {
    return Number(rate(text as string).toString())
  } catch {
    return null // negative, an exponent, words
  }
}

/** Whether two providers say the same of a pair that has jumped: within half of what counts as a jump. */
export const agree = (one: RateReport, other: RateReport, { maxJump }: RateLimits): boolean =>
  apart(one.rate, other.rate) <= maxJump / 2
