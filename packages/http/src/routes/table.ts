import { CUSTOMER_ROUTES } from './customers.ts'
import { DISPUTE_ROUTES } from './disputes.ts'
import { FEE_ROUTES } from './fees.ts'
import { FX_ROUTES } from './fx.ts'
import { PAYMENT_ROUTES } from './payments.ts'
import { PAYOUT_ROUTES } from './payouts.ts'
import { RECONCILIATION_ROUTES } from './reconciliation.ts'
import { REFUND_ROUTES } from './refunds.ts'
import { REPORT_ROUTES } from './reports.ts'
import { REVIEW_ROUTES } from './reviews.ts'
import type { Route } from './route.ts'
import { ROUTING_ROUTES } from './routing.ts'
import { LEDGER_ROUTES, PUBLIC_ROUTES, WEBHOOK_ROUTE } from './service.ts'
import { SETTLEMENT_ROUTES } from './settlements.ts'

/** Every operation of the API. The router and the OpenAPI document are both made from it. */
export const ROUTES: readonly Route[] = [
  ...PAYMENT_ROUTES,
  ...REFUND_ROUTES,
  ...DISPUTE_ROUTES,
  ...REVIEW_ROUTES,
  ...CUSTOMER_ROUTES,
  ...ROUTING_ROUTES,
  ...SETTLEMENT_ROUTES,
  ...PAYOUT_ROUTES,
  ...FEE_ROUTES,
  ...FX_ROUTES,
  ...LEDGER_ROUTES,
  ...REPORT_ROUTES,
  ...RECONCILIATION_ROUTES,
  WEBHOOK_ROUTE,
  ...PUBLIC_ROUTES,
]
