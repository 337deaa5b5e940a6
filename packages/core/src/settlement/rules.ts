import { FlorinError } from '../kernel/index.ts'
import { divide } from '../money/index.ts'
import type { SettlementLine } from './lines.ts'
import type { SettlementTerms } from './plan.ts'
import type { SettlementRow } from './records.ts'

/** The sums of a settlement's lines, by kind. */
export type Sums = Pick<
  SettlementRow,
  'lines' | 'captures' | 'fees' | 'refunds' | 'disputes' | 'adjustments' | 'reserveCover' | 'settledBefore'
>

const COLUMN = {
  capture: 'captures',
  fee: 'fees',
  refund: 'refunds',
  dispute: 'disputes',
  adjustment: 'adjustments',
  reserve_cover: 'reserveCover',
  settlement: 'settledBefore',
} as const

/** The sums with one line more. */
export const addLine = (sums: Sums, { kind, amount }: SettlementLine): Sums => {
  const column = COLUMN[kind]
  return { ...sums, lines: sums.lines + (kind === 'settlement' ? 0 : 1), [column]: sums[column] + amount }
}

/** What the lines of a settlement come to, together with what the one before left. */
export const dueOf = (row: Omit<Sums, 'lines' | 'settledBefore'> & { readonly carriedIn: bigint }): bigint =>
  row.carriedIn + row.captures + row.fees + row.refunds + row.disputes + row.adjustments + row.reserveCover

/** What a settlement does with what is due. The three of them sum to it. */
export interface Division {
  readonly paid: bigint
  readonly reserved: bigint
  readonly carriedOut: bigint
}

/**
 * Divides what is due: nothing is paid of a negative amount, nor of less than the minimum, and never more than `available`, which is what
 * the account holds by now; what is not paid is carried. The reserve is rounded down, to the owner's favour.
 */
export const divideDue = (due: bigint, available: bigint, terms: SettlementTerms, reserve: ReserveNow): Division => {
  const most = due < available ? due : available
  if (most <= 0n || most < BigInt(terms.minimum)) return { paid: 0n, reserved: 0n, carriedOut: due }
  const reserved = reserveOn(most, terms, reserve)
  return { paid: most - reserved, reserved, carriedOut: due - most }
}

/** What is in reserve already, minor units. */
export interface ReserveNow {
  readonly held: bigint
  readonly currency: string
}

const WHOLE = 10_000n // basis points

const reserveOn = (amount: bigint, { reserve }: SettlementTerms, { held, currency }: ReserveNow): bigint => {
  if (reserve === null) return 0n
  const part = divide(amount * BigInt(reserve.basisPoints), WHOLE, 'down')
  const upTo = reserve.upTo[currency]
  if (upTo === undefined) return part
  const room = BigInt(upTo) - held
  if (room <= 0n) return 0n
  return part < room ? part : room
}

/** Refuses an act that the settlement cannot bear in its present state. */
export const refuseState = (row: SettlementRow, why: string): never => {
  throw new FlorinError('invalid_state', `settlement ${row.id} is ${row.state}: ${why}`, {
    details: { settlement: row.id, state: row.state },
  })
}
