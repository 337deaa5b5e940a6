export interface Turns {
  readonly runs: number
  /** Hears of every run. */
  readonly onProgress: (what: string) => void
}

/** Runs both sides by turns; who goes first takes turns too. */
export const alternate = async (
  { runs, onProgress }: Turns,
  what: string,
  value: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<{ value: number; baseline: number }[]> => {
  const pairs: { value: number; baseline: number }[] = []
  for (let run = 0; run < runs; run++) {
    const first = run % 2 === 0 ? await value() : undefined
    const theirs = await baseline()
    const ours = first ?? (await value())
    pairs.push({ value: ours, baseline: theirs })
    onProgress(`${what}, run ${run + 1} of ${runs}: ${Math.round(ours)} beside ${Math.round(theirs)}`)
  }
  return pairs
}
