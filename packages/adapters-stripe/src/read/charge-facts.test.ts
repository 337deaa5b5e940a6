import { expect, test } from 'vitest'
import { wireCharge } from '../wire/charge.ts'
import { instrumentOf } from './charge-facts.ts'

test.each([
  ['US', 'US'],
  ['us', undefined],
  [null, undefined],
])('a card that Stripe says was issued in %s is known to be of %s', (given, country) => {
  const charge = wireCharge.parse({
    id: 'ch_1',
    object: 'charge',
    amount: 100,
    currency: 'eur',
    captured: true,
    livemode: false,
    metadata: {},
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242', country: given } },
  })
  expect(instrumentOf(charge)).toMatchObject({ network: 'visa', last4: '4242', country })
})
