import { postedOf } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { Ageing, accountKind, type Report, reportOf } from '../../reports/index.ts'
import { type AccountRow, accounts, entries } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'

const DAY_MS = 86_400_000
const BOUNDS_MS = [DAY_MS, 7 * DAY_MS, 30 * DAY_MS]

/** What a gateway account has of one merchant's money, for one reason and in one currency, and for how long. Amounts are decimal strings. */
export type OutstandingRow = {
  readonly merchant: string
  readonly gateway: string
  readonly account: string
  readonly currency: string
  /** Owed to us and not settled; settled and not seen at the bank; withheld for disputes that are not decided. */
  readonly what: 'receivable' | 'transit' | 'disputed'
  /** Below zero: we owe it to the gateway; then nothing has an age. */
  readonly open: string
  /** Of that: not older than a day, than a week, than 30 days, and what is older. They sum to `open`. */
  readonly upToDay: string
  readonly upToWeek: string
  readonly upToMonth: string
  readonly older: string
  /** When the oldest of it came, ISO 8601 in UTC. */
  readonly oldest: string | null
}

const COLUMNS = [
  'merchant',
  'gateway',
  'account',
  'currency',
  'what',
  'open',
  'upToDay',
  'upToWeek',
  'upToMonth',
  'older',
  'oldest',
] as const

/**
 * What gateways have of our money, by its age. Gateways settle the oldest first, so what is open is taken to be the newest. Each account is
 * as of the moment at which it is read; only as many of its entries are read as make up what is open.
 */
export const outstanding = (context: FlowContext, merchant: string | null): Report<OutstandingRow> =>
  reportOf(COLUMNS, () => rowsOf(context, merchant))

async function* rowsOf(context: FlowContext, merchant: string | null): AsyncGenerator<OutstandingRow> {
  const { storage } = context
  const now = context.runtime.clock.now()
  const query = merchant === null ? { equals: {} } : { equals: { merchant }, from: 'gateway/', to: 'gateway/~' }
  for await (const page of storage.scan(accounts, { index: 'key', ...query })) {
    for (const row of page) {
      const kind = accountKind(row.account)
      if (kind.is !== 'receivable' && kind.is !== 'transit' && kind.is !== 'disputed') continue
      const open = postedOf(row)
      if (open === 0n) continue
      const { sums, oldest } = (await aged(context, row, new Ageing(open, now, BOUNDS_MS))).end()
      const [day = '', week = '', month = '', older = ''] = sums.map((one) => formatAmount(one, row.currency))
      yield {
        merchant: row.merchant,
        ...{ gateway: kind.gateway, account: kind.account, currency: row.currency, what: kind.is },
        open: formatAmount(open, row.currency),
        ...{ upToDay: day, upToWeek: week, upToMonth: month, older },
        oldest: oldest === null ? null : new Date(oldest).toISOString(),
      }
    }
  }
}

/** Reads the newest of what the gateway came to owe, until that makes up what is open. */
const aged = async ({ storage }: FlowContext, row: AccountRow, ageing: Ageing): Promise<Ageing> => {
  if (ageing.done) return ageing
  const { merchant, account, version } = row
  const newest = { index: 'key', equals: { merchant, account }, to: version, descending: true } as const
  for await (const page of storage.scan(entries, newest)) {
    for (const { side, phase, amount, at } of page) {
      if (side === 'debit' && (phase === 'posted' || phase === 'settled')) ageing.add({ amount, at })
      if (ageing.done) return ageing
    }
  }
  return ageing
}
