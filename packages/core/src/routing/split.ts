import { fractionOf } from './hash.ts'
import type { RoutingSubject } from './subject.ts'

/** To whom a split sticks: the customer, so that they see one gateway, else the payment's reference. */
export const stickyKeyOf = ({ merchant, customer, reference }: RoutingSubject): readonly [string, string] => [
  merchant,
  customer === null ? `reference:${reference}` : `customer:${customer}`,
]

/**
 * A target's place in a split, the least first: weighted rendezvous hashing (−ln u / weight). Each key draws once for each target, whatever
 * the others are: changing a weight moves keys to or from that target alone, and taking a target away moves its keys alone.
 */
export const splitPlace = (key: readonly [string, string], target: string, weight: number): number =>
  -Math.log(fractionOf('split', ...key, target)) / weight
