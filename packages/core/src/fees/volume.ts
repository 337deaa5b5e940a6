import { DAY_MS, dateText, dayAt } from '../kernel/index.ts'
import type { FeeSchedule } from './model.ts'

/** A price from a volume on. Minor units. */
export interface VolumeStep<P> {
  readonly from: bigint
  readonly price: P
}

/** What of a capture has one price. */
export interface Stretch<P> {
  readonly price: P
  readonly amount: bigint
}

const UTC = 'UTC'

/** The month of an instant on a zone's clocks: `2026-11`. */
export const monthOf = (zone: string, at: number): string =>
  dateText(zone === UTC ? Math.floor(at / DAY_MS) : dayAt(zone, at)).slice(0, 7)

/** By whose months the volume of a merchant with this schedule is counted, and which currencies have tiers; null where it has none. */
export const volumeTermsOf = ({ zone = UTC, rules }: FeeSchedule): VolumeTerms | null => {
  const tiers = rules.flatMap((rule) => rule.volume?.tiers ?? [])
  return tiers.length === 0 ? null : { zone, currencies: [...new Set(tiers.flatMap(({ from }) => Object.keys(from)))] }
}

/** How a merchant's volume is counted. */
export interface VolumeTerms {
  readonly zone: string
  readonly currencies: readonly string[]
}

/** The step that a volume has reached. The first of `steps`, which ascend, is from zero on. */
export const stepAt = <P>(steps: readonly VolumeStep<P>[], volume: bigint): VolumeStep<P> =>
  steps.findLast(({ from }) => from <= volume) ?? (steps[0] as VolumeStep<P>)

/** What of an amount lies within each step, when so much has gone before it: parts that sum to it, none of them zero. */
export const stretchesOf = <P>(
  steps: readonly VolumeStep<P>[],
  before: bigint,
  amount: bigint,
): readonly Stretch<P>[] => {
  const found: Stretch<P>[] = []
  const end = before + amount
  for (const [index, { from, price }] of steps.entries()) {
    const until = steps[index + 1]?.from ?? end
    const low = from > before ? from : before
    const high = until < end ? until : end
    if (high > low) found.push({ price, amount: high - low })
  }
  return found
}
