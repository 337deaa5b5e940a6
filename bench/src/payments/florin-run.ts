import { createFlorin, ephemeralKeys, type Florin, type KeyProvider, systemRuntime } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import type { Storage } from '@florin/core/storage'

/** As many calls at a time as the benches make: the default, 50, is for gateways that take their time. */
const WIDE = { bulkhead: { total: 1_000, perGateway: 1_000 } } as const

/** An SDK on this storage whose gateway answers at once. `keys` are its own unless several share the storage. */
export const benchFlorin = (storage: Storage, gateway: Gateway, keys?: KeyProvider): Promise<Florin<'zero'>> =>
  createFlorin({
    storage,
    gateways: { zero: gateway },
    resilience: WIDE,
    keys: keys ?? ephemeralKeys(systemRuntime().random),
    onError: (error) => {
      throw error
    },
  })

let references = 0

/** A reference that nobody in this process has used. */
export const nextReference = (): string => `order-${++references}`

/** One payment with automatic capture, as a shop makes it. */
export const payFor = async (florin: Florin<'zero'>, reference: string, idempotencyKey: string): Promise<string> => {
  const view = await florin.payments.create(
    {
      reference,
      amount: '49.90',
      currency: 'EUR',
      method: { type: 'card', token: 'pm_card_visa' },
      description: 'Two florins and a purse',
      buyer: { email: 'buyer@example.com' },
      metadata: { cart: 'c_123' },
    },
    { idempotencyKey },
  )
  if (view.status !== 'succeeded') throw new Error(`a payment of the bench ended as ${view.status}`)
  return view.id
}

/** One payment of an order of its own. */
export const pay = async (florin: Florin<'zero'>): Promise<void> => {
  const reference = nextReference()
  await payFor(florin, reference, `key-${reference}`)
}

/** Does `work` `count` times, `inFlight` at a time, and gives how many a second that were. */
export const workRate = async (count: number, inFlight: number, work: () => Promise<unknown>): Promise<number> => {
  let left = count
  const buyer = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: inFlight }, buyer))
  return count / ((performance.now() - start) / 1_000)
}

/** Makes `count` payments, `inFlight` at a time, and gives how many a second that were. */
export const payRate = (florin: Florin<'zero'>, count: number, inFlight: number): Promise<number> =>
  workRate(count, inFlight, () => pay(florin))
