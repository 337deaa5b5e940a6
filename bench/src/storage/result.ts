/** One line of a bench's output. `ratio` is value over baseline, measured in the same run on the same machine. */
export interface BenchResult {
  readonly suite: string
  readonly case: string
  readonly unit: string
  readonly value: number
  readonly baseline: number
  readonly ratio: number
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** Medians of alternating runs; the ratio is the median of the pairs' ratios, so that a slow spell of the machine hits both alike. */
export const resultOf = (
  about: Pick<BenchResult, 'suite' | 'case' | 'unit'>,
  pairs: readonly { readonly value: number; readonly baseline: number }[],
): BenchResult => ({
  ...about,
  value: Math.round(median(pairs.map(({ value }) => value))),
  baseline: Math.round(median(pairs.map(({ baseline }) => baseline))),
  ratio: Number(median(pairs.map(({ value, baseline }) => value / baseline)).toFixed(3)),
})
