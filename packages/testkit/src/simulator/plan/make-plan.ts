import { type Dice, diceOf } from '../engine/dice.ts'
import { FAULT_KINDS } from './fault-kinds.ts'
import { lifeOf } from './make-life.ts'
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

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make)

/** Everything that a seed decides beforehand. */
export const makePlan = (seed: number, limits: PlanLimits): Plan => {
  const dice = diceOf(seed).fork('plan')
  const setUp = setUpOf(dice, limits)
  const untilMs = dice.pick([20_000, 60_000, 120_000])
  const calm = dice.chance(8)
  const lives = times(limits.payments, () => 0).map((_, i) =>
    lifeOf(dice.fork(`life ${i}`), `${i + 1}`, dice.pick(setUp.merchants), dice.below(untilMs * 0.7)),
  )
  return {
    seed,
    setUp,
    lives,
    untilMs,
    faults: calm ? [] : times(dice.between(1, 7), () => faultOf(dice, setUp, untilMs)),
    crashes: calm || dice.chance(40) ? [] : times(dice.between(1, 4), () => crashOf(dice, setUp, untilMs)),
    disturbances: calm || dice.chance(60) ? [] : times(dice.between(1, 3), () => disturbanceOf(dice, setUp, untilMs)),
  }
}
