import { gatewayTransit, suspense } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  type BatchRow,
  type Finding,
  gatewayBatches,
  type SourceRow,
  sourceOf,
  suggested,
} from '../../reconciliation/index.ts'
import type { FlowContext } from '../context.ts'
import { batchTotal } from './batch-match.ts'
import { breaksAbout, findingsChange } from './findings.ts'

const DAY_MS = 86_400_000
const TRIES = 8

/** What a break about a batch that no bank has shown is called. */
export const unseenBatch = ({ batch, currency }: Pick<BatchRow, 'batch' | 'currency'>): string =>
  `payout/${batch}/${currency}`

/**
 * Payouts that a gateway says to have made, and no bank has shown, although the files of a bank cover the time by which it should have.
 * `covered`: how far the files of banks reach. Answers how many breaks that opened.
 */
export const sweepBatches = async (context: FlowContext, source: SourceRow, covered: number): Promise<number> => {
  const due = Math.min(covered, context.runtime.clock.now()) - source.closesAfterDays * DAY_MS
  let opened = 0
  for await (const page of context.storage.scan(gatewayBatches, {
    index: 'waiting',
    equals: { waiting: source.source },
  })) {
    const late = page.filter(({ paid, valueAt }) => paid !== null && paid !== 0n && valueAt < due)
    opened += await open(context, source, late)
  }
  return opened
}

const open = async (context: FlowContext, source: SourceRow, late: readonly BatchRow[]): Promise<number> => {
  const { merchant } = source
  for (let tries = 0; tries < TRIES && late.length > 0; tries++) {
    const known = await breaksAbout(context, source.source, late.map(unseenBatch))
    const news = late.filter((row) => !known.has(unseenBatch(row)))
    if (news.length === 0) return 0
    const change = await findingsChange(
      context,
      source.source,
      news.map((row) => findingOf(source, row)),
      [],
    )
    if ((await context.committer.commit(change, { lane: 'recovery', merchant })).committed) return news.length
  }
  return 0
}

const findingOf = ({ source, merchant }: SourceRow, row: BatchRow): Finding => {
  const { batch, currency } = row
  const at = sourceOf(source)
  const [gateway, account] = at === null || 'bank' in at ? ['', ''] : [at.gateway, at.account]
  const total = batchTotal(row)
  const [transit, nobodys] = [gatewayTransit(gateway, account, currency), suspense(currency)]
  const [debit, credit] = total > 0n ? [nobodys, transit] : [transit, nobodys]
  const amount = total > 0n ? total : -total
  return {
    about: unseenBatch(row),
    kind: 'missing_there',
    merchant,
    currency,
    ours: total,
    theirs: null,
    line: null,
    attempt: null,
    payment: null,
    why: `payout ${batch} of ${formatAmount(total, currency)} ${currency} is in no file of a bank: ask the gateway where it went`,
    suggestion: suggested({ debit, credit, amount, currency, phase: 'posted' }, 'until the bank shows it'),
  }
}
