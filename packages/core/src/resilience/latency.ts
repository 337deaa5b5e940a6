/**
 * Upper bounds of the bins in which answer times are counted, in milliseconds; the last bin is open. Most are a third to a half wider than
 * the one before, none more than twice, so an estimated percentile is never further off than that.
 */
const BOUNDS_MS = [
  5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000,
  30_000, 60_000,
] as const

/** How many bins there are. */
export const LATENCY_BINS = BOUNDS_MS.length + 1

/** The bin of an answer time. */
export const latencyBin = (ms: number): number => {
  let low = 0
  let high: number = BOUNDS_MS.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ms <= (BOUNDS_MS[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * An estimate of a quantile from counts by bin, which start at `from`: linear within its bin, and the lower bound of the open one. Null
 * where nothing was counted.
 */
export const latencyQuantile = (counts: Readonly<Float64Array>, from: number, quantile: number): number | null => {
  let total = 0
  for (let bin = 0; bin < LATENCY_BINS; bin++) total += counts[from + bin] as number
  if (total === 0) return null
  let left = quantile * total
  for (let bin = 0; bin < BOUNDS_MS.length; bin++) {
    const count = counts[from + bin] as number
    const upper = BOUNDS_MS[bin] as number
    if (count > 0 && left <= count) {
      const lower = bin === 0 ? 0 : (BOUNDS_MS[bin - 1] as number)
      return Math.round(lower + ((upper - lower) * left) / count)
    }
    left -= count
  }
  return BOUNDS_MS[BOUNDS_MS.length - 1] as number
}
