import {
  type ChainHead,
  type ChainReport,
  disputesTruth,
  paymentsTruth,
  payoutsTruth,
  settlementSchedulesTruth,
  settlementsTruth,
  verifyChain,
} from '../../events/index.ts'
import type { Random } from '../../kernel/index.ts'
import { type LedgerReport, ledgerEvents, verifyLedger } from '../../ledger/index.ts'
import { type PaymentsReport, verifyPayments } from './payments.ts'
import { counted, type Readable, type VerifyProgress } from './progress.ts'

/** Whether the three accounts of what happened agree: attempts, ledger, and the chained events. JSON-safe. */
export interface VerifyReport {
  readonly ok: boolean
  readonly chain: ChainReport
  readonly ledger: LedgerReport
  readonly payments: PaymentsReport
}

/** What a verification is told beside the storage. */
export interface VerifyAllOptions {
  /** A head that was exported earlier: the chain must still pass through it. Without one, a chain cut off at its end looks whole. */
  readonly expectHead?: ChainHead
  /** Hears of every page that is read. */
  readonly onProgress?: (progress: VerifyProgress) => void
  /** Where the key of the tallies comes from. Default: the system's. */
  readonly random?: Random
}

/**
 * Recomputes everything that can be recomputed from what a migrated storage holds: `florin.verify` for those who have no gateways at
 * hand. Reads the whole store, and writes nothing; may run while payments are taken. What is wrong is returned; rejects as the storage
 * does, and with `invalid_request` for a head of another partition.
 */
export const verifyStorage = async (storage: Readable, options: VerifyAllOptions = {}): Promise<VerifyReport> => {
  const { expectHead, onProgress, random } = options
  const through = (part: VerifyProgress['part']): Readable =>
    onProgress === undefined ? storage : counted(storage, part, onProgress)
  const links = through('chain')
  const truth = [paymentsTruth, disputesTruth, payoutsTruth, settlementsTruth, settlementSchedulesTruth].map((of) =>
    of(links),
  )
  const chain = await verifyChain(links, { truth, ...(expectHead === undefined ? {} : { expectHead }) })
  const books = through('ledger')
  const ledger = await verifyLedger(books, undefined, { events: ledgerEvents(books), ...(random && { random }) })
  const payments = await verifyPayments({ storage: through('payments') })
  return { ok: chain.ok && ledger.ok && payments.ok, chain, ledger, payments }
}
