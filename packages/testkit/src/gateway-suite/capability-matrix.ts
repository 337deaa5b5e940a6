import { type Gateway, METHOD_TYPES, type MethodCapabilities, type MethodType } from '@florin/core/gateways'

/** A column of the matrix: a gateway under the name that readers know. */
export interface CapabilityRow {
  readonly name: string
  readonly gateway: Pick<Gateway, 'capabilities' | 'disputes'>
  /** The same with everything that its provider grants an account on request. */
  readonly granted?: Pick<Gateway, 'capabilities' | 'disputes'>
}

const METHOD_NAMES: Readonly<Record<MethodType, string>> = {
  card: 'card',
  apple_pay: 'Apple Pay',
  google_pay: 'Google Pay',
  bank_transfer: 'bank transfer',
  redirect: 'redirect',
}

const NONE = '–'

const CARDS: readonly MethodType[] = ['card', 'apple_pay', 'google_pay'] // wallets hold cards

const namesOf = (types: readonly MethodType[]): string => {
  const whole = CARDS.every((type) => types.includes(type))
  const names = types.filter((type) => !whole || !CARDS.includes(type)).map((type) => METHOD_NAMES[type])
  return (whole ? ['cards and wallets', ...names] : names).join(', ')
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

const span = (ms: number): string => {
  if (ms === 0) return NONE
  const [count, unit] = ms % DAY_MS === 0 && ms > DAY_MS ? [ms / DAY_MS, 'day'] : [Math.floor(ms / HOUR_MS), 'hour']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const WAYS = { gateway_id: 'id', reference: 'reference' } as const

const ways = (by: readonly ('gateway_id' | 'reference')[]): string =>
  by.length === 0 ? NONE : by.map((way) => WAYS[way]).join(', ')

/** The methods that can do something: `all`, none, or their names. */
const methodsThat = (
  { capabilities: { methods } }: CapabilityRow['gateway'],
  can: (method: MethodCapabilities) => boolean,
): string => {
  const known = METHOD_TYPES.filter((type) => methods[type] !== undefined)
  const able = known.filter((type) => {
    const method = methods[type]
    return method !== undefined && can(method)
  })
  if (able.length === 0) return NONE
  return able.length === known.length ? 'all' : namesOf(able)
}

/** What can be done about disputes beside hearing of them. */
const disputesOf = ({ disputes }: CapabilityRow['gateway']): string => {
  if (disputes === undefined) return NONE
  const acts = [
    ...(disputes.accept ? ['accept'] : []),
    ...(disputes.texts.length > 0 ? ['texts'] : []),
    ...(disputes.files === null ? [] : ['files']),
  ]
  return acts.length === 0 ? 'heard of' : acts.join(', ')
}

type Line = readonly [label: string, cell: (gateway: CapabilityRow['gateway']) => string]

const LINES: readonly Line[] = [
  ['methods', ({ capabilities }) => namesOf(METHOD_TYPES.filter((type) => capabilities.methods[type] !== undefined))],
  ['currencies', ({ capabilities: { currencies } }) => (currencies === 'all' ? 'all' : String(currencies.length))],
  ['authorize, capture later', (gateway) => methodsThat(gateway, (can) => can.separateCapture)],
  ['partial capture', (gateway) => methodsThat(gateway, (can) => can.partialCapture)],
  ['several captures', (gateway) => methodsThat(gateway, (can) => can.multiCapture)],
  ['raise an authorization', (gateway) => methodsThat(gateway, (can) => can.increment)],
  ['refund', (gateway) => methodsThat(gateway, (can) => can.refund)],
  ['partial refund', (gateway) => methodsThat(gateway, (can) => can.partialRefund)],
  ['cancel by id', (gateway) => methodsThat(gateway, (can) => can.reverseBy.includes('gateway_id'))],
  ['cancel by our reference', (gateway) => methodsThat(gateway, (can) => can.reverseBy.includes('reference'))],
  ['lookup by', ({ capabilities }) => ways(capabilities.lookupBy)],
  ['idempotency keys kept', ({ capabilities }) => span(capabilities.keyRetentionMs)],
  ['webhooks', ({ capabilities }) => (capabilities.webhooks ? 'yes' : NONE)],
  ['disputes', disputesOf],
]

/** What the gateway can do; where it cannot, what it could if the provider granted it. */
const cellOf = ({ gateway, granted }: CapabilityRow, cell: Line[1]): string => {
  const able = cell(gateway)
  const more = granted === undefined ? able : cell(granted)
  return able === NONE && more !== NONE ? `${more}, on request` : able
}

/** What gateways can do, by their own `capabilities`, as a Markdown table: a column for each gateway, in the order given. */
export const capabilityMatrix = (rows: readonly CapabilityRow[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const head = line(['', ...rows.map(({ name }) => name)])
  const rule = `|${'---|'.repeat(rows.length + 1)}`
  const body = LINES.map(([label, cell]) => line([label, ...rows.map((row) => cellOf(row, cell))]))
  return [head, rule, ...body].join('\n')
}
