import { bankAccount, gatewayTransit, receivable } from '../../ledger/index.ts'
import { type BatchNews, type BatchRow, type Books, type Finding, sourceOf } from '../../reconciliation/index.ts'
import { batchKey } from './batches.ts'
import type { At } from './candidates.ts'
import { batchFinding } from './finish.ts'

/** What lines of payouts that the bank has shown change about these. */
export interface ShownNews {
  /** By the batch's name: what of its payout no line accounts for now. */
  readonly remainders: ReadonlyMap<string, bigint>
  readonly findings: readonly Finding[]
  /** What breaks that are over are about. */
  readonly explained: readonly string[]
}

/**
 * Books lines of payouts that a bank has shown already, as whole ones: their money is at the bank, and stood there as what no line accounted
 * for. So what the bank has stays as it is, and only whose it is becomes known.
 */
export const bookShown = (
  at: At,
  books: Books,
  batches: ReadonlyMap<string, BatchNews>,
  rows: readonly (BatchRow | undefined)[],
): ShownNews => {
  const news = [...batches.values()]
  const remainders = new Map<string, bigint>()
  const findings: Finding[] = []
  const explained: string[] = []
  for (const [index, one] of news.entries()) {
    const row = rows[index]
    if (row === undefined || row.waiting !== null || row.paid === null || one.lines === 0) continue
    moveToBank(at, books, row, one)
    const after = { ...row, lines: row.lines + one.lines, net: row.net + one.net, remainder: row.remainder - one.net }
    remainders.set(batchKey(row), after.remainder)
    if (after.remainder === 0n) explained.push(`batch/${row.batch}/${row.currency}`)
    else findings.push(batchFinding(at.source, after, after.remainder))
  }
  return { remainders, findings, explained }
}

const moveToBank = (at: At, books: Books, { bank, currency }: BatchRow, { parts, net }: BatchNews): void => {
  const shownBy = sourceOf(bank ?? '')
  if (shownBy === null || !('bank' in shownBy)) return
  const to = bankAccount(shownBy.bank, currency)
  const transit = gatewayTransit(at.gateway, at.account, currency)
  for (const [merchant, part] of parts) books.move(merchant, to, transit, part, currency)
  books.move(at.source.merchant, to, receivable(at.gateway, at.account, currency), -net, currency)
}
