import { fractionOf } from './hash.ts'
import { type Placed, TIERS } from './place.ts'

/**
 * Puts another well gateway before the best, for the given share of payments: which payments, and which gateway, follows from the payment's
 * id alone. Where a probe stands first already, there is nothing more to learn from this payment.
 */
export const explored = (sorted: readonly Placed[], payment: string, share: number): readonly Placed[] => {
  const well = sorted.filter(({ tier }) => tier === TIERS.well)
  if (sorted[0]?.tier !== TIERS.well || well.length < 2 || fractionOf('explore', payment) >= share) return sorted
  const at = 1 + Math.floor(fractionOf('explore which', payment) * (well.length - 1))
  const chosen = sorted[at] as Placed
  return [
    { ...chosen, candidate: { ...chosen.candidate, note: 'explored' } },
    ...sorted.filter((_, place) => place !== at),
  ]
}
