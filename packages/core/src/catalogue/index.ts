import { customers, paymentMethods } from '../customers/index.ts'
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
import type { AnyTable } from '../records/index.ts'
import { refunds } from '../refunds/index.ts'
import { servers } from '../resilience/index.ts'
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
  customers,
  paymentMethods,
  webhookInbox,
  webhookBodies,
  webhookEvidence,
  servers,
  ledgerTransactions,
  ...SPINE,
])
