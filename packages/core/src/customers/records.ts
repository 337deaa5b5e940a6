import type { MethodSummary } from '../payments/index.ts'
import { count, defineTable, flag, id, instant, json, nullable, type Row, sealed, text } from '../records/index.ts'

/** Who pays. Everything personal is sealed. */
export const customers = defineTable('customers', {
  columns: {
    merchant: text(),
    id: id('cus'),
    createdAt: instant(),
    details: sealed(),
    /** Blind index (keyed digest, hex) of the e-mail address, to find a customer without opening all of them. */
    emailIndex: nullable(text()),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'id'],
  index: { email: ['emailIndex', 'merchant', 'id'] },
  mutable: ['details', 'emailIndex', 'updatedAt', 'version'],
})
export type CustomerRow = Row<typeof customers>

/** With what a customer pays: a token per gateway, never a card number. */
export const paymentMethods = defineTable('payment_methods', {
  columns: {
    merchant: text(),
    id: id('pm'),
    customer: id('cus'),
    createdAt: instant(),
    summary: json<MethodSummary>(),
    tokens: sealed(),
    detached: flag(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'id'],
  index: { customer: ['merchant', 'customer', 'id'] },
  mutable: ['summary', 'tokens', 'detached', 'updatedAt', 'version'],
})
export type PaymentMethodRow = Row<typeof paymentMethods>
