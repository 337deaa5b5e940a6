import { formatAmount } from '../../money/index.ts'
import type { AttemptRow } from '../../payments/index.ts'
import { type RouteView, routeOf, routeView } from '../routing/route-view.ts'

/** One command at one gateway, as support sees it. Amounts are decimal strings. */
export interface AttemptView {
  readonly id: string
  readonly kind: AttemptRow['kind']
  readonly state: AttemptRow['state']
  readonly gateway: string
  readonly account: string
  readonly amount: string
  readonly currency: string
  readonly createdAt: string
  /** Somebody did it at the gateway, and it was reported. */
  readonly external: boolean
  /** The charge that it acts on. */
  readonly parent?: string
  /** The charge in whose place it was made, because that one was `not_sent`, `declined`, or left while its outcome was `unknown`. */
  readonly after?: string
  readonly because?: string
  /** Why it went to this gateway, and why not to the others. */
  readonly route?: RouteView
}

export const attemptView = (attempt: AttemptRow): AttemptView => {
  const { id, kind, state, gateway, account, amount, currency, createdAt, origin, parent } = attempt
  const route = routeOf(attempt)
  return {
    ...{ id, kind, state, gateway, account, currency },
    amount: formatAmount(amount, currency),
    createdAt: new Date(createdAt).toISOString(),
    external: origin === 'external',
    ...(parent === null ? {} : { parent }),
    ...(route?.after === undefined ? {} : { after: route.after }),
    ...(route?.because === undefined ? {} : { because: route.because }),
    ...(route === undefined ? {} : { route: routeView(route) }),
  }
}
