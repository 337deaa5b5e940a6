import type { Machine } from '../kernel/index.ts'

/** How far a break has come. */
export const BREAK_STATES = ['open', 'assigned', 'resolved', 'ignored'] as const
/** How far a break has come: one of `BREAK_STATES`. */
export type BreakState = (typeof BREAK_STATES)[number]

/** What happens to a break. `explain`: a later file, or a later look, shows that nothing is amiss any more. */
export type BreakEvent = 'assign' | 'release' | 'resolve' | 'ignore' | 'explain' | 'reopen'

/** A difference between our books and somebody else's. What a person resolved is undone where a later file explains it after all. */
export const BREAK = {
  open: { assign: 'assigned', resolve: 'resolved', ignore: 'ignored', explain: 'resolved' },
  assigned: { assign: 'assigned', release: 'open', resolve: 'resolved', ignore: 'ignored', explain: 'resolved' },
  ignored: { reopen: 'open', explain: 'resolved' },
  resolved: { explain: 'resolved', reopen: 'open' },
} as const satisfies Machine<BreakState, BreakEvent>

/** How far the reading of a file has come. */
export const RUN_STATES = ['running', 'completed', 'failed'] as const
/** How far the reading of a file has come: one of `RUN_STATES`. */
export type RunState = (typeof RUN_STATES)[number]

/** A run goes on after a crash, and also after what it failed of is gone. */
export const RUN = {
  running: { complete: 'completed', fail: 'failed' },
  failed: { resume: 'running' },
  completed: {},
} as const satisfies Machine<RunState, 'complete' | 'fail' | 'resume'>
