import type { AttemptRow } from '../../payments/index.ts'
import {
  type CandidateNote,
  explainText,
  type HealthState,
  type RefusalCode,
  type RoutePlan,
} from '../../routing/index.ts'
import type { AttemptRouting } from './plan-charge.ts'

/** A gateway account that can take a payment, in the order of asking. */
export interface CandidateView {
  readonly gateway: string
  readonly account: string
  readonly health: HealthState
  /** Each between 0 and 1; absent where a rule gives the order. */
  readonly score?: { readonly total: number; readonly success: number; readonly latency: number; readonly cost: number }
  /** Why it stands elsewhere than its rule or score would put it. */
  readonly note?: CandidateNote
}

/** A gateway account that is not asked. `why` goes on after its name. */
export interface RefusedView {
  readonly gateway: string
  readonly account: string
  readonly code: RefusalCode
  readonly why: string
}

/** A routing decision: whom to ask, in which order, and why nobody else. JSON-safe. */
export interface RouteView {
  readonly object: 'route'
  readonly at: string
  /** The rule that decided; null where none matched, or where the payment names its gateway. */
  readonly rule: string | null
  readonly by: RoutePlan['by']
  /** The first candidate stands there by a draw, to learn about it. */
  readonly explored: boolean
  /** The first is asked. Empty: nobody can take the payment at this moment. */
  readonly candidates: readonly CandidateView[]
  readonly refused: readonly RefusedView[]
  /** All of it for people, in a few lines. */
  readonly text: string
}

/** A recorded decision for people and programs. */
export const routeView = (record: AttemptRouting): RouteView => {
  const { at, rule, by, explored, refused } = record
  const candidates = record.candidates.map(({ gateway, account, health = 'healthy', score, note }) => ({
    ...{ gateway, account, health, note: note ?? null },
    score: score === undefined ? null : { total: score[0], success: score[1], latency: score[2], cost: score[3] },
  }))
  return {
    object: 'route',
    at: new Date(at).toISOString(),
    ...{ rule, by, explored },
    candidates: candidates.map(({ score, note, ...rest }) => ({
      ...rest,
      ...(score === null ? {} : { score }),
      ...(note === null ? {} : { note }),
    })),
    refused,
    text: explainText({ at, rule, by, explored, candidates, refused }),
  }
}

/** The decision that sent this attempt where it is; undefined for one that follows its charge, or that others made. */
export const routeOf = (attempt: AttemptRow): AttemptRouting | undefined =>
  attempt.routing !== null && attempt.routing.v === 1 ? (attempt.routing as unknown as AttemptRouting) : undefined
