export { type Route, type RouteExplanation, type RoutingInput, route } from './plan.ts'
