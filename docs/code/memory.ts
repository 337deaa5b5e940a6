import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

const florin = await createFlorin({
  storage: memoryStorage(),
  gateways: { sandbox: sandbox() },
  keys: ephemeralKeys(systemRuntime().random),
})

const payment = await florin.payments.create({
  reference: 'order-1001',
  amount: '49.90',
  currency: 'EUR',
  method: { type: 'card', token: 'tok_approve' },
})
console.log(payment.status, payment.captured) // succeeded 49.90

const refunded = await florin.payments.refund(payment.id, { amount: '9.90' })
console.log(refunded.refundState, refunded.refundable) // partial 40.00

const { ok } = await florin.verify() // attempts, ledger and the chain of events agree
console.log(ok) // true

await florin.close()
