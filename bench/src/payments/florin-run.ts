import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import type { Storage } from '@florin/core/storage'

/** An SDK on this storage whose gateway answers at once. */
export const benchFlorin = (storage: Storage, gateway: Gateway): Promise<Florin<'zero'>> =>
  createFlorin({
    storage,
    gateways: { zero: gateway },
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => {
      throw error
    },
  })

let references = 0

/** One payment with automatic capture, as a shop makes it. */
export const pay = async (florin: Florin<'zero'>): Promise<void> => {
  references += 1
  const view = await florin.payments.create(
    {
      reference: `order-${references}`,
      amount: '49.90',
      currency: 'EUR',
      method: { type: 'card', token: 'pm_card_visa' },
      description: 'Two florins and a purse',
      buyer: { email: 'buyer@example.com' },
      metadata: { cart: 'c_123' },
    },
    { idempotencyKey: `key-${references}` },
  )
  if (view.status !== 'succeeded') throw new Error(`a payment of the bench ended as ${view.status}`)
}

/** Makes `count` payments, `inFlight` at a time, and gives how many a second that were. */
export const payRate = async (florin: Florin<'zero'>, count: number, inFlight: number): Promise<number> => {
  let left = count
  const buyer = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await pay(florin)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: inFlight }, buyer))
  return count / ((performance.now() - start) / 1_000)
}
