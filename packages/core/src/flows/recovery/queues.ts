import { afterQueue, attempts, gatewayIn, obligations } from '../../payments/index.ts'
import { detach, type FlowContext, within } from '../context.ts'

/** One queue's share of a turn. */
export interface Share {
  /** Rows that a turn begins at most; what is left stays due, and costs nothing. */
  readonly most: number
  /** How many of them at once. */
  readonly atOnce: number
}

/** A gateway that answers: 100 a second find out about a minute's worth of unknowns of a busy shop in seconds. */
const FULL: Share = { most: 100, atOnce: 8 }
/** One whose breaker is open is asked, because lookups and reversals are never blocked (FAILURES 2.15), but not by everything that waits. */
const DOWN: Share = { most: 8, atOnce: 2 }

/** The share of a gateway's queue, by whether its accounts would take a charge at this moment, and not only as a probe. */
export const shareOf = (context: FlowContext, gateway: string): Share => {
  const guard = context.guards.get(gateway)
  const accounts = context.gateways.get(gateway)?.accounts ?? []
  if (guard === undefined || accounts.some((account) => guard.leave(account) === 'yes')) return FULL
  return DOWN
}

const MOST_QUEUES = 1_000 // gateways that anything is due at: those of the configuration, and former ones

/** The gateways at which something is due some day, configured or not: one step in the index for each. */
export const queuesOf = async (
  context: FlowContext,
  table: typeof attempts | typeof obligations,
): Promise<readonly string[]> => {
  const found: string[] = []
  let from = ''
  while (found.length < MOST_QUEUES) {
    const { rows } = await firstFrom(context, table, from)
    const place = rows[0]?.queue ?? null
    if (place === null) break
    const gateway = gatewayIn(place)
    found.push(gateway)
    from = afterQueue(gateway)
  }
  return found
}

const firstFrom = (context: FlowContext, table: typeof attempts | typeof obligations, from: string) =>
  table === attempts
    ? context.storage.find(attempts, { index: 'queue', equals: {}, from, limit: 1 })
    : context.storage.find(obligations, { index: 'queue', equals: {}, from, limit: 1 })

/** What a sweep found. */
export interface Swept {
  /** Rows that it began to work on. */
  readonly begun: number
  /** Rows that it saw to be due and left for later turns; there may be more. */
  readonly left: number
}

/**
 * Works on rows, a few at once; an error of one is reported and does not stop the others. What takes longer than a caller would wait goes
 * on without the turn, so that a gateway that hangs holds up no other; `close` waits for it.
 */
export const workOff = async <R extends { readonly id: string }>(
  context: FlowContext,
  rows: readonly R[],
  { most, atOnce }: Share,
  work: (row: R) => Promise<unknown>,
): Promise<Swept> => {
  const free = rows.filter((row) => !context.inHand.has(row.id))
  const mine = free.slice(0, Math.max(0, most - (rows.length - free.length)))
  if (mine.length === 0) return { begun: 0, left: free.length }
  for (const { id } of mine) context.inHand.add(id)
  const queue = [...mine]
  const lane = async (): Promise<void> => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const { id } = row
      await work(row)
        .catch(context.onError)
        .finally(() => context.inHand.delete(id))
    }
  }
  const all = Promise.all(Array.from({ length: Math.min(atOnce, mine.length) }, lane))
  const ended = await within(context, context.timings.callerDeadlineMs, all)
  if (ended === undefined) detach(context, all)
  return { begun: mine.length, left: free.length - mine.length }
}
