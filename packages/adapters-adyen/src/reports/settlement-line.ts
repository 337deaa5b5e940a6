import type { LineKind, LineReferences, Row, StatementLine } from '@florin/core/statements'
import { readReference } from '../reference.ts'
import { isOfPayment, kindOf } from './journal-types.ts'
import { offsetOf } from './time-zones.ts'

const COSTS = ['Commission (NC)', 'Markup (NC)', 'Scheme Fees (NC)', 'Interchange (NC)'] as const
const MILLION = 1_000_000n

interface Amounts {
  readonly currency: string
  readonly gross: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly presentment: StatementLine['presentment']
}

/** What all costs of a line come to, half up. They may be counted finer than the currency, so they are summed before they are rounded. */
const costsOf = (row: Row, currency: string): bigint | null => {
  if (COSTS.every((column) => row.optional(column) === null)) return null
  const sum = COSTS.reduce((total, column) => total + row.millionths(column, currency), 0n)
  const size = ((sum < 0n ? -sum : sum) + MILLION / 2n) / MILLION
  return sum < 0n ? -size : size
}

/** The gross columns are what the buyer paid, in their currency; the net ones move the balance, in the account's. */
const amountsOf = (row: Row, kind: LineKind): Amounts => {
  const currency = row.currency('Net Currency')
  const net = row.amount('Net Credit (NC)', currency) - row.amount('Net Debit (NC)', currency)
  const alone: Amounts = { currency, gross: net, fee: 0n, net, presentment: null }
  if (row.optional('Gross Currency') === null || !isOfPayment(kind)) return alone
  const paid = row.currency('Gross Currency')
  const amount = row.amount('Gross Credit (GC)', paid) - row.amount('Gross Debit (GC)', paid)
  const costs = costsOf(row, currency)
  if (paid !== currency) {
    const rate = /^\d{1,12}(?:\.\d{1,12})?$/.exec(row.optional('Exchange Rate') ?? '')?.[0] ?? null
    const fee = costs ?? 0n
    return { currency, gross: net + fee, fee, net, presentment: { currency: paid, amount, rate } }
  }
  const fee = amount - net
  const off = costs === null ? 0n : costs - fee
  // Costs finer than the currency were rounded by Adyen once more, one by one.
  if (off > BigInt(COSTS.length) || off < -BigInt(COSTS.length))
    row.wrong('its gross, net and costs do not add up: the costs are what lies between gross and net')
  return { currency, gross: amount, fee, net, presentment: null }
}

/** Our attempt: that of the capture or the refund where it was ours, and of the charge where the line is about the charge. */
const attemptOf = (row: Row, kind: LineKind): string | null => {
  const own = readReference(row.optional('Modification Merchant Reference') ?? '')
  if (kind === 'refund' || kind === 'refund_undone') return own?.of === 'refund' ? own.attempt : null
  const charge = readReference(row.optional('Merchant Reference') ?? '')
  const ofCharge = charge?.of === 'charge' ? charge.attempt : null
  if (kind === 'dispute' || kind === 'dispute_won') return ofCharge
  return own?.of === 'capture' ? own.attempt : ofCharge
}

const REFERENCE = /^[A-Za-z0-9_]{1,64}$/
const idIn = (row: Row, column: string): string | null => {
  const value = row.optional(column)
  return value !== null && REFERENCE.test(value) ? value : null
}

const referencesOf = (row: Row, kind: LineKind, batch: string): LineReferences => {
  const none = { attempt: null, gatewayId: null, parentGatewayId: null, batch, endToEnd: null }
  if (!isOfPayment(kind)) return none
  return {
    ...none,
    attempt: attemptOf(row, kind),
    gatewayId: idIn(row, 'Modification Reference'),
    parentGatewayId: idIn(row, 'Psp Reference'),
  }
}

const instantOf = (row: Row, told: Readonly<Record<string, number>>): number => {
  const zone = row.text('TimeZone')
  const offset = offsetOf(zone, told)
  if (offset === undefined)
    row.wrong(`TimeZone is '${zone.slice(0, 20)}'; it is a name such as CET, or one that the reader was told`)
  return row.instant('Creation Date', offset ?? 0)
}

/**
 * One line of a batch. Adyen gives lines no id: what names one for ever is its batch, its type and the modification that it is about; a line
 * that is about none (a fee, a transfer) is named by its place.
 */
export const settlementLine = (row: Row, told: Readonly<Record<string, number>>): StatementLine => {
  const type = row.text('Type')
  const kind = kindOf(type)
  const batch = row.text('Batch Number')
  const references = referencesOf(row, kind, batch)
  const at = instantOf(row, told)
  const about = references.gatewayId === null ? `line ${row.line}` : `${type} ${references.gatewayId}`
  return {
    is: 'line',
    line: row.line,
    id: `${row.text('Merchant Account')}/${batch}/${about}`,
    kind,
    ...amountsOf(row, kind),
    references,
    occurredAt: at,
    valueAt: at,
    text: row.words(
      type,
      isOfPayment(kind) ? row.optional('Payment Method') : row.optional('Modification Reference'),
      isOfPayment(kind) ? null : row.optional('Modification Merchant Reference'),
    ),
  }
}
