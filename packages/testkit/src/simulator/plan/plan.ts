import type { FaultKindName } from './fault-kinds.ts'
import type { Step } from './steps.ts'

/** Weather: a kind of fault that strikes so many calls in a hundred, for a while, at one place or everywhere. */
export interface FaultSpec {
  readonly kind: Exclude<FaultKindName, 'crash' | 'pause' | 'clock_off'>
  /** Milliseconds since the start. */
  readonly from: number
  readonly to: number
  readonly percent: number
  /** A gateway, or a server for faults of storage; null: all. */
  readonly where: string | null
}

/** A process that dies at its so manieth call of a port after an instant, before or after that call took effect. */
export interface CrashSpec {
  readonly at: number
  readonly server: number
  readonly call: number
  readonly moment: 'before' | 'after'
  /** Until another one takes its place. */
  readonly downMs: number
}

/** A process that stands still, or whose clock jumps. */
export interface DisturbanceSpec {
  readonly kind: 'pause' | 'clock_off'
  readonly at: number
  readonly server: number
  readonly ms: number
}

/** One buyer's story: what is done, in order, each step when the one before has an end. */
export interface Life {
  readonly name: string
  readonly at: number
  readonly merchant: string
  readonly steps: readonly Step[]
}

/** Operators give files of reports to servers: what is there by then, or a piece of it. */
export interface ReadingSpec {
  /** Milliseconds since the start. */
  readonly at: number
  readonly of: 'gateways' | 'banks'
  /** The gateways settle first what is open, however early that is. */
  readonly closes: boolean
  /** The piece of all lines until then, in hundredths of them. */
  readonly from: number
  readonly to: number
  /** How many give the same file at once. */
  readonly copies: number
  readonly after: 'nothing' | 'sweep' | 'look_again'
}

/** A gateway's file is wrong: in the line that is the so manieth of those in which it can be. */
export interface MistakeSpec {
  readonly kind: 'amount_off' | 'unknown' | 'doubled' | 'payout_off'
  readonly skip: number
}

/** How the merchants have set Florin up. */
export interface SetUp {
  readonly servers: number
  readonly skewsMs: readonly number[]
  readonly gateways: readonly string[]
  readonly merchants: readonly string[]
  readonly failoverOnUnknown: boolean
  readonly failoverAfterMs: number
  readonly maxAttempts: number
  readonly whenDown: 'queue' | 'fail'
  readonly refundLateSuccess: boolean
  /** People approve every refund. */
  readonly approvals: boolean
  /** Fees by a schedule that is changed meanwhile, and sales that settle in another currency. */
  readonly terms: boolean
  /** Money is settled, at once and by people's word. */
  readonly settles: boolean
  /** Reports of gateways and statements of banks are read. */
  readonly reports: boolean
  readonly oneTry: boolean
}

/**
 * What a run is about. `storm`: everything at once. `webhooks`: no webhook arrives before the workload is over, and the run is made twice,
 * with two orders of them. `month`: a few cards that are declined for 30 days.
 */
export type Profile = 'storm' | 'webhooks' | 'month'

/**
 * A whole run as data: made of a seed, and then only read. Pieces can be taken out, and the rest still runs: that is how a failure is made
 * small.
 */
export interface Plan {
  readonly seed: number
  readonly profile: Profile
  readonly setUp: SetUp
  readonly lives: readonly Life[]
  readonly faults: readonly FaultSpec[]
  readonly crashes: readonly CrashSpec[]
  readonly disturbances: readonly DisturbanceSpec[]
  /** Where reports are read: everything is once more when all is over. */
  readonly readings: readonly ReadingSpec[]
  readonly mistakes: readonly MistakeSpec[]
  /** When the workload ends, and everything heals. */
  readonly untilMs: number
}
