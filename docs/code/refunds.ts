import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

const openShop = () =>
  createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: sandbox() },
    refunds: {
      windowDays: 90, // refused later than this after the newest capture
      mostPerRefund: { EUR: '500.00' }, // refused above this
      mostPerPaymentAndDay: { EUR: '800.00' }, // all refunds of a payment within 24 hours, whoever made them
      approvalAbove: { EUR: '100.00' }, // a person approves what is more
      requestDays: 14, // how long a request waits; 14 if absent
    },
  })

export const refundTwice = async () => {
  const florin = await openShop()
  const method = { type: 'card', token: 'tok_approve' } as const
  const { id } = await florin.payments.create({ reference: 'order-1001', amount: '1000.00', currency: 'EUR', method })
  const small = await florin.payments.refund(id, { amount: '20.00' }) // goes at once
  const large = await florin.payments.refund(id, { amount: '150.00', reason: 'came back broken' }) // is requested
  const { data } = await florin.refunds.list({ status: 'requested' }) // the oldest first
  const [request] = data
  const approved = await florin.refunds.approve(request?.id ?? '', { by: 'op_17', reason: 'photo seen' })
  const refused = await florin.payments.refund(id, { amount: '600.00' }).catch((error) => error)
  await florin.close()
  return { small, large, approved, refused }
}
