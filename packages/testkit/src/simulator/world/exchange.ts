import { type FlorinOptions, staticRates } from '@florin/core'

const RATES = { 'EUR/USD': '1.0842', 'JPY/EUR': '0.005836', 'KWD/EUR': '3.0021' } // any will do; of unlike exponents

/** How money is exchanged in worlds where it is. */
export const fxOf = (now: () => number): FlorinOptions['fx'] => ({
  providers: [staticRates({ rates: RATES, now })],
  spread: '0.5',
  fee: '0.3',
  hedge: [{ pair: 'EUR-USD', currency: 'USD', above: '1000.00' }],
})
