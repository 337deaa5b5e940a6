import { type Gateway, METHOD_TYPES, type MethodCapabilities, type MethodType } from '@florin/core/gateways'

/** A column of the matrix: a gateway under the name that readers know. */
export interface CapabilityRow {
  readonly name: string
  readonly gateway: Pick<Gateway, 'capabilities'>
}

const METHOD_NAMES: Readonly<Record<MethodType, string>> = {
  card: 'card',
  apple_pay: 'Apple Pay',
  google_pay: 'Google Pay',
  bank_transfer: 'bank transfer',
  redirect: 'redirect',
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

const span = (ms: number): string => {
  if (ms === 0) return '–'
  const [count, unit] = ms % DAY_MS === 0 && ms > DAY_MS ? [ms / DAY_MS, 'day'] : [Math.floor(ms / HOUR_MS), 'hour']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const WAYS = { gateway_id: 'id', reference: 'reference' } as const

const ways = (by: readonly ('gateway_id' | 'reference')[]): string =>
  by.length === 0 ? '–' : by.map((way) => WAYS[way]).join(', ')

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
  if (able.length === 0) return '–'
  return able.length === known.length ? 'all' : able.map((type) => METHOD_NAMES[type]).join(', ')
}

type Line = readonly [label: string, cell: (gateway: CapabilityRow['gateway']) => string]

const LINES: readonly Line[] = [
  [
    'methods',
    ({ capabilities }) =>
      METHOD_TYPES.filter((type) => capabilities.methods[type] !== undefined)
        .map((type) => METHOD_NAMES[type])
        .join(', '),
  ],
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
  ['webhooks', ({ capabilities }) => (capabilities.webhooks ? 'yes' : '–')],
]

/** What gateways can do, by their own `capabilities`, as a Markdown table: a column for each gateway, in the order given. */
export const capabilityMatrix = (rows: readonly CapabilityRow[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const head = line(['', ...rows.map(({ name }) => name)])
  const rule = `|${'---|'.repeat(rows.length + 1)}`
  const body = LINES.map(([label, cell]) => line([label, ...rows.map(({ gateway }) => cell(gateway))]))
  return [head, rule, ...body].join('\n')
}
