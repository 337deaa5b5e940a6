export * from './gateways/index.ts'
export { FlorinError, hasPan, isFlorinError, maskPans } from './kernel/index.ts'
export { exponentOf, formatAmount, isPayable, parseAmount } from './money/index.ts'
