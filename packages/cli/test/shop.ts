import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import { sandbox } from '@florin/testkit'

/** A host on a storage, with the sandbox for a gateway. */
export const openShop = (storage: Storage): Promise<Florin> =>
  createFlorin({ storage, gateways: { sandbox: sandbox() }, keys: ephemeralKeys(systemRuntime().random) })

/** Takes a payment, gives a part of it back, and waits until every event has its position. */
export const trade = async (florin: Florin, reference: string): Promise<void> => {
  const method = { type: 'card', token: 'tok_approve' } as const
  const { id } = await florin.payments.create({ reference, amount: '49.90', currency: 'EUR', method })
  await florin.payments.refund(id, { amount: '9.90' })
  await florin.tick()
}
