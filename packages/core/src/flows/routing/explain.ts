import { routeRecord } from '../../routing/index.ts'
import type { FlowContext } from '../context.ts'
import { planCharge, type Routable, subjectOf } from './plan-charge.ts'
import { type RouteView, routeView } from './route-view.ts'
import { cardHistory, schemeVerdict } from './scheme-history.ts'

/** What routing would decide about such a payment at this moment. Nothing is written, sent or drawn: a preview never explores. */
export const explainRoute = async (context: FlowContext, request: Routable): Promise<RouteView> => {
  const caps = schemeVerdict(request, await cardHistory(context, request), context.runtime.clock.now())
  return routeView(routeRecord(planCharge(context, subjectOf(request, null), { caps })))
}
