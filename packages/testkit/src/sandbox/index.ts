export type { EffectCount } from './acquirer/account.ts'
export { type Acquirer, createAcquirer, type Dashboard } from './acquirer/acquirer.ts'
export type { Books, ChargeBooks, CurrencyBooks } from './acquirer/books.ts'
export type { ChallengeReturn } from './acquirer/challenge.ts'
export type { DisputeDashboard, NewDispute } from './acquirer/disputes.ts'
export type { Exchange } from './acquirer/exchange.ts'
export type { Fault, FaultKind, FaultOperation } from './acquirer/faults.ts'
export { type AcquirerOptions, SANDBOX_CURRENCIES } from './acquirer/options.ts'
export type { Settlement, SettlementItem } from './acquirer/settlement.ts'
export {
  type SandboxGateway,
  type SandboxHttpOptions,
  type SandboxInProcessOptions,
  sandbox,
} from './adapter/sandbox.ts'
export { SANDBOX_METHODS } from './methods.ts'
export { sandboxReport, settlementFile } from './report/report.ts'
export { type SandboxServer, type SandboxServerOptions, startSandboxServer } from './server/server.ts'
export { SANDBOX_TOKENS, type SandboxInstrument, type SandboxOutcome, type SandboxToken } from './tokens.ts'
export type { WebhookSink } from './webhooks/outbox.ts'
export type { WireCharge, WireOperation } from './wire.ts'
export type { WireDispute } from './wire-dispute.ts'
