import type { AdyenOperation } from './faults.ts'

/** The version of the API that the double speaks. */
export const VERSION_PATH = '/v71'

/** A path of the API, taken apart. */
export interface Route {
  readonly operation: AdyenOperation
  /** The `pspReference` of the payment that it changes. */
  readonly target: string | null
}

const ROOT = `${VERSION_PATH}/payments`
const FIXED: Readonly<Record<string, Route>> = {
  [ROOT]: { operation: 'payment', target: null },
  [`${ROOT}/details`]: { operation: 'details', target: null },
  [`${VERSION_PATH}/cancels`]: { operation: 'technical_cancel', target: null },
}
const VERBS: Readonly<Record<string, AdyenOperation>> = {
  amountUpdates: 'amount_update',
  cancels: 'cancel',
  captures: 'capture',
  refunds: 'refund',
  reversals: 'reversal',
}

/** The route of a request, or null where the API has none: another version's paths are not this one's. */
export const parseRoute = (method: string, path: string): Route | null => {
  if (method !== 'POST') return null
  if (Object.hasOwn(FIXED, path)) return FIXED[path] ?? null
  const [, target, verb] = /^\/v71\/payments\/([A-Za-z0-9]{1,40})\/([A-Za-z]+)$/.exec(path) ?? []
  if (target === undefined || verb === undefined || !Object.hasOwn(VERBS, verb)) return null
  const operation = VERBS[verb]
  return operation === undefined ? null : { operation, target }
}
