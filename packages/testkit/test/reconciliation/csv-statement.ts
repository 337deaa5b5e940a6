import { FlorinError, isFlorinError } from '@florin/core'
import {
  LINE_KINDS,
  type LineKind,
  parseAmount,
  type StatementItem,
  type StatementLine,
  type StatementReader,
} from '@florin/core/statements'

/** The columns of the simplest statement that there can be: comma-separated, never quoted. */
const COLUMNS = [
  'id',
  'kind',
  'currency',
  'gross',
  'fee',
  'attempt',
  'gatewayId',
  'parent',
  'batch',
  'endToEnd',
  'at',
  'text',
]
const GROUP = 500

const signed = (text: string, currency: string): bigint =>
  text.startsWith('-') ? -parseAmount(text.slice(1), currency) : parseAmount(text, currency)

const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text)

const lineFrom = (line: number, cells: readonly string[]): StatementLine => {
  if (cells.length !== COLUMNS.length)
    throw new FlorinError('invalid_request', `it has ${cells.length} columns, not ${COLUMNS.length}`)
  const [
    id = '',
    kind = '',
    currency = '',
    grossText = '',
    feeText = '',
    attempt,
    gatewayId,
    parent,
    batch,
    endToEnd,
    at = '',
    text = '',
  ] = cells
  if (!(LINE_KINDS as readonly string[]).includes(kind))
    throw new FlorinError('invalid_request', `'${kind}' is no kind of line`)
  const gross = signed(grossText, currency)
  const fee = feeText === '' ? 0n : signed(feeText, currency)
  const when = Date.parse(at)
  if (Number.isNaN(when)) throw new FlorinError('invalid_request', `'${at}' is no instant`)
  return {
    is: 'line',
    line,
    id,
    kind: kind as LineKind,
    currency,
    gross,
    fee,
    net: gross - fee,
    presentment: null,
    references: {
      attempt: orNull(attempt),
      gatewayId: orNull(gatewayId),
      parentGatewayId: orNull(parent),
      batch: orNull(batch),
      endToEnd: orNull(endToEnd),
    },
    occurredAt: when,
    valueAt: when,
    text,
  }
}

const itemFrom = (line: number, text: string): StatementItem => {
  const cells = text.split(',')
  const [first, at, account, currency = '', amount = ''] = cells
  try {
    if (first === 'balance') {
      const is = at === 'opening' ? 'opening' : 'closing'
      return {
        is: 'balance',
        line,
        at: is,
        account: account ?? '',
        currency,
        amount: signed(amount, currency),
        on: 0,
      }
    }
    return lineFrom(line, cells)
  } catch (error) {
    if (isFlorinError(error)) return { is: 'malformed', line, why: error.message }
    throw error
  }
}

/** Reads such a statement. Lines of balances say `balance,opening,<account>,<currency>,<amount>`. */
export const csvStatement = (): StatementReader => ({
  format: 'test.csv',
  async *read(bytes) {
    const decoder = new TextDecoder()
    let rest = ''
    let line = 0
    let group: StatementItem[] = []
    const take = (text: string): void => {
      line += 1
      if (line === 1) {
        if (text !== COLUMNS.join(','))
          throw new FlorinError('invalid_request', `this is no such file: it begins with '${text.slice(0, 40)}'`)
        return
      }
      group.push(itemFrom(line, text))
    }
    for await (const part of bytes) {
      const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) {
        take(text)
        if (group.length < GROUP) continue
        yield group
        group = []
      }
    }
    if (rest !== '') take(rest)
    if (group.length > 0) yield group
  },
})

/** One row of such a file. */
export interface CsvRow {
  readonly id: string
  readonly kind: LineKind
  readonly currency?: string
  readonly gross: string
  readonly fee?: string
  readonly attempt?: string | null
  readonly gatewayId?: string | null
  readonly parent?: string | null
  readonly batch?: string | null
  readonly endToEnd?: string | null
  readonly at?: string
  readonly text?: string
}

/** The bytes of such a file; a text stands for itself. */
export const csvFile = (rows: readonly (CsvRow | string)[], now: number): Uint8Array => {
  const lines = rows.map((row) => {
    if (typeof row === 'string') return row
    const { id, kind, currency = 'EUR', gross, fee = '', at = new Date(now).toISOString() } = row
    const ids = [row.attempt, row.gatewayId, row.parent, row.batch, row.endToEnd].map((one) => one ?? '')
    return [id, kind, currency, gross, fee, ...ids, at, row.text ?? ''].join(',')
  })
  return new TextEncoder().encode(`${[COLUMNS.join(','), ...lines].join('\n')}\n`)
}
