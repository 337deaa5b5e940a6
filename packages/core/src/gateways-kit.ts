export * from './gateways/index.ts'
export { FlorinError, isFlorinError } from './kernel/index.ts'
