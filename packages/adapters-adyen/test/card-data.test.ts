import { inspect } from 'node:util'
import { createFlorin, ephemeralKeys, isFlorinError, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { CATALOGUE } from '@florin/core/storage'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { expect, test } from 'vitest'
import { adyen } from '../src/index.ts'

const PAN = '5555341244441115'
const CVC = '90817' // no code has five digits: nothing else that is shown can hold it by chance
const ENCRYPTED = { type: 'scheme', encryptedCardNumber: 'adyenjs_0_1_25$a', encryptedSecurityCode: 'adyenjs_0_1_25$b' }

/** What a page gives that sends card data in the clear. */
const CLEAR: readonly object[] = [
  { type: 'scheme', number: PAN, cvc: CVC, expiryMonth: '03', expiryYear: '2030' },
  { ...ENCRYPTED, cvc: CVC },
  { ...ENCRYPTED, CVV2: CVC },
  { ...ENCRYPTED, cardSecurityCode: CVC },
  { ...ENCRYPTED, encryptedSecurityCode: CVC },
  { ...ENCRYPTED, encryptedCardNumber: PAN },
  { ...ENCRYPTED, encryptedCardNumber: `test_${PAN}` },
  { ...ENCRYPTED, holderName: PAN.replaceAll(/(\d{4})(?=\d)/g, '$1 ') },
  { ...ENCRYPTED, card: { cvc: CVC } },
]

test('card data in the clear is refused before anything is stored or sent, whatever it is called', async () => {
  const double = await startAdyenDouble()
  const { apiKey, accounts, webhook, url: baseUrl } = double
  const account = {
    apiKey,
    merchantAccount: accounts.default ?? '',
    hmacKeys: [webhook.hmacKey],
    webhookUser: webhook.username,
    webhookPassword: webhook.password,
  }
  const storage = memoryStorage()
  const errors: unknown[] = []
  const florin = await createFlorin({
    storage,
    gateways: { adyen: adyen({ environment: 'test', baseUrl, ...account }) },
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => void errors.push(error),
  })
  const order = { reference: 'order-1', amount: '10.00', currency: 'EUR', returnUrl: 'https://shop.test/back' }
  for (const method of CLEAR) {
    const token = JSON.stringify(method)
    const paid = florin.payments.create({ ...order, method: { type: 'card', token } })
    const refused = await paid.catch((error: unknown) => error)
    expect(isFlorinError(refused, 'invalid_request'), token).toBe(true)
    const shown = inspect([refused, errors], { depth: null, showHidden: true })
    for (const canary of [PAN, CVC]) expect(shown).not.toContain(canary)
  }
  for (const table of CATALOGUE)
    for await (const rows of storage.scan(table, { index: 'key', equals: {} })) expect(rows).toEqual([])
  expect([double.mutations(), double.books()]).toEqual([0, []])
  await florin.close()
  await double.close()
})
