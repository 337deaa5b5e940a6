import { availableOf, pendingOf, reserveOf, transactionsOf } from '../../ledger/index.ts'
import { dueOf, SETTLED, type SettlementRow, settlements } from '../../settlement/index.ts'
import type { Reading } from '../context.ts'

/** A settlement that does not agree with the one before it, with itself, or with what is booked for it. */
export interface SettlementProblem {
  readonly settlement: SettlementRow
  readonly what: string
}

/** Compares every settlement with the one before it and with the ledger. One that moves meanwhile is read again. */
export async function* settlementProblems(context: Reading, merchant?: string): AsyncIterable<SettlementProblem> {
  const equals = merchant === undefined ? {} : { merchant }
  let before: SettlementRow | undefined
  for await (const page of context.storage.scan(settlements, { index: 'range', equals })) {
    for (const row of page) {
      const previous = before !== undefined && sameAccount(before, row) ? before : undefined
      const { settlement, found } = await consistent(context, row, previous)
      for (const what of found) yield { settlement, what }
      before = row
    }
  }
}

const sameAccount = (a: SettlementRow, b: SettlementRow): boolean =>
  a.merchant === b.merchant && a.account === b.account

const MOST_READS = 5

const consistent = async (
  context: Reading,
  first: SettlementRow,
  previous: SettlementRow | undefined,
): Promise<{ readonly settlement: SettlementRow; readonly found: readonly string[] }> => {
  let settlement = first
  let before = previous
  for (let reads = 1; ; reads++) {
    const found = [...rangeOf(settlement, before), ...sumsOf(settlement), ...(await booksOf(context, settlement))]
    if (found.length === 0 || reads === MOST_READS) return { settlement, found }
    const rows = before === undefined ? [settlement] : [settlement, before]
    const keys = rows.map(({ merchant, id }) => ({ merchant, id }))
    const [row = settlement, earlier] = await context.storage.load(settlements, keys)
    if (row.version === settlement.version && earlier?.version === before?.version) return { settlement, found }
    settlement = row
    before = earlier
  }
}

/** Every entry is in exactly one settlement, and what one leaves the next begins with. */
const rangeOf = (
  { id, fromVersion, carriedIn }: SettlementRow,
  before: SettlementRow | undefined,
): readonly string[] => {
  const end = before?.toVersion ?? 0
  const left = before?.carriedOut ?? 0n
  return [
    ...(fromVersion === end ? [] : [`settlement ${id} begins after version ${fromVersion}, and should after ${end}`]),
    ...(carriedIn === left ? [] : [`settlement ${id} begins with ${carriedIn}, and the one before left ${left}`]),
    ...(before === undefined || before.movedAt !== null
      ? []
      : [`settlement ${id} was opened before ${before.id} had ended`]),
  ]
}

const sumsOf = (row: SettlementRow): readonly string[] => {
  const divided = row.paid + row.reserved + row.carriedOut
  return row.movedAt === null || divided === dueOf(row)
    ? []
    : [`settlement ${row.id} had ${dueOf(row)} to divide, and paid, reserved and carried ${divided}`]
}

/** What its transactions moved is what it says, and nothing where it has not moved or released anything. */
const booksOf = async (context: Reading, row: SettlementRow): Promise<readonly string[]> => {
  const { merchant, id, seller, currency } = row
  const moved = new Map<string, bigint>()
  const add = (name: string, by: bigint): void => void moved.set(name, (moved.get(name) ?? 0n) + by)
  for (const { type, postings } of await transactionsOf(context.storage, merchant, id)) {
    for (const [debit, credit, amount] of postings) add(`${type} ${debit} ${credit}`, BigInt(amount))
  }
  const [pending, available, reserve] = [pendingOf, availableOf, reserveOf].map((of) => of(seller, currency).account)
  const has = (type: string, debit = '', credit = ''): bigint => moved.get(`${type} ${debit} ${credit}`) ?? 0n
  const released = has('reserve_release', reserve, pending) + has('reserve_release', reserve, available)
  const expected = row.movedAt === null ? { paid: 0n, reserved: 0n } : row
  const compare = (what: string, is: bigint, should: bigint): readonly string[] =>
    is === should ? [] : [`settlement ${id} is ${row.state}, and has moved ${is} ${what}, not ${should}`]
  return [
    ...compare('to available', has(SETTLED, pending, available), expected.paid),
    ...compare('to reserve', has(SETTLED, pending, reserve), expected.reserved),
    ...compare('out of reserve', released, row.reserveState === 'released' ? row.reserved : 0n),
  ]
}
