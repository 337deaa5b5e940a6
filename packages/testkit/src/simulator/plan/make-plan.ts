import { type Dice, diceOf } from '../engine/dice.ts'
import { FAULT_KINDS } from './fault-kinds.ts'
import { eventfulLifeOf, lifeOf, monthOf } from './make-life.ts'
import { mistakesOf, readingsOf } from './make-readings.ts'
import type { CrashSpec, DisturbanceSpec, FaultSpec, Plan, SetUp } from './plan.ts'

/** What a seed may choose from. */
export interface PlanLimits {
  /** Names of providers, each with whether its holds can be reversed (so that failover on unknown is allowed). */
  readonly gateways: Readonly<Record<string, { readonly reverses: boolean }>>
  readonly payments: number
}

const someOf = <T>(dice: Dice, from: readonly T[], count: number): readonly T[] => {
  const left = [...from]
  return Array.from({ length: Math.min(count, from.length) }, () => left.splice(dice.below(left.length), 1)[0] as T)
}

const setUpOf = (dice: Dice, { gateways }: PlanLimits): SetUp => {
  const servers = dice.pick([1, 2, 2, 3])
  const optIn = dice.chance(60)
  const names = Object.keys(gateways).filter((name) => !optIn || gateways[name]?.reverses === true)
  const chosen = someOf(dice, names.length === 0 ? Object.keys(gateways) : names, dice.pick([1, 2, 2, 3]))
  return {
    servers,
    skewsMs: Array.from({ length: servers }, () => (dice.chance(40) ? dice.between(-3_000, 3_000) : 0)),
    gateways: chosen,
    merchants: Array.from({ length: dice.pick([1, 2, 3]) }, (_, i) => `mer_${i + 1}`),
    failoverOnUnknown: optIn && chosen.every((name) => gateways[name]?.reverses === true),
    failoverAfterMs: dice.pick([1_000, 3_000, 6_000]),
    maxAttempts: dice.pick([1, 2, 3]),
    whenDown: dice.pick(['fail', 'fail', 'queue'] as const),
    refundLateSuccess: dice.chance(30),
    approvals: dice.fork('approvals').chance(25), // dice of their own: older seeds tell the stories that they told
    terms: dice.fork('terms').chance(30),
    settles: dice.fork('settles').chance(25),
    reports: false,
    oneTry: dice.chance(50),
  }
}

const KINDS = [...FAULT_KINDS.network, ...FAULT_KINDS.gateway, ...FAULT_KINDS.webhooks, ...FAULT_KINDS.storage]
const OF_STORAGE: ReadonlySet<string> = new Set(FAULT_KINDS.storage)

const faultOf = (dice: Dice, { gateways, servers }: SetUp, untilMs: number): FaultSpec => {
  const kind = dice.pick(KINDS)
  const from = dice.below(untilMs)
  const places = OF_STORAGE.has(kind) ? Array.from({ length: servers }, (_, i) => `server${i + 1}`) : gateways
  return {
    kind,
    from,
    to: from + dice.between(5_000, untilMs),
    percent: kind === 'outage' ? 100 : dice.pick([3, 10, 30, 60]),
    where: dice.chance(40) ? null : dice.pick(places),
  }
}

const crashOf = (dice: Dice, { servers }: SetUp, untilMs: number): CrashSpec => ({
  at: dice.below(untilMs),
  server: dice.below(servers),
  call: dice.between(1, 30),
  moment: dice.pick(['before', 'after'] as const),
  downMs: dice.pick([500, 5_000, 40_000]),
})

const disturbanceOf = (dice: Dice, { servers }: SetUp, untilMs: number): DisturbanceSpec => {
  const kind = dice.pick(['pause', 'pause', 'clock_off'] as const)
  const ms = kind === 'pause' ? dice.between(500, 60_000) : dice.between(-20_000, 20_000)
  return { kind, at: dice.below(untilMs), server: dice.below(servers), ms }
}

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const WEBHOOKS_EVERY = 12
const MONTH_EVERY = 40
const MONTH_MS = 30 * 86_400_000

const monthPlan = (seed: number, dice: Dice, setUp: SetUp): Plan => ({
  seed,
  profile: 'month',
  setUp: { ...setUp, servers: 1, skewsMs: [0], maxAttempts: 3 },
  lives: times(2, (i) => monthOf(dice.fork(`life ${i}`), `${i + 1}`, dice.pick(setUp.merchants))),
  untilMs: MONTH_MS,
  faults: [],
  crashes: [],
  disturbances: [],
  readings: [],
  mistakes: [],
})

/** Everything that a seed decides beforehand. */
export const makePlan = (seed: number, limits: PlanLimits): Plan => {
  const dice = diceOf(seed).fork('plan')
  const chosen = setUpOf(dice, limits)
  if (seed % MONTH_EVERY === 7) return monthPlan(seed, dice, chosen)
  const profile = seed % WEBHOOKS_EVERY === 5 ? 'webhooks' : 'storm'
  const reports = dice.fork('reports')
  const setUp: SetUp = { ...chosen, reports: reports.chance(25) }
  const untilMs = profile === 'webhooks' ? 20_000 : dice.pick([20_000, 60_000, 120_000])
  const calm = profile === 'webhooks' || dice.chance(8)
  const life = profile === 'webhooks' ? eventfulLifeOf : lifeOf
  const lives = times(limits.payments, (i) =>
    life(dice.fork(`life ${i}`), `${i + 1}`, dice.pick(setUp.merchants), dice.below(untilMs * 0.7)),
  )
  const faults = calm ? [] : times(dice.between(1, 7), () => faultOf(dice, setUp, untilMs))
  return {
    ...{ seed, profile, setUp, lives, untilMs },
    faults: profile === 'webhooks' ? [unheard(dice, untilMs)] : faults,
    crashes: calm || dice.chance(40) ? [] : times(dice.between(1, 4), () => crashOf(dice, setUp, untilMs)),
    disturbances: calm || dice.chance(60) ? [] : times(dice.between(1, 3), () => disturbanceOf(dice, setUp, untilMs)),
    readings: setUp.reports ? readingsOf(reports, untilMs) : [],
    mistakes: setUp.reports ? mistakesOf(reports) : [],
  }
}

/** So that webhooks are the first to tell of some things. */
const unheard = (dice: Dice, untilMs: number): FaultSpec => ({
  kind: dice.pick(['answer_lost', 'cut_off', 'error_500_after'] as const),
  ...{ from: 0, to: untilMs, percent: dice.pick([0, 10, 30]), where: null },
})
