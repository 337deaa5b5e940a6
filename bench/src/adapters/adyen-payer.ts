import { CheckoutAPI, Client, Config, EnvironmentEnum } from '@adyen/api-library'
import type { Payer } from './side.ts'
import { ADYEN_ACCOUNT, ADYEN_KEY, AMOUNT, CURRENCY, RETURN_URL } from './terms.ts'

/** The same two calls with the official `@adyen/api-library`, set up as its documentation says, at another address. */
export const adyenPayer = (baseUrl: string, run: string): Payer => {
  const client = new Client(new Config({ apiKey: ADYEN_KEY, environment: EnvironmentEnum.TEST }))
  const checkout = new CheckoutAPI(client)
  const { PaymentsApi: payments, ModificationsApi: modifications } = checkout
  for (const api of [payments, modifications]) Reflect.set(api, 'baseUrl', baseUrl) // it has no option for this
  const amount = { currency: CURRENCY, value: Number(AMOUNT) }
  return {
    async pay(number) {
      const reference = `${run}-${number}`
      const answer = await payments.payments(
        {
          merchantAccount: ADYEN_ACCOUNT,
          reference,
          amount,
          returnUrl: RETURN_URL,
          paymentMethod: {
            type: 'scheme',
            encryptedCardNumber: 'test_4111111111111111',
            encryptedExpiryMonth: 'test_03',
            encryptedExpiryYear: 'test_2030',
            encryptedSecurityCode: 'test_737',
          } as never, // the union's own type leaves the encrypted fields out of some members
          additionalData: { manualCapture: 'true' },
          metadata: { florin_reference: `order-${number}` },
        },
        { idempotencyKey: reference },
      )
      if (String(answer.resultCode) !== 'Authorised') throw new Error(`payments: ${answer.resultCode}`)
      const captured = await modifications.captureAuthorisedPayment(
        answer.pspReference ?? '',
        { merchantAccount: ADYEN_ACCOUNT, amount, reference: `${reference}-c` },
        { idempotencyKey: `${reference}-c` },
      )
      if (String(captured.status) !== 'received') throw new Error(`captures: ${captured.status}`)
    },
    close: async () => {},
  }
}
