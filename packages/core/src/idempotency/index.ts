export { type IdempotencyRow, idempotencyKeys } from './records.ts'
