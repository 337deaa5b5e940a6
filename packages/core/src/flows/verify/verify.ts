import { type ChainHead, type ChainReport, paymentsTruth, verifyChain } from '../../events/index.ts'
import { type LedgerReport, ledgerEvents, verifyLedger } from '../../ledger/index.ts'
import type { FlowContext } from '../context.ts'
import { type PaymentsReport, verifyPayments } from './payments.ts'

/** Whether the three accounts of what happened agree: attempts, ledger, and the chained events. JSON-safe. */
export interface VerifyReport {
  readonly ok: boolean
  readonly chain: ChainReport
  readonly ledger: LedgerReport
  readonly payments: PaymentsReport
}

/** Recomputes everything that can be recomputed. Reads the whole store; may run while payments are taken. */
export const verifyAll = async (context: FlowContext, expectHead?: ChainHead): Promise<VerifyReport> => {
  const { storage } = context
  const truth = [paymentsTruth(storage)]
  const chain = await verifyChain(storage, { truth, ...(expectHead === undefined ? {} : { expectHead }) })
  const ledger = await verifyLedger(storage, undefined, { events: ledgerEvents(storage) })
  const checked = await verifyPayments(context)
  return { ok: chain.ok && ledger.ok && checked.ok, chain, ledger, payments: checked }
}
