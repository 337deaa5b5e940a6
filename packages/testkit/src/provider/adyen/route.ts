import type { AdyenDisputeOperation, AdyenOperation } from './faults.ts'

/** What Checkout can be asked. */
type CheckoutOperation = Exclude<AdyenOperation, AdyenDisputeOperation>

/** A path of the API, taken apart. */
export interface Route {
  readonly operation: CheckoutOperation
  /** The `pspReference` of the payment that it changes. */
  readonly target: string | null
}

const FIXED: Readonly<Record<string, Route>> = {
  '/payments': { operation: 'payment', target: null },
  '/payments/details': { operation: 'details', target: null },
  '/cancels': { operation: 'technical_cancel', target: null },
}
const VERBS: Readonly<Record<string, CheckoutOperation>> = {
  amountUpdates: 'amount_update',
  cancels: 'cancel',
  captures: 'capture',
  refunds: 'refund',
  reversals: 'reversal',
}

/** The route of a request, or null where the API has none: another version's paths are not this one's. */
export const parseRoute = (version: string, method: string, fullPath: string): Route | null => {
  if (method !== 'POST' || !fullPath.startsWith(`/${version}/`)) return null
  const path = fullPath.slice(version.length + 1)
  if (Object.hasOwn(FIXED, path)) return FIXED[path] ?? null
  const [, target, verb] = /^\/payments\/([A-Za-z0-9]{1,40})\/([A-Za-z]+)$/.exec(path) ?? []
  if (target === undefined || verb === undefined || !Object.hasOwn(VERBS, verb)) return null
  const operation = VERBS[verb]
  return operation === undefined ? null : { operation, target }
}
