export * from './gateways/index.ts'
export { FlorinError, isFlorinError } from './kernel/index.ts'
export { exponentOf, formatAmount, isPayable, parseAmount } from './money/index.ts'
