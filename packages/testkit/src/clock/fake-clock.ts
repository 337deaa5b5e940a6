import type { Clock } from '@florin/core'

/** 2026-01-01T00:00:00Z: where fake time begins unless a test says otherwise. */
export const FAKE_START = Date.UTC(2026, 0, 1)

/** A clock that stands still until it is told otherwise. Instants are UTC milliseconds. */
export interface FakeClock extends Clock {
  /** Moves time forwards by whole milliseconds, firing nothing: timers belong to `fakeScheduler`. */
  advance(ms: number): void
  /** Sets time to an instant, an earlier one too: real clocks step back. */
  set(instant: number): void
}

/** A clock that stands still until it is moved. */
export const fakeClock = (start: number = FAKE_START): FakeClock => {
  let now = start
  return {
    now: () => now,
    advance(ms) {
      if (!Number.isInteger(ms) || ms < 0) throw new RangeError(`advance takes whole milliseconds from 0, not ${ms}`)
      now += ms
    },
    set(instant) {
      now = instant
    },
  }
}
