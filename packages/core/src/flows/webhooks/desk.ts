import { FlorinError } from '../../kernel/index.ts'
import type { EvidenceRing } from './evidence-ring.ts'

/** What this process has in hand of webhooks. It bounds memory and work, so that neither a flood nor a slow gateway takes all of it. */
export interface Desk {
  /** Deliveries being worked on here, by id. */
  readonly inHand: Set<string>
  /** Workers at each gateway's deliveries. */
  readonly workers: Map<string, number>
  /** Work on deliveries that was begun when they came in, and that no turn of the sweep has waited for yet. */
  readonly begun: Set<Promise<unknown>>
  /** Bytes of deliveries that are being received. */
  receiving: number
  /** When somebody was last told of a kind of trouble, by kind and place. */
  readonly told: Map<string, number>
  /** What is known here of each place's evidence, by gateway and account. */
  readonly rings: Map<string, EvidenceRing>
}

export const createDesk = (): Desk => ({
  inHand: new Set(),
  workers: new Map(),
  begun: new Set(),
  receiving: 0,
  told: new Map(),
  rings: new Map(),
})

/** Eight at once for each gateway: as many as recovery works on, and no gateway waits for another. */
const MOST_WORKERS = 8
/** 64 MiB: what a slow storage may make this process hold of deliveries. Beyond it a gateway is asked to come again. */
const MOST_RECEIVING = 67_108_864
/** A trouble is told at most once a minute for each account: whoever sends rubbish does not write the log. */
const TELL_AGAIN_MS = 60_000

/** Takes a worker's place at a gateway; false where all are taken. */
export const takeWorker = ({ workers }: Desk, gateway: string): boolean => {
  const busy = workers.get(gateway) ?? 0
  if (busy >= MOST_WORKERS) return false
  workers.set(gateway, busy + 1)
  return true
}

/** Gives a worker's place back. */
export const freeWorker = ({ workers }: Desk, gateway: string): void => {
  workers.set(gateway, (workers.get(gateway) ?? 1) - 1)
}

/** Notes work that was begun on a delivery as it came in, until it ends. */
export const noteBegun = ({ begun }: Desk, work: Promise<unknown>): void => {
  const noted: Promise<unknown> = work.then(
    () => begun.delete(noted),
    () => begun.delete(noted), // whoever detached it hears of that
  )
  begun.add(noted)
}

/** All such work, to be waited for by one turn: what hangs does not hold up the next. */
export const takeBegun = ({ begun }: Desk): Promise<unknown> => {
  const all = [...begun]
  begun.clear()
  return Promise.all(all)
}

/** Holds a delivery's bytes while `work` receives it. Throws `overloaded` where too many are held: nothing happened then. */
export const holding = async <T>(desk: Desk, bytes: number, work: () => Promise<T>): Promise<T> => {
  if (desk.receiving + bytes > MOST_RECEIVING) {
    throw new FlorinError('overloaded', 'too many webhooks are being received: send it again later')
  }
  desk.receiving += bytes
  try {
    return await work()
  } finally {
    desk.receiving -= bytes
  }
}

/** Whether a trouble is news: not told of this kind and place within the last minute. */
export const isNews = ({ told }: Desk, what: string, now: number): boolean => {
  const last = told.get(what)
  if (last !== undefined && now - last < TELL_AGAIN_MS) return false
  told.set(what, now)
  return true
}
