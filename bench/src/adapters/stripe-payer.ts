import Stripe from 'stripe'
import type { Payer } from './side.ts'
import { AMOUNT, CURRENCY, RETURN_URL, STRIPE_KEY } from './terms.ts'

/** The same two calls with the official `stripe` package, set up as its documentation says, with its own retries off. */
export const stripePayer = (baseUrl: string, run: string): Payer => {
  const { hostname, port, protocol } = new URL(baseUrl)
  const stripe = new Stripe(STRIPE_KEY, {
    host: hostname,
    port: Number(port),
    protocol: protocol === 'https:' ? 'https' : 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
  return {
    async pay(number) {
      const reference = `${run}-${number}`
      const intent = await stripe.paymentIntents.create(
        {
          amount: Number(AMOUNT),
          currency: CURRENCY.toLowerCase(),
          payment_method: 'pm_card_visa',
          confirm: true,
          capture_method: 'manual',
          return_url: RETURN_URL,
          expand: ['latest_charge'],
          metadata: { florin_attempt: reference, florin_reference: `order-${number}` },
        },
        { idempotencyKey: reference },
      )
      if (intent.status !== 'requires_capture') throw new Error(`authorize: ${intent.status}`)
      const captured = await stripe.paymentIntents.capture(
        intent.id,
        { amount_to_capture: Number(AMOUNT), metadata: { [`${reference}-c`]: 'capture' }, expand: ['latest_charge'] },
        { idempotencyKey: `${reference}-c` },
      )
      if (captured.status !== 'succeeded') throw new Error(`capture: ${captured.status}`)
    },
    close: async () => {},
  }
}
