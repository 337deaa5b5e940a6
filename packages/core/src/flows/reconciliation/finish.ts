import { gatewayTransit, receivable } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  type BatchRow,
  type Finding,
  gatewayBatches,
  type RunRow,
  reconciliationRuns,
  reconciliationSources,
  type SourceRow,
  sourceOf,
  suggested,
} from '../../reconciliation/index.ts'
import type { Posting } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { setBatch } from './batches.ts'
import { bookingOf } from './book.ts'
import { findingsChange } from './findings.ts'
import { lookAgain } from './look-again.ts'

const TRIES = 64

/**
 * What can be said only once a whole file is read: whether each payout is what its lines come to, whether the lines lead from the opening
 * balance to the closing one, and whether what nobody knew before is known now. Each step stands by itself and may be repeated.
 */
export const finishRun = async (
  context: FlowContext,
  source: string,
  run: RunRow['id'],
  isBank: boolean,
): Promise<void> => {
  const [row] = await context.storage.load(reconciliationSources, [{ source }])
  if (row === undefined) return
  if (!isBank) await settleRemainders(context, row)
  await checkBalances(context, row, run)
  await lookAgain(context)
}

/** Books what a gateway says to have paid beyond what its lines come to, for each batch that the bank has not shown. */
const settleRemainders = async (context: FlowContext, source: SourceRow): Promise<void> => {
  const equals = { waiting: source.source }
  const due: BatchRow[] = []
  for await (const page of context.storage.scan(gatewayBatches, { index: 'waiting', equals })) {
    for (const row of page) if (row.paid !== null && row.paid - row.net !== row.remainder) due.push(row)
  }
  for (const row of due) await settleRemainder(context, source, row)
}

const settleRemainder = async (context: FlowContext, source: SourceRow, start: BatchRow): Promise<void> => {
  const { batch, currency } = start
  let row: BatchRow | undefined = start
  for (let tries = 0; tries < TRIES; tries++) {
    if (row === undefined || row.paid === null || row.waiting === null) return
    const remainder = row.paid - row.net
    if (remainder === row.remainder) return
    const booking = bookingOf(
      context,
      new Map([[source.merchant, [posting(source, row, remainder - row.remainder)]]]),
      {
        reference: `${source.source}/${batch}/${currency}/${row.version}`,
        type: 'payout_remainder',
        effectiveAt: row.valueAt,
        metadata: { source: source.source, batch },
      },
    )
    const about = `batch/${batch}/${currency}`
    // A source that tells no lines by payout says nothing by not having them.
    const amiss = remainder !== 0n && row.lines > 0
    const found = await findingsChange(
      context,
      source.source,
      amiss ? [batchFinding(source, row, remainder)] : [],
      amiss ? [] : [about],
    )
    const guards = [setBatch(row, { remainder }), ...booking.guards, ...found.guards]
    const change = { guards, effects: [...booking.effects, ...found.effects] }
    const { merchant } = source
    if ((await context.committer.commit(change, { lane: 'recovery', merchant })).committed) return
    ;[row] = await context.storage.load(gatewayBatches, [{ source: source.source, batch, currency }])
  }
}

const posting = ({ source }: SourceRow, { currency }: BatchRow, amount: bigint): Posting => {
  const at = sourceOf(source)
  const [gateway, account] = at === null || 'bank' in at ? ['', ''] : [at.gateway, at.account]
  const transit = gatewayTransit(gateway, account, currency)
  const owed = receivable(gateway, account, currency)
  return amount > 0n
    ? { debit: transit, credit: owed, amount, currency, phase: 'posted' }
    : { debit: owed, credit: transit, amount: -amount, currency, phase: 'posted' }
}

/** A payout that is not what its lines come to. */
export const batchFinding = (source: SourceRow, row: BatchRow, remainder: bigint): Finding => {
  const { batch, currency, net, paid, lines } = row
  const say = (amount: bigint): string => `${formatAmount(amount, currency)} ${currency}`
  const what = `batch ${batch} was paid with ${say(paid ?? 0n)}, and its ${lines} lines come to ${say(net)}`
  return {
    about: `batch/${batch}/${currency}`,
    kind: 'amount_differs',
    merchant: source.merchant,
    currency,
    ours: net,
    theirs: paid,
    line: null,
    attempt: null,
    payment: null,
    why: `${what}: a file with the missing lines explains it`,
    suggestion: suggested(
      posting(source, row, -remainder),
      'what was paid and no line accounts for is still owed, or was lent',
    ),
  }
}

/** Whether the lines of a file lead from its opening balance to its closing one. */
const checkBalances = async (context: FlowContext, source: SourceRow, id: RunRow['id']): Promise<void> => {
  const [run] = await context.storage.load(reconciliationRuns, [{ id }])
  if (run === undefined) return
  const findings: Finding[] = []
  for (const [currency, { opening, closing }] of statedBy(run)) {
    const lines = BigInt(run.sums.lines[currency] ?? '0')
    if (opening + lines === closing) continue
    const say = (amount: bigint): string => `${formatAmount(amount, currency)} ${currency}`
    const why = `the file opens with ${say(opening)} and closes with ${say(closing)}, and its lines come to ${say(lines)}: lines are missing in it, or are malformed`
    const whose = { merchant: source.merchant, currency, line: null, attempt: null, payment: null }
    const amounts = { ours: opening + lines, theirs: closing }
    findings.push({
      ...whose,
      ...amounts,
      about: `balance/${id}/${currency}`,
      kind: 'amount_differs',
      why,
      suggestion: null,
    })
  }
  if (findings.length === 0) return
  const { merchant } = source
  for (let tries = 0; tries < TRIES; tries++) {
    const change = await findingsChange(context, source.source, findings, [])
    if (change.guards.length === 0) return
    if ((await context.committer.commit(change, { lane: 'recovery', merchant })).committed) return
  }
}

/** What a file states of each currency, over all of its accounts; only where it states both ends of each. */
const statedBy = ({ sums }: RunRow): ReadonlyMap<string, { opening: bigint; closing: bigint }> => {
  const stated = new Map<string, { opening: bigint; closing: bigint }>()
  for (const [name, closing] of Object.entries(sums.closing)) {
    const opening = sums.opening[name]
    if (opening === undefined) continue
    const currency = name.slice(name.lastIndexOf(' ') + 1)
    const sum = stated.get(currency) ?? { opening: 0n, closing: 0n }
    stated.set(currency, { opening: sum.opening + BigInt(opening), closing: sum.closing + BigInt(closing) })
  }
  return stated
}
