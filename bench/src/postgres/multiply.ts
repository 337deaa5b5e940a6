import type { BenchServer } from './server.ts'

// Many payments out of few, in seconds: every row of real payments is copied in SQL, with ids of earlier time and references of their
// own. An id is a UUIDv7: the upper 28 bits of its time are the first 7 digits of the UUID, and the first 6 of the text after the prefix.

/** 2^20 ms: what the rest of an id's time spans. Copies are so much older than what they were copied from, one after the other. */
const SPAN_MS = 1_048_576
const HEX_DIGITS = 7
const TEXT_DIGITS = 6
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

const textOf = (span: number): string => {
  let left = span
  let text = ''
  for (let i = 0; i < TEXT_DIGITS; i++) {
    text = DIGITS.charAt(left % 32) + text
    left = Math.floor(left / 32)
  }
  return text
}

const hexOf = (span: number): string => span.toString(16).padStart(HEX_DIGITS, '0')

/** What tells copies apart where no id does. */
const OWN: Readonly<Record<string, (column: string, copy: number, entries: number) => string>> = {
  'idempotency_keys.key': (column, copy) => `${column} || '-${copy}'`,
  'payments.reference': (column, copy) => `${column} || '-${copy}'`,
  'gateway_refs.reference': (column, copy) => `${column} || '-${copy}'`,
  'entries.version': (column, copy, entries) => `${column} + ${copy * entries}`,
  'seals.partition': (_, copy) => String(copy),
}

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
}

/** How a copy's cell is made from the original's: the spans of time in its ids are replaced. */
const cellOf = ({ table, column, type }: Column, spans: readonly number[], copy: number, entries: number): string => {
  const name = `"${column}"`
  const own = OWN[`${table}.${column}`]
  if (own !== undefined) return own(name, copy, entries)
  const older = (span: number): number => span - copy * spans.length
  if (type === 'uuid') {
    const cases = spans.map((span) => `when '${hexOf(span)}' then '${hexOf(older(span))}'`)
    const digits = `replace(${name}::text, '-', '')`
    return `(case left(${digits}, ${HEX_DIGITS}) ${cases.join(' ')} end || substr(${digits}, ${HEX_DIGITS + 1}))::uuid`
  }
  if (type !== 'text' && type !== 'json') return name
  const replaced = spans.reduce(
    (inner, span) => `replace(${inner}, '_${textOf(span)}', '_${textOf(older(span))}')`,
    `${name}::text`,
  )
  return type === 'json' ? `(${replaced})::json` : replaced
}

const COLUMNS = `select table_name as "table", column_name as "column", data_type as type from information_schema.columns
  where table_schema = $1 and table_name = any($2) order by table_name, ordinal_position`

/** What payments write. Accounts stay, and are only told how many entries they have now. */
const TABLES = [
  'idempotency_keys',
  'payments',
  'payment_winners',
  'attempts',
  'gateway_refs',
  'ledger_transactions',
  'events',
  'seals',
  'entries',
]

/** Multiplies the payments of a schema: as many `copies` of each, besides itself. What it makes is there to be large; it does not verify. */
export const multiplyPayments = async (
  server: BenchServer,
  schema: string,
  copies: number,
  onProgress: (what: string) => void,
): Promise<void> => {
  const columns = (await server.query(COLUMNS, [schema, TABLES])) as unknown as Column[]
  const [bounds] = await server.query(
    `select (select max(version) from "${schema}".entries)::int as entries,
      (select min(created_at) from "${schema}".payments)::float8 as since, (select max(at) from "${schema}".events)::float8 as until`,
  )
  const spanOf = (at: unknown): number => Math.floor(Number(at) / SPAN_MS)
  const [since, until] = [spanOf(bounds?.since), spanOf(bounds?.until)]
  const spans = Array.from({ length: until - since + 1 }, (_, i) => since + i)
  const entries = Number(bounds?.entries)
  for (const table of TABLES) {
    const own = columns.filter((column) => column.table === table)
    const into = own.map(({ column }) => `"${column}"`).join(', ')
    await server.query(`create temporary table bench_originals as select * from "${schema}"."${table}"`)
    for (let copy = copies; copy > 0; copy--) {
      const cells = own.map((column) => cellOf(column, spans, copy, entries)).join(', ')
      await server.query(`insert into "${schema}"."${table}" (${into}) select ${cells} from bench_originals`)
      if (copy % 10 === 0) onProgress(`growth: ${table}, ${copies - copy + 1} of ${copies} copies`)
    }
    await server.query('drop table bench_originals')
  }
  await server.query(`update "${schema}".accounts set version = version + $1`, [copies * entries])
}
