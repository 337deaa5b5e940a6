import { routeRecord } from '../../routing/index.ts'
import type { FlowContext } from '../context.ts'
import { planCharge, type Routable, subjectOf } from './plan-charge.ts'
import { type RouteView, routeView } from './route-view.ts'

/** What routing would decide about such a payment at this moment. Nothing is written, sent or drawn: a preview never explores. */
export const explainRoute = (context: FlowContext, request: Routable): RouteView =>
  routeView(routeRecord(planCharge(context, subjectOf(request, null))))
