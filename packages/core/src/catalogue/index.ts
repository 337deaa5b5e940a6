import { customers, paymentMethods } from '../customers/index.ts'
import { disputeActs, disputeEvidence, disputes } from '../disputes/index.ts'
import { feeSchedules } from '../fees/index.ts'
import { fxHedges, fxQuotes } from '../fx/index.ts'
import { idempotencyKeys } from '../idempotency/index.ts'
import { ledgerTransactions } from '../ledger/index.ts'
import {
  allocations,
  attempts,
  checkouts,
  gatewayRefs,
  obligations,
  payments,
  paymentWinners,
  reviews,
  shares,
} from '../payments/index.ts'
import { payoutDestinations, payoutFiles, payouts } from '../payouts/index.ts'
import {
  breaks,
  gatewayBatches,
  gatewayBatchParts,
  lateMatches,
  oddLines,
  reconciliationPlaces,
  reconciliationRuns,
  reconciliationSources,
  settledCosts,
  statementLines,
  statementParts,
} from '../reconciliation/index.ts'
import type { AnyTable } from '../records/index.ts'
import { refunds } from '../refunds/index.ts'
import { servers } from '../resilience/index.ts'
import { settlementSchedules, settlements } from '../settlement/index.ts'
import { SPINE } from '../storage/index.ts'
import { webhookBodies, webhookEvidence, webhookInbox } from '../webhooks/index.ts'

/**
 * Every table there is, in the fixed order in which a storage takes its locks: what callers collide on comes first. Closed: all of
 * them exist in every storage, whichever rooms a host uses.
 */
export const CATALOGUE: readonly AnyTable[] = Object.freeze([
  idempotencyKeys,
  payments,
  paymentWinners,
  attempts,
  gatewayRefs,
  obligations,
  reviews,
  checkouts,
  allocations,
  shares,
  refunds,
  disputes,
  disputeEvidence,
  disputeActs,
  payouts,
  payoutFiles,
  payoutDestinations,
  customers,
  paymentMethods,
  feeSchedules,
  fxHedges,
  fxQuotes,
  webhookInbox,
  webhookBodies,
  webhookEvidence,
  servers,
  reconciliationSources,
  reconciliationRuns,
  statementLines,
  statementParts,
  oddLines,
  lateMatches,
  gatewayBatches,
  gatewayBatchParts,
  settledCosts,
  breaks,
  reconciliationPlaces,
  settlements,
  settlementSchedules,
  ledgerTransactions,
  ...SPINE,
])
