/** Everything that can go wrong in a simulation, by where it strikes. */
export const FAULT_KINDS = {
  network: [
    'refused', // the connection: certainly nothing happened
    'request_lost', // it never arrives, and nobody says so
    'answer_lost', // it took effect, and the connection is reset
    'request_late', // it arrives long after its sender was cut off: a late effect, that a cancel may overtake
    'answer_late', // it took effect, and the answer comes after a long while, or after its deadline
    'doubled', // the request arrives twice
    'outage', // nobody is there
  ],
  gateway: [
    'error_500', // nothing happened, and the answer says that nobody knows
    'error_500_after', // it took effect, and the answer says that nobody knows
    'error_500_cached', // the same, and so does every replay of the key
    'rate_limited', // 429
    'cut_off', // it took effect, and the answer breaks off
    'slow', // it takes effect, and answers after a while, its key in flight
    'lie_absent', // a lookup knows nothing of what happened a moment ago
    'lie_garbled', // a status that nobody documented
  ],
  webhooks: ['webhook_lost', 'webhook_doubled', 'webhook_late'],
  storage: [
    'commit_failed', // nothing was written
    'commit_unacknowledged', // durable, and the answer was lost: the storage settles it by the batch's id, after a while
    'read_failed',
    'storage_slow',
  ],
  process: ['crash', 'pause', 'clock_off'],
} as const

/** Where a fault strikes. */
export type FaultPlace = keyof typeof FAULT_KINDS
/** One kind of fault. */
export type FaultKindName = (typeof FAULT_KINDS)[FaultPlace][number]
/** All kinds, in one list. */
export const ALL_FAULT_KINDS: readonly FaultKindName[] = Object.values(FAULT_KINDS).flat()
