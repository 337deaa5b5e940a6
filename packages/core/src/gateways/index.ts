export type {
  Answer,
  CustomerAction,
  GatewayRequest,
  GatewayResponse,
  InstrumentFacts,
  NextStep,
} from './answer.ts'
export {
  type CancelCommand,
  type CaptureCommand,
  type ChargeCommand,
  type Command,
  type CommandMethod,
  type CompleteCommand,
  type IncrementCommand,
  type LookupCommand,
  METHOD_TYPES,
  type MethodType,
  type MutatingKind,
  type RefundCommand,
  type Target,
} from './command.ts'
export {
  DECLINE_POLICY,
  type DeclinePolicy,
  NEXT_STEPS_AFTER_DECLINE,
  type NextStepAfterDecline,
  nextAfterDecline,
  SCHEME_ADVICE,
  type SchemeAdvice,
  schemeAdviceOf,
} from './decline-policy.ts'
export { DECLINE_CLASSES, type Decline, type DeclineClass } from './declines.ts'
export {
  DISPUTE_REPORTS,
  DISPUTE_STAGES,
  type DisputeAnswer,
  type DisputeCommand,
  type DisputeFact,
  type DisputePort,
  type DisputeReport,
  type DisputeStage,
  type EvidenceFile,
} from './dispute.ts'
export type {
  AmountLimits,
  Capabilities,
  Gateway,
  GatewayFact,
  MethodCapabilities,
  RawDelivery,
  SendContext,
  SendFault,
  Sent,
  Transport,
  Undone,
} from './gateway.ts'
export { jsonIn } from './json-in.ts'
export { retryAfterMs } from './retry-after.ts'
