export { type PaymentProblem, type PaymentsReport, problemsOf, verifyPayments } from './payments.ts'
export type { VerifyProgress } from './progress.ts'
export { type VerifyAllOptions, type VerifyReport, verifyStorage } from './verify.ts'
