import { setTimeout } from 'node:timers/promises'

/** Waits up to so long: full jitter, so that those who came in each other's way do not do so again. */
export const pause = async (ms: number): Promise<void> => {
  await setTimeout(1 + Math.random() * ms)
}
