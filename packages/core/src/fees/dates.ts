/** How old what a server knows of a merchant's schedules may be: then it reads them again, while captures go on with what it has. */
export const FRESH_MS = 60_000

/** How old it may be at most: then a capture waits for the reading. */
export const KNOWN_FOR_MS = 240_000

/**
 * How long ahead a change has to be announced: longer than any server goes on with what it knew, and a minute for clocks that differ. So
 * every server knows of a change before it counts, and none has to ask when money is captured.
 */
export const LEAD_MS = 300_000

/** The newest of the versions that count at an instant, given the newest first. */
export const inForce = <T extends { readonly effectiveFrom: number }>(
  versions: readonly T[],
  at: number,
): T | undefined => versions.find((one) => one.effectiveFrom <= at)
