import { createFlorin, ecbRates, ephemeralKeys, type RateProvider, staticRates, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

const ECB = 'https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml'

/** The European Central Bank's reference rates. Florin fetches nothing: you do. */
export const ecb = (): RateProvider => ecbRates({ load: async (signal) => (await fetch(ECB, { signal })).text() })

/** For a try without a network. */
export const written = (): RateProvider =>
  staticRates({ rates: { 'EUR/USD': '1.0842' }, now: () => systemRuntime().clock.now() })

export const openShop = (...providers: RateProvider[]) =>
  createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: sandbox() },
    fx: {
      providers, // the first, and those that are asked where it has no rate to be believed
      spread: '0.5', // percent, taken off the market's rate
      fee: '0.1', // percent, booked as a fee
      merchants: { mer_big: { spread: '0.2' } },
      hedge: [{ pair: 'EUR-USD', currency: 'USD', above: '10000.00' }],
    },
  })

/** A buyer pays in dollars, the merchant gets euros, at a rate that was promised. */
export const sell = async () => {
  const florin = await openShop(written()) // in earnest: openShop(yourBank(), ecb())
  const quote = await florin.fx.quote({ from: 'USD', to: 'EUR', amount: '100.00' })
  const paid = await florin.payments.create({
    reference: 'order-1001',
    amount: '100.00',
    currency: 'USD',
    method: { type: 'card', token: 'tok_approve' },
    settle: { currency: 'EUR', quote: quote.id }, // without `quote`: at the rate of the moment
  })
  const back = await florin.payments.refund(paid.id, { amount: '25.00' })
  const exposure = await florin.fx.exposure()
  await florin.close()
  return { quote, paid, back, exposure }
}
