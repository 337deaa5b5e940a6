export { CATALOGUE } from './catalogue/index.ts'
export { FlorinError, isFlorinError } from './kernel/index.ts'
export * from './records/index.ts'
export * from './storage/index.ts'
