import { sepa } from '@florin/bank'
import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { createSandboxBank, sandbox, sandboxRail } from '@florin/testkit'

export const openShop = () =>
  createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: sandbox() },
    settlement: { daily: { mode: 'batch', payout: 'none' } }, // makes money available; 'automatic' orders the payouts, too
    payouts: {
      rails: {
        sepa: sepa({ name: 'Florin Markets GmbH', iban: 'DE89 3704 0044 0532 0130 00', account: 'main' }), // files
        try: sandboxRail({ bank: createSandboxBank({ clock: systemRuntime().clock }) }), // an API
      },
      approveFrom: { EUR: '1000.00' }, // from there on a person approves
    },
  })

/** What a sale brought goes to the merchant's bank: once by a call, once in a file. */
export const payOut = async () => {
  const florin = await openShop()
  const method = { type: 'card', token: 'tok_approve' } as const
  await florin.payments.create({ reference: 'order-1001', amount: '49.90', currency: 'EUR', method })
  await florin.settlements.run({ plan: 'daily' })

  const account = await florin.payouts.destinations.add({ name: 'Ada Lovelace', iban: 'BE71 0961 2345 6769' })
  const order = { currency: 'EUR', destination: account.id }
  const sent = await florin.payouts.create({ ...order, reference: 'week-47', amount: '20.00', rail: 'try' })
  const filed = await florin.payouts.create({ ...order, reference: 'week-48', amount: '25.00' })

  await florin.tick() // or florin.start(): background work sends it
  const paid = await florin.payouts.get(sent.id)
  const file = await florin.payouts.files.export({ rail: 'sepa', reference: '2026-11-21' }) // take it to the bank
  await florin.close()
  return { paid, filed, file }
}
