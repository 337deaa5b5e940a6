export { camt053 } from './camt/camt053.ts'
export { mt940 } from './mt940/mt940.ts'
export type { Cutoff } from './sepa/calendar.ts'
export { type SepaOptions, sepa } from './sepa/sepa.ts'
