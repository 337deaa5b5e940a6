export type { GatewayRequest, GatewayResponse, SendContext, Sent, Transport } from './gateways/index.ts'
export { FlorinError, isFlorinError } from './kernel/index.ts'
export { currencyOf, exponentOf, formatAmount, parseAmount } from './money/index.ts'
export * from './rails/index.ts'
