import type { DisputeRow } from './records.ts'

type Told = Pick<DisputeRow, 'told' | 'gatewayFee' | 'foreign'>

const LINE = 'line/'
const linesOf = ({ told }: Pick<DisputeRow, 'told'>): readonly number[] =>
  Object.entries(told).flatMap(([name, fee]) => (name.startsWith(LINE) ? [fee] : []))

/** Whether it is known what this line of a report charges for it. */
export const isLineTold = ({ told }: Pick<DisputeRow, 'told'>, line: string): boolean =>
  told[`${LINE}${line}`] !== undefined

/**
 * A line of the gateway's report is about this dispute, and charges so much for it, minor units of the dispute's currency: zero where the line
 * is in another. The very same row where that is known.
 */
export const learnOfLine = (row: DisputeRow, line: string, fee: bigint): DisputeRow =>
  isLineTold(row, line) ? row : { ...row, told: { ...row.told, [`${LINE}${line}`]: Number(fee) } }

/**
 * What a dispute's own flow has to book as cost, minor units. A webhook's word is booked until a report has a line about the dispute: each
 * line books what it charges itself, and what is in the file holds. So both are booked once, whichever comes first.
 */
export const ownCostOf = (row: Told): bigint => (row.foreign || linesOf(row).length > 0 ? 0n : row.gatewayFee)

/** What the gateway charged for it as far as anybody told, minor units: reports by their lines, else webhooks. */
export const gatewayFeeOf = (row: Told): bigint => {
  const inLines = linesOf(row).reduce((sum, fee) => sum + BigInt(fee), 0n)
  return inLines === 0n ? row.gatewayFee : inLines
}
