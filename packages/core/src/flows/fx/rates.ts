import {
  agree,
  type CurrencyPair,
  faultOf,
  type KnownRate,
  type RateFault,
  type RateLimits,
  type RateProvider,
  type RateReport,
} from '../../fx/index.ts'
import { FlorinError, type Runtime } from '../../kernel/index.ts'

/** Exchange rates that can be believed, or none. */
export interface Rates {
  /**
   * The market's rate of a pair: from the cache for a minute, else from the first provider whose rate is fresh and sane. Callers at the same
   * time share one question. Throws `rate_unavailable` where there is none: an old rate is never used.
   */
  rate(pair: CurrencyPair): Promise<KnownRate>
}

/** How rates are had. Milliseconds. */
export interface RateSettings {
  /** In the order in which they are asked. */
  readonly providers: readonly RateProvider[]
  /** How old a rate may be, where its provider names no limit of its own. */
  readonly freshForMs: number
  /** How long one is used without asking again. */
  readonly cacheMs: number
  /** How long a provider is waited for. */
  readonly deadlineMs: number
  /** From how far a rate may be from the last one, as a part, before a second provider has to say the same. */
  readonly maxJump: number
}

interface Parts extends RateSettings {
  readonly runtime: Pick<Runtime, 'clock' | 'scheduler'>
  readonly onError: (error: unknown) => void
}

const MOST_PAIRS = 30_000 // every pair of ISO 4217; what callers ask for is checked against it
const FAILURES = 3 // in a row, and a provider is left alone for a while, so that nobody waits for it
const REST_MS = 30_000
const REMEMBER_MS = 86_400_000 // a rate of yesterday says nothing any more about how far today's may be

interface Standing {
  failures: number
  restsUntil: number
}

interface Kept {
  readonly known: KnownRate
  readonly at: number
}

interface Desk extends Parts {
  readonly kept: Map<string, Kept>
  readonly standings: Map<RateProvider, Standing>
}

export const createRates = (parts: Parts): Rates => {
  const desk: Desk = { ...parts, kept: new Map(), standings: new Map() }
  const asking = new Map<string, Promise<KnownRate>>()
  return {
    rate: (pair) => {
      const name = nameOf(pair)
      const now = parts.runtime.clock.now()
      const kept = desk.kept.get(name)
      if (kept !== undefined && now - kept.at < parts.cacheMs && now < kept.known.freshUntil)
        return Promise.resolve(kept.known)
      const running = asking.get(name)
      if (running !== undefined) return running
      const work = ask(desk, pair).finally(() => asking.delete(name))
      asking.set(name, work)
      return work
    },
  }
}

const nameOf = ({ from, to }: CurrencyPair): string => `${from}/${to}`

/** Asks one provider after the other; a jump needs a second witness. */
const ask = async (desk: Desk, pair: CurrencyPair): Promise<KnownRate> => {
  const name = nameOf(pair)
  const last = desk.kept.get(name)?.known ?? null
  const faults: string[] = []
  let jumped: Witness | null = null
  for (const provider of desk.providers) {
    const told = await tell(desk, provider, pair)
    if (typeof told === 'string') {
      faults.push(`${provider.name}: ${told}`)
      continue
    }
    const limits = limitsOf(desk, provider, last)
    const fault = faultOf(told, limits)
    settle(desk, provider, fault === null || fault === 'jump')
    if (fault === null) return keep(desk, pair, { provider, report: told })
    faults.push(`${provider.name}: ${fault}`)
    if (fault !== 'jump') continue
    if (jumped !== null && agree(jumped.report, told, limits)) return keep(desk, pair, jumped)
    jumped ??= { provider, report: told }
  }
  return fallBack(desk, pair, last, faults)
}

interface Witness {
  readonly provider: RateProvider
  readonly report: RateReport
}

/** Nobody has a rate: the last one goes on for as long as it is fresh by its own date, and not a moment longer. */
const fallBack = (desk: Desk, pair: CurrencyPair, last: KnownRate | null, faults: readonly string[]): KnownRate => {
  const why = faults.length === 0 ? 'no provider is configured' : faults.join('; ')
  const name = nameOf(pair)
  const error = new FlorinError('rate_unavailable', `there is no exchange rate for ${name} to be relied on (${why})`, {
    details: { pair: name },
  })
  desk.onError(error)
  const isJump = faults.some((one) => one.endsWith(': jump'))
  if (last !== null && !isJump && desk.runtime.clock.now() < last.freshUntil) return last
  throw error
}

const limitsOf = (desk: Desk, provider: RateProvider, last: KnownRate | null): RateLimits => {
  const now = desk.runtime.clock.now()
  const recent = last !== null && now - last.asOf < REMEMBER_MS ? last : null
  return { now, freshForMs: provider.freshForMs ?? desk.freshForMs, last: recent, maxJump: desk.maxJump }
}

const keep = (desk: Desk, pair: CurrencyPair, { provider, report }: Witness): KnownRate => {
  const { rate, asOf } = report
  const freshUntil = asOf + (provider.freshForMs ?? desk.freshForMs)
  const known: KnownRate = Object.freeze({ ...pair, rate, asOf, source: provider.name, freshUntil })
  const name = nameOf(pair)
  desk.kept.delete(name)
  const [oldest] = desk.kept.keys()
  if (oldest !== undefined && desk.kept.size >= MOST_PAIRS) desk.kept.delete(oldest)
  desk.kept.set(name, { known, at: desk.runtime.clock.now() })
  return known
}

/** What a provider says, or why it says nothing. It may hang, throw, and answer with anything. */
const tell = async (
  desk: Desk,
  provider: RateProvider,
  pair: CurrencyPair,
): Promise<RateReport | 'rests' | 'failed' | 'too late' | RateFault> => {
  const standing = desk.standings.get(provider)
  if (standing !== undefined && desk.runtime.clock.now() < standing.restsUntil) return 'rests'
  const controller = new AbortController()
  const { promise: late, resolve } = Promise.withResolvers<'too late'>()
  const cancel = desk.runtime.scheduler.after(desk.deadlineMs, () => resolve('too late'))
  try {
    const asked = Promise.resolve(provider.rates([pair], controller.signal)).then((all) => reportOf(all, pair))
    asked.catch(() => {}) // also when it fails after nobody waits any more
    const told = await Promise.race([asked, late])
    if (typeof told === 'string') settle(desk, provider, false)
    return told
  } catch (error) {
    settle(desk, provider, false)
    desk.onError(new FlorinError('rate_unavailable', `rate provider '${provider.name}' failed`, { cause: error }))
    return 'failed'
  } finally {
    cancel()
    controller.abort()
  }
}

const reportOf = (all: readonly RateReport[], { from, to }: CurrencyPair): RateReport | 'missing' => {
  const found = Array.isArray(all) ? all.find((one: RateReport) => one?.from === from && one?.to === to) : undefined
  return found === undefined ? 'missing' : { from, to, rate: found.rate, asOf: found.asOf }
}

/** Counts failures in a row: a provider that has three is left alone for half a minute, then tried again. */
const settle = (desk: Desk, provider: RateProvider, ok: boolean): void => {
  const failures = ok ? 0 : (desk.standings.get(provider)?.failures ?? 0) + 1
  const restsUntil = failures >= FAILURES ? desk.runtime.clock.now() + REST_MS : 0
  desk.standings.set(provider, { failures, restsUntil })
}
