import { gatewayCosts, ledgerTransactions } from '../../ledger/index.ts'
import { type Candidate, type Candidates, type SettledCostsRow, settledCosts } from '../../reconciliation/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import { accounts, lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import type { At } from './candidates.ts'

/** What was booked as cost before the file came. */
export interface Accrued {
  /** By attempt: what its capture booked. */
  readonly byAttempt: ReadonlyMap<string, bigint>
  /** What reconciliation itself has booked so far, by merchant and currency. */
  readonly settled: ReadonlyMap<string, SettledCostsRow>
}

/**
 * Reads what captures have accrued. Most gateways tell no cost at capture: where the account of costs has nothing but what reconciliation
 * booked, no capture has to be looked up.
 */
export const loadAccrued = async (
  { storage }: FlowContext,
  at: At,
  lines: readonly StatementLine[],
  { byId, byGatewayId, byPayment, near }: Candidates,
): Promise<Accrued> => {
  const groups = () => [byId.values(), ...byGatewayId.values(), ...byPayment.values(), near]
  const currencies = new Set<string>()
  const merchants = new Set([at.source.merchant])
  for (const { currency } of lines) currencies.add(currency)
  let last: Candidate | undefined
  for (const group of groups()) {
    for (const one of group) {
      if (last === undefined || one.merchant !== last.merchant) merchants.add(one.merchant)
      if (last === undefined || one.currency !== last.currency) currencies.add(one.currency)
      last = one // mostly the same: to compare two names costs less than to look one up
    }
  }
  const keys = [...merchants].flatMap((merchant) => [...currencies].map((currency) => ({ merchant, currency })))
  const [settledRows, accountRows] = await Promise.all([
    storage.load(
      settledCosts,
      keys.map((key) => ({ ...key, source: at.source.source })),
    ),
    storage.load(
      accounts,
      keys.map(({ merchant, currency }) => ({
        merchant,
        account: gatewayCosts(at.gateway, at.account, currency).account,
      })),
    ),
  ])
  const settled = new Map<string, SettledCostsRow>()
  const accruing = new Set<string>()
  for (const [i, { merchant, currency }] of keys.entries()) {
    const row = settledRows[i]
    if (row !== undefined) settled.set(`${merchant}\0${currency}`, row)
    if ((accountRows[i]?.debitsPosted ?? 0n) !== (row?.costs ?? 0n)) accruing.add(merchant)
  }
  const captures: Candidate[] = []
  if (accruing.size > 0) {
    for (const group of groups())
      for (const one of group) if (isCapture(one) && accruing.has(one.merchant)) captures.push(one)
  }
  return { byAttempt: await costsOfCaptures(storage, at, captures), settled }
}

const isCapture = ({ kind }: Candidate): boolean => kind === 'sale' || kind === 'capture'

const costsOfCaptures = async (
  storage: FlowContext['storage'],
  at: At,
  captures: readonly Candidate[],
): Promise<ReadonlyMap<string, bigint>> => {
  const found = new Map<string, bigint>()
  const byMerchant = new Map<string, Map<string, Candidate>>()
  for (const one of captures) {
    const mine = byMerchant.get(one.merchant) ?? new Map()
    byMerchant.set(one.merchant, mine.set(`${one.id}/capture`, one))
  }
  for (const [merchant, wanted] of byMerchant) {
    const asked = {
      index: 'key',
      equals: { merchant },
      values: [...wanted.keys()],
      columns: ['reference', 'postings'],
    } as const
    for (const { reference, postings } of await lookUp(storage, ledgerTransactions, asked)) {
      const one = wanted.get(reference)
      if (one === undefined) continue
      const costs = gatewayCosts(at.gateway, at.account, one.currency).account
      let sum = 0n
      for (const [debit, credit, amount] of postings) {
        if (debit === costs) sum += BigInt(amount)
        if (credit === costs) sum -= BigInt(amount)
      }
      if (sum !== 0n) found.set(one.id, sum)
    }
  }
  return found
}
