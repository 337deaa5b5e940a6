import { type Machine, step } from '../kernel/index.ts'
import type { DisputeState } from './model.ts'

/** What moves a dispute; each is named by where it leads. */
export type DisputeEvent = 'inquire' | 'open' | 'await' | 'review' | 'arbitrate' | 'win' | 'lose' | 'accept'

const INQUIRE = { inquire: 'inquiry' } as const
const OPEN = { open: 'opened' } as const
const AWAIT = { await: 'evidence_due' } as const
const REVIEW = { review: 'evidence_submitted' } as const
const ARBITRATE = { arbitrate: 'pre_arbitration' } as const
const WIN = { win: 'won' } as const
const LOSE = { lose: 'lost' } as const
const ACCEPT = { accept: 'accepted' } as const

/**
 * Reports come in any order, and the later one holds, so nearly everything may follow on anything: a dispute that was won is opened
 * anew before arbitration, one that was lost is won after all. What was given up is not called lost any more, and a deadline that was
 * told once is not forgotten.
 */
export const DISPUTE = {
  inquiry: { ...OPEN, ...AWAIT, ...REVIEW, ...ARBITRATE, ...WIN, ...LOSE, ...ACCEPT },
  opened: { ...INQUIRE, ...AWAIT, ...REVIEW, ...ARBITRATE, ...WIN, ...LOSE, ...ACCEPT },
  evidence_due: { ...INQUIRE, ...REVIEW, ...ARBITRATE, ...WIN, ...LOSE, ...ACCEPT },
  evidence_submitted: { ...INQUIRE, ...OPEN, ...AWAIT, ...ARBITRATE, ...WIN, ...LOSE, ...ACCEPT },
  pre_arbitration: { ...INQUIRE, ...OPEN, ...AWAIT, ...REVIEW, ...WIN, ...LOSE, ...ACCEPT },
  won: { ...INQUIRE, ...OPEN, ...AWAIT, ...REVIEW, ...ARBITRATE, ...LOSE, ...ACCEPT },
  lost: { ...INQUIRE, ...OPEN, ...AWAIT, ...REVIEW, ...ARBITRATE, ...WIN, ...ACCEPT },
  accepted: { ...INQUIRE, ...OPEN, ...AWAIT, ...REVIEW, ...ARBITRATE, ...WIN },
} as const satisfies Machine<DisputeState, DisputeEvent>

const EVENT_TO: Readonly<Record<DisputeState, DisputeEvent>> = {
  inquiry: 'inquire',
  opened: 'open',
  evidence_due: 'await',
  evidence_submitted: 'review',
  pre_arbitration: 'arbitrate',
  won: 'win',
  lost: 'lose',
  accepted: 'accept',
}

/** Moves by the machine to where the reports lead; nothing where it stands there already. */
export const moveTo = (from: DisputeState, to: DisputeState): DisputeState =>
  from === to ? from : step(DISPUTE, from, EVENT_TO[to])

/** How an act at the gateway stands. */
export const DISPUTE_ACT_STATES = ['sending', 'applied', 'rejected', 'superseded'] as const
/** One of them. */
export type DisputeActState = (typeof DISPUTE_ACT_STATES)[number]

/** An act is sent until something definitive is known: the gateway's answer, or a report that leaves nothing to be done. */
export const DISPUTE_ACT = {
  sending: { apply: 'applied', reject: 'rejected', supersede: 'superseded' },
  applied: {},
  rejected: {},
  superseded: {},
} as const satisfies Machine<DisputeActState, 'apply' | 'reject' | 'supersede'>
