export type { GatewayStanding, RoutingConditions, TriedAccount } from './conditions.ts'
export { checkGateways, type GatewayDemands, mayBeLeft } from './demands.ts'
export { explainText, noGateway, type ToldPlan, waitsForRecovery } from './explain-text.ts'
export {
  type GatewayHealth,
  HEALTH,
  HEALTH_STATES,
  HEALTH_THRESHOLDS,
  type HealthEvent,
  type HealthState,
  healthAfter,
  healthyAt,
} from './health.ts'
export { createHealthBoard, type HealthBoard } from './health-board.ts'
export type {
  GatewayCost,
  MerchantRouting,
  OneOrMore,
  RoutingOptions,
  RoutingRule,
  RuleMatch,
  ScoreWeights,
} from './options.ts'
export { REFUSALS, type RefusalCode, type RefusedGateway } from './refusals.ts'
export { type CandidateNote, type RouteCandidate, type RoutePlan, type RouteRecord, routeRecord } from './route-plan.ts'
export { createRouter, type Router } from './router.ts'
export {
  type CardTry,
  type NextTry,
  SCHEME_CAPS,
  type SchemeRule,
  type SchemeVerdict,
  schemeCaps,
} from './scheme-caps.ts'
export type { Score } from './score.ts'
export { type GatewayStats, type GatewayWindow, gatewayStatsOf } from './stats.ts'
export type { RoutingSubject } from './subject.ts'
export type { GatewayTarget } from './target.ts'
