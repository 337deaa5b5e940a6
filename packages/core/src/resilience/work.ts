import type { Command } from '../gateways/index.ts'

/**
 * In what order work is let through when there is not enough room. Outcomes decide about money that is already won or owed, recovery
 * finds out what became of what was sent, and intents are new: under overload those are refused first.
 */
export const RANKS = ['outcome', 'recovery', 'intent'] as const
/** One of them. */
export type Rank = (typeof RANKS)[number]

/** What a call to a gateway is for. `resolve` is a request that was sent before, sent again under its key to learn what became of it. */
export type WorkKind = 'charge' | 'increment' | 'refund' | 'capture' | 'cancel' | 'complete' | 'lookup' | 'resolve'

/** How each kind of work is treated. */
export interface WorkTreatment {
  readonly rank: Rank
  /** Whether an open breaker refuses it. FAILURES 2.15: never lookup, void or resolve. */
  readonly breaker: 'obeys' | 'passes'
  /**
   * Whether its result says something about the gateway's health. A lookup often works while charges do not, and would dilute their
   * rate; a request that is sent again was chosen because it failed before.
   */
  readonly evidence: boolean
}

/**
 * The kinds of work as data. A capture, a cancel and a completion have nowhere else to go, and there are never more of them than charges
 * were let through before: refusing them would save the gateway little and leave money undecided.
 */
export const WORK = {
  charge: { rank: 'intent', breaker: 'obeys', evidence: true },
  increment: { rank: 'intent', breaker: 'obeys', evidence: true },
  refund: { rank: 'intent', breaker: 'obeys', evidence: true },
  capture: { rank: 'outcome', breaker: 'passes', evidence: true },
  cancel: { rank: 'outcome', breaker: 'passes', evidence: true },
  complete: { rank: 'outcome', breaker: 'passes', evidence: true },
  lookup: { rank: 'recovery', breaker: 'passes', evidence: false },
  resolve: { rank: 'recovery', breaker: 'passes', evidence: false },
} as const satisfies Readonly<Record<WorkKind, WorkTreatment>>

const KIND_OF = {
  authorize: 'charge',
  sale: 'charge',
  complete: 'complete',
  capture: 'capture',
  cancel: 'cancel',
  refund: 'refund',
  increment: 'increment',
  lookup: 'lookup',
} as const satisfies Readonly<Record<Command['kind'], WorkKind>>

/** What sending a command is for. `again`: it was sent before, and nobody knows what came of that. */
export const workOf = (command: Pick<Command, 'kind'>, again = false): WorkKind => {
  const kind = KIND_OF[command.kind]
  return again && kind !== 'lookup' ? 'resolve' : kind
}
