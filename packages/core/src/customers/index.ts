export { type CustomerRow, customers, type PaymentMethodRow, paymentMethods } from './records.ts'
