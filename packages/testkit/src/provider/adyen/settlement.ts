import { formatAmount } from '@florin/core/gateways'
import { toIso } from './minor-units.ts'
import type { JournalType, Merchant, Movement, Payment } from './payment.ts'
import { makeReference, type State } from './state.ts'

const TAKEN: ReadonlySet<JournalType> = new Set(['SettledReversed', 'Refunded', 'Chargeback', 'SecondChargeback'])

/** Notes that a payment's money moved. */
export const note = (
  state: State,
  type: JournalType,
  payment: Payment,
  amount: bigint,
  by: { readonly id: string; readonly reference: string | null } | null,
): void => {
  const reference = by?.id ?? makeReference(state)
  state.movements.set(`${state.made} ${type} ${reference} ${state.movementsMade}`, {
    type,
    payment,
    reference,
    modificationReference: by?.reference ?? null,
    amount: TAKEN.has(type) ? -amount : amount,
    at: state.now,
    batch: null,
  })
  state.movementsMade += 1
}

/** A batch that was closed, and what was sent to the bank with it. */
export interface AdyenBatch {
  readonly number: number
  readonly merchantAccount: string
  readonly currency: string
  /** Minor units of ISO 4217: what came to the bank. */
  readonly paidOut: bigint
  /** `settlement_detail_report_batch_….csv`. */
  readonly report: string
}

const HEADER =
  'Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,' +
  'Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),' +
  'Markup (NC),Scheme Fees (NC),Interchange (NC),Payment Method Variant,Modification Merchant Reference,Batch Number'

const HOUR_MS = 3_600_000
const instant = (at: number): string => new Date(at + HOUR_MS).toISOString().slice(0, 19).replace('T', ' ')
const quoted = (value: string): string => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

/** What Adyen keeps, in ISO 4217's minor units: of a payment interchange++, for a chargeback a fee. Half up. */
const costsOf = (
  { type }: Movement,
  iso: bigint,
): { readonly commission: bigint; readonly parts: readonly bigint[] } => {
  if (type === 'Chargeback' || type === 'SecondChargeback') return { commission: 750n, parts: [] }
  if (type !== 'Settled') return { commission: 0n, parts: [] }
  const share = (basisPoints: bigint): bigint => (iso * basisPoints + 5_000n) / 10_000n
  return { commission: 0n, parts: [share(60n), share(10n), share(20n)] }
}

const debit = (amount: bigint, currency: string): string => (amount < 0n ? formatAmount(-amount, currency) : '')
const credit = (amount: bigint, currency: string): string => (amount < 0n ? '' : formatAmount(amount, currency))

const lineOf = (movement: Movement, batch: number): { readonly text: string; readonly net: bigint } => {
  const { type, payment, reference, modificationReference } = movement
  const { merchant, currency, method } = payment
  const gross = toIso(movement.amount, currency)
  const { commission, parts } = costsOf(movement, gross < 0n ? -gross : gross)
  const net = gross - commission - parts.reduce((sum, part) => sum + part, 0n)
  const money = (amount: bigint): string => (amount === 0n ? '' : formatAmount(amount, currency))
  const [markup = 0n, scheme = 0n, interchange = 0n] = parts
  const fields = [
    ...[
      'FlorinTest',
      merchant.merchantAccount,
      payment.id,
      payment.reference,
      method,
      instant(movement.at),
      'CET',
      type,
    ],
    ...[reference, currency, debit(gross, currency), credit(gross, currency), '1'],
    ...[currency, debit(net, currency), credit(net, currency)],
    ...[money(commission), money(markup), money(scheme), money(interchange)],
    ...[method, modificationReference ?? '', `${batch}`],
  ]
  return { text: fields.map(quoted).join(','), net }
}

/** The last line of a batch: what it comes to is sent to the bank, or carried to the next one. */
const endOf = (state: State, merchant: Merchant, currency: string, batch: number, net: bigint): string => {
  const [type, words] =
    net > 0n
      ? ['MerchantPayout', `TX${batch} batch ${batch}`]
      : ['Balancetransfer', `Balancetransfer to batch ${batch + 1}`]
  const fields = [
    ...['FlorinTest', merchant.merchantAccount, '', '', '', instant(state.now), 'CET', type, words, '', '', '', ''],
    ...[currency, debit(-net, currency), credit(-net, currency), '', '', '', '', '', '', `${batch}`],
  ]
  return fields.map(quoted).join(',')
}

/** Closes a batch for each merchant account and currency that something moved in since the last. What is below zero is carried on. */
export const closeBatches = (state: State): readonly AdyenBatch[] => {
  const groups = new Map<string, Movement[]>()
  for (const movement of state.movements.values()) {
    if (movement.batch !== null) continue
    const { merchant, currency } = movement.payment
    const key = `${merchant.merchantAccount} ${currency}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [movement])
    else known.push(movement)
  }
  return [...groups.values()].flatMap((movements) => {
    const [first] = movements
    return first === undefined ? [] : [closeBatch(state, movements, first.payment)]
  })
}

const closeBatch = (state: State, movements: readonly Movement[], { merchant, currency }: Payment): AdyenBatch => {
  state.batches += 1
  const number = state.batches
  const carriedKey = `${merchant.merchantAccount} ${currency}`
  const carried = state.carried.get(carriedKey) ?? 0n
  const lines = [HEADER]
  if (carried !== 0n) lines.push(carriedFrom(state, merchant, currency, number, carried))
  let net = carried
  for (const movement of movements) {
    movement.batch = number
    const line = lineOf(movement, number)
    lines.push(line.text)
    net += line.net
  }
  if (net !== 0n) lines.push(endOf(state, merchant, currency, number, net))
  state.carried.set(carriedKey, net < 0n ? net : 0n)
  const report = `${lines.join('\n')}\n`
  return { number, merchantAccount: merchant.merchantAccount, currency, paidOut: net > 0n ? net : 0n, report }
}

const carriedFrom = (state: State, merchant: Merchant, currency: string, batch: number, net: bigint): string =>
  [
    ...['FlorinTest', merchant.merchantAccount, '', '', '', instant(state.now), 'CET', 'Balancetransfer'],
    ...[`Balancetransfer from batch ${batch - 1}`, '', '', '', ''],
    ...[currency, debit(net, currency), credit(net, currency), '', '', '', '', '', '', `${batch}`],
  ].join(',')
