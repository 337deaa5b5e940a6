/** The queue of the check of every minute. */
export const CHECK_QUEUE = 'reconciliation.check'
/** The queue of the look at everything, every night, and of what a night looks at again. */
export const NIGHTLY_QUEUE = 'reconciliation.nightly'

const DAY_MS = 86_400_000
const NIGHT_MS = 2 * 3_600_000 // two o'clock, UTC: files of the day before have come, and few pay

/** The beginning of the next night's work. */
export const nextNight = (now: number): number => Math.floor((now - NIGHT_MS) / DAY_MS + 1) * DAY_MS + NIGHT_MS
