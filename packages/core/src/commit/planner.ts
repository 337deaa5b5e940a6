import type { Bounds } from './bounds.ts'
import type { Lanes } from './lanes.ts'
import type { Pending } from './pending.ts'

/** What the next flush does. */
export interface Plan {
  /** One batch, in lane order. None of its changes touches another's rows: `Rows` let only such become ready. */
  readonly batch: readonly Pending[]
  /** Intents whose deadline has passed. */
  readonly expired: readonly Pending[]
}

/** Takes the next batch out of the lanes, within the bounds. A change that is larger than a batch may be goes alone. */
export const plan = (lanes: Lanes, bounds: Bounds, now: number): Plan => {
  const batch: Pending[] = []
  const expired: Pending[] = []
  let ops = 0
  let bytes = 0
  while (batch.length < bounds.changes) {
    const item = lanes.peek()
    if (item === undefined) break
    if (item.lane === 'intent' && item.deadline < now) {
      lanes.take(item)
      expired.push(item)
      continue
    }
    ops += item.ops
    bytes += item.bytes
    if (batch.length > 0 && (item.solo || ops > bounds.ops || bytes > bounds.bytes)) break
    lanes.take(item)
    batch.push(item)
    if (item.solo) break
  }
  return { batch, expired }
}
