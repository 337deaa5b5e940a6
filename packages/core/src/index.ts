export { FlorinError } from './kernel/index.ts'
