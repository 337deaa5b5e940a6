import { FlorinError } from '@florin/core'
import type { LineKind, StatementItem, StatementLine, StatementReader } from '@florin/core/statements'
import type { Settlement, SettlementItem } from '../acquirer/settlement.ts'

const FORMAT = 'sandbox_settlement'

/** A closed settlement as the file that the acquirer would send: a JSON object a line, amounts as strings of minor units. */
export const settlementFile = ({ items, ...settlement }: Settlement): Uint8Array => {
  const lines = [{ object: FORMAT, ...settlement }, ...items, { type: 'payout', amount: settlement.net }]
  const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
  return Buffer.from(`${lines.map((line) => JSON.stringify(line, text)).join('\n')}\n`)
}

/** What the first line of a file says of all others. */
interface Head {
  readonly id: string
  readonly currency: string
  readonly settledAt: number
}

type Item = { readonly type: SettlementItem['type'] | 'payout'; readonly amount: bigint } & Partial<
  Omit<SettlementItem, 'type' | 'amount'>
>

const minor = (value: unknown): bigint | null =>
  typeof value === 'string' && /^-?[0-9]{1,30}$/.test(value) ? BigInt(value) : null

const parsed = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const headOf = (text: string): Head => {
  const { object, id, currency, settledAt } = parsed(text) ?? {}
  if (object !== FORMAT || typeof id !== 'string' || typeof currency !== 'string' || typeof settledAt !== 'number')
    throw new FlorinError('invalid_request', `the first line is no ${FORMAT}: give a file of the sandbox acquirer`)
  return { id, currency, settledAt }
}

const itemOf = (text: string): Item | string => {
  const raw = parsed(text)
  if (raw === null) return 'is not a JSON object'
  const amount = minor(raw.amount)
  if (amount === null) return `has the amount ${JSON.stringify(raw.amount)}, not a whole number of minor units as text`
  const fee = minor(raw.fee ?? '0')
  if (fee === null) return `has the fee ${JSON.stringify(raw.fee)}, not a whole number of minor units as text`
  if (!(String(raw.type) in KINDS)) return `is of type ${JSON.stringify(raw.type)}, which no settlement has`
  return { ...(raw as unknown as Item), amount, fee }
}

/** The kinds of a line, for money that goes its usual way, and for money that comes back. */
const KINDS: Readonly<Record<Item['type'], readonly [LineKind, LineKind]>> = {
  capture: ['capture', 'capture_undone'],
  refund: ['refund', 'refund_undone'],
  dispute: ['dispute', 'dispute_won'],
  payout: ['payout', 'payout_undone'],
}

const lineOf = (head: Head, line: number, item: Item): StatementLine => {
  const { type, amount, fee = 0n } = item
  const gross = type === 'capture' ? amount : -amount
  const onlyFee = type === 'dispute' && amount === 0n
  const id = type === 'payout' ? `${head.id}/payout` : `${head.id}/${line}`
  return {
    ...{ is: 'line', line, id, kind: onlyFee ? 'fee' : KINDS[type][amount < 0n ? 1 : 0], currency: head.currency },
    ...(onlyFee ? { gross: -fee, fee: 0n, net: -fee } : { gross, fee, net: gross - fee }),
    presentment: null,
    references: {
      attempt: (type === 'dispute' ? item.chargeReference : (item.reference ?? item.chargeReference)) ?? null,
      gatewayId: item.id ?? null,
      parentGatewayId: item.charge ?? null,
      batch: head.id,
      endToEnd: null,
    },
    occurredAt: item.at ?? head.settledAt,
    valueAt: head.settledAt,
    text: type,
  }
}

async function* linesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of bytes) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function* itemsIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly StatementItem[]> {
  let head: Head | undefined
  let number = 0
  for await (const text of linesIn(bytes)) {
    number += 1
    if (head === undefined) {
      head = headOf(text)
      continue
    }
    const item = itemOf(text)
    yield [
      typeof item === 'string'
        ? { is: 'malformed', line: number, why: `line ${number} ${item}` }
        : lineOf(head, number, item),
    ]
  }
  if (head === undefined) throw new FlorinError('invalid_request', 'the file is empty')
}

/** Reads what `settlementFile` writes, so that a sandbox account can be reconciled as a real one is. */
export const sandboxReport = (): StatementReader => Object.freeze({ format: FORMAT, read: itemsIn })
