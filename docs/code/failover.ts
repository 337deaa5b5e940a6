import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

/** Two gateways; any two will do. */
export const openShop = () =>
  createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { stripe: sandbox(), adyen: sandbox() },
    routing: { rules: [{ id: 'cheap-first', use: ['adyen', 'stripe'] }] },
    failover: { onUnknown: true }, // see "With your consent"
    merchants: {
      mer_default: {},
      mer_hotel: { failover: { onUnknown: false } }, // its guests must not see two reservations, even for an hour
    },
  })

/** A token for each gateway: without one, a gateway is nobody to go to. */
export const order = {
  reference: 'order-1001',
  amount: '49.90',
  currency: 'EUR',
  method: { type: 'card', tokens: { stripe: 'tok_approve', adyen: 'tok_approve' } },
} as const

/** What would happen to it now, without doing it. */
export const preview = async () => {
  const florin = await openShop()
  const { text } = await florin.routing.explain({ ...order, reference: 'order-1002' })
  await florin.close()
  return text
}
