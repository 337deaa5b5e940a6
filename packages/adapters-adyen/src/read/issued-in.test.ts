import { afterAll, expect, test } from 'vitest'
import { answer, CHARGE, charge, gatewayWith, PSP } from '../../test/commands.ts'

const gateway = gatewayWith()
afterAll(() => gateway.transport.close?.())

test.each([
  ['NL', 'NL'],
  ['Netherlands', undefined],
  [undefined, undefined],
])('a card that Adyen says was issued in %s is known to be of %s', (cardIssuingCountry, country) => {
  const body = {
    pspReference: PSP,
    resultCode: 'Authorised',
    merchantReference: CHARGE,
    amount: { currency: 'EUR', value: 10_000 },
    additionalData: { cardSummary: '1111', cardIssuingCountry },
  }
  const read = gateway.read(answer(200, body, { date: 'Sat, 21 Nov 2026 12:00:00 GMT' }), charge())
  expect(read).toMatchObject({ effect: 'applied', instrument: { last4: '1111', country } })
})
