export { INVARIANTS, SAME_RUN, type Violation } from './check/all.ts'
export type { Evidence } from './check/evidence.ts'
export type { Invariant } from './check/invariant.ts'
export { type CrashOptions, type CrashReport, type CrashRun, crashEverywhere } from './crashes.ts'
export { ALL_FAULT_KINDS, FAULT_KINDS, type FaultKindName, type FaultPlace } from './plan/fault-kinds.ts'
export { FLOWS, type FlowName } from './plan/flows.ts'
export type { CrashSpec, DisturbanceSpec, FaultSpec, Life, Plan, SetUp } from './plan/plan.ts'
export type { Elsewhere, Paying, Step } from './plan/steps.ts'
export { type GatewayKind, MODEL_GATEWAYS } from './providers.ts'
export type { RunReport } from './run.ts'
export { type PlantedName, seedsUntilFound } from './sabotage/find-planted.ts'
export { PLANTED, type Planted } from './sabotage/planted.ts'
export type { Sabotage, SabotageWorld } from './sabotage/sabotage.ts'
export { type FailedSeed, type SimulateOptions, type SimulationReport, simulate } from './simulate.ts'
export type { Totals } from './totals.ts'
export type {
  ProviderCharge,
  ProviderFactory,
  ProviderFault,
  ProviderOperation,
  ProviderReply,
  ProviderReport,
  ProviderWebhook,
  ProviderWorld,
  RequestFacts,
  SimulatedProvider,
} from './world/provider.ts'
