import { awaitsAnswer, type DisputePolicy, type DisputeRow } from '../../disputes/index.ts'
import { schedule } from '../../jobs/index.ts'
import type { Effect } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'

/** The queue of the timers that a deadline for evidence brings. */
export const DISPUTE_DEADLINE_QUEUE = 'dispute.deadline'
/** The queue of what a merchant's policy does at once. */
export const DISPUTE_POLICY_QUEUE = 'dispute.policy'
/** The queue of commands about disputes that are on their way. */
export const DISPUTE_ACT_QUEUE = 'dispute.act'

/** What a deadline's timer is for. */
export interface DeadlineJob extends Readonly<Record<string, unknown>> {
  readonly dispute: string
  /** The deadline that it was set for: where another holds by now, it does nothing. */
  readonly dueAt: number
  readonly what: 'warn' | 'submit'
}

/** The timers that a change of a dispute makes necessary. A timer's name says what it is for, so that none is set twice. */
export const timersOf = (
  context: FlowContext,
  policy: DisputePolicy,
  before: DisputeRow | null,
  after: DisputeRow,
): readonly Effect[] => {
  if (!awaitsAnswer(after)) return []
  const effects: Effect[] = []
  const { merchant, id: dispute, evidenceDueAt: dueAt, stage } = after
  const set = (queue: string, key: string, due: number, payload: Readonly<Record<string, unknown>>): void => {
    effects.push(schedule({ id: context.runtime.ids.make('job'), queue, key, merchant, payload, due }))
  }
  const waitsAnew = before === null || !awaitsAnswer(before)
  if (dueAt !== null && (waitsAnew || before.evidenceDueAt !== dueAt)) {
    const deadline = (what: DeadlineJob['what'], beforeMs: number): void =>
      set(DISPUTE_DEADLINE_QUEUE, `${dispute}/${dueAt}/${what}`, dueAt - beforeMs, { dispute, dueAt, what })
    deadline('warn', policy.warnBeforeMs)
    if (policy.submitStoredBeforeMs !== null) deadline('submit', policy.submitStoredBeforeMs)
  }
  const below = policy.acceptBelow.get(after.currency)
  const isNew = waitsAnew || before.stage !== stage || before.amount !== after.amount
  if (stage !== 'inquiry' && isNew && below !== undefined && after.amount < below)
    set(DISPUTE_POLICY_QUEUE, `${dispute}/${stage}`, context.runtime.clock.now(), { dispute, stage })
  return effects
}
