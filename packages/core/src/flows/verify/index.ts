export { type PaymentProblem, type PaymentsReport, problemsOf, verifyPayments } from './payments.ts'
export { type VerifyReport, verifyAll } from './verify.ts'
