import type { MerchantApi, Report } from '@florin/core'
import type { z } from 'zod'
import type { OutputName } from '../schemas/components.ts'
import { accountStatementQuery, earningsQuery, outstandingQuery, trialBalanceQuery } from '../schemas/report.ts'
import { validate } from '../validate.ts'
import type { MerchantRoute } from './route.ts'

/** The media types of a report's formats. */
const TYPES = { jsonl: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const

/** Pieces whose first is at hand already: what is wrong from the start is refused, instead of breaking an answer off. */
const begun = async (pieces: AsyncIterable<string>): Promise<AsyncIterable<string>> => {
  const iterator = pieces[Symbol.asyncIterator]()
  let first: IteratorResult<string> | null = await iterator.next()
  const next = async (): Promise<IteratorResult<string>> => {
    const at = first ?? (await iterator.next())
    first = null
    return at
  }
  const end = async (): Promise<IteratorResult<string>> => {
    await iterator.return?.()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) }
}

interface Described<S extends z.ZodObject> {
  readonly name: string
  readonly operationId: string
  readonly summary: string
  readonly query: S
  readonly rows: OutputName
  readonly refuses: MerchantRoute['refuses']
  of(reports: MerchantApi['reports'], query: Omit<z.output<S>, 'format'>): Pick<Report, 'csv' | 'jsonLines'>
}

const report = <S extends z.ZodObject>(described: Described<S>): MerchantRoute => {
  const { name, operationId, summary, query: schema, rows, refuses, of } = described
  return {
    method: 'GET',
    path: `/v1/reports/${name}`,
    access: 'merchant',
    tag: 'Reports',
    operationId,
    summary,
    input: null,
    query: schema,
    key: 'ignored',
    answer: { status: 200, schema: rows, says: 'The report, a row a line, as it is read.' },
    types: ['text/csv'],
    lines: true,
    refuses,
    run: async ({ api, query }) => {
      const { format, ...input } = validate(schema, query) as z.output<S> & { readonly format: keyof typeof TYPES }
      const made = of(api.reports, input)
      const pieces = await begun(format === 'csv' ? made.csv() : made.jsonLines())
      return { status: 200, body: null, stream: { type: TYPES[format], pieces } }
    },
  }
}

/** What the books say of the merchant, as streams of any length. */
export const REPORT_ROUTES: readonly MerchantRoute[] = [
  report({
    name: 'trial-balance',
    operationId: 'getTrialBalance',
    summary: 'Read every account with what was debited and credited, and totals that are zero.',
    query: trialBalanceQuery,
    rows: 'TrialBalanceRow',
    refuses: ['overloaded'],
    of: (reports, input) => reports.trialBalance(given(input)),
  }),
  report({
    name: 'earnings',
    operationId: 'getEarnings',
    summary: 'Read what was earned, by day or month and currency.',
    query: earningsQuery,
    rows: 'EarningsRow',
    refuses: ['overloaded'],
    of: (reports, input) => reports.earnings(given(input)),
  }),
  report({
    name: 'outstanding',
    operationId: 'getOutstanding',
    summary: 'Read what gateways have of the merchant’s money, by its age.',
    query: outstandingQuery,
    rows: 'OutstandingRow',
    refuses: [],
    of: (reports) => reports.outstanding(),
  }),
  report({
    name: 'statement',
    operationId: 'getAccountStatement',
    summary: 'Read the entries of an account between two instants, with the balances before and after.',
    query: accountStatementQuery,
    rows: 'AccountStatementRow',
    refuses: ['not_found'],
    of: (reports, { account, ...span }) => reports.statement(account, given(span)),
  }),
]

/** What was given, without what was not. */
const given = <T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never
