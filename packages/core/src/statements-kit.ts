export { FlorinError, hasPan, isFlorinError, maskPans } from './kernel/index.ts'
export { currencyOf, exponentOf, formatAmount, parseAmount } from './money/index.ts'
export * from './statements/index.ts'
