import { createFlorin, ephemeralKeys, type FeeSchedule, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

/** The first rule that matches a capture decides. */
export const SCHEDULE: FeeSchedule = {
  country: 'DE', // where the merchant is: `domestic` and `foreign` go by it
  regions: { eea: ['AT', 'DE', 'FR', 'NL'] }, // and so on
  rules: [
    { name: 'amex', when: { network: 'amex' }, percent: '2.9', fixed: { EUR: '0.25' } },
    {
      name: 'eea-cards', // interchange++: what the gateway charges, and 0.4 % and 10 cents on top
      when: { method: 'card', region: 'eea' },
      percent: '0.4',
      fixed: { EUR: '0.10' },
      interchange: { estimate: { percent: '0.3', fixed: { EUR: '0.05' } } },
      onRefund: 'returned',
    },
    {
      name: 'all', // the last rule is for everything else
      percent: '1.9',
      fixed: { EUR: '0.25', USD: '0.30' },
      tiers: [{ from: { EUR: '1000.00', USD: '1000.00' }, percent: '1.2' }],
      minimum: { EUR: '0.35' },
      maximum: { EUR: '25.00' },
    },
  ],
}

export const openShop = () =>
  createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: sandbox() },
  })

/** A schedule, what it says, and what a payment then cost. */
export const agree = async () => {
  const florin = await openShop()
  const { fees, payments } = florin.for('mer_1')
  const { version } = await fees.set(SCHEDULE, { expect: 0, by: 'op_17' }) // the first one counts at once

  const quote = await fees.quote({ amount: '49.90', currency: 'EUR', network: 'visa', country: 'US' })
  const method = { type: 'card', token: 'tok_approve' } as const
  const { id } = await payments.create({ reference: 'order-1001', amount: '49.90', currency: 'EUR', method })
  const booked = await fees.of(id)

  const cheaper: FeeSchedule = { rules: [{ name: 'all', percent: '1.5' }] }
  const next = await fees.set(cheaper, { expect: version }) // from five minutes ahead
  await florin.close()
  return { quote, booked, next }
}
