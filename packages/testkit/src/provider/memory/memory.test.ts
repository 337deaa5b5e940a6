import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startAdyenDouble } from '../adyen/index.ts'
import type { ProviderDouble } from '../provider.ts'
import { startStripeDouble } from '../stripe/index.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

/** A shop that takes webhooks, or does not. */
const startShop = async () => {
  const taken: string[] = []
  const shop = { takes: true, taken, url: '' }
  const server = createServer((request, response) => {
    request.setEncoding('utf8')
    let body = ''
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      if (shop.takes) taken.push(body)
      response.writeHead(shop.takes ? 200 : 500).end()
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  ended.push(() => void server.close())
  shop.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return shop
}

interface Subject {
  readonly name: string
  start(journal: string, webhookUrl: string): Promise<ProviderDouble & { readonly secret: string }>
  /** A charge of 10.00 that is reserved, under an idempotency key. */
  charge(url: string, reference: string): Promise<string>
  capture(url: string, id: string): Promise<string>
  /** How many webhooks a charge makes, and how many a charge and its capture. */
  readonly tells: readonly [charge: number, all: number]
}

const post = async (url: string, headers: Readonly<Record<string, string>>, body: string): Promise<string> => {
  const response = await fetch(url, { method: 'POST', headers, body })
  expect(response.status).toBeLessThan(300)
  return response.text()
}

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString()
const stripeHeaders = (key: string) => ({
  authorization: 'Bearer sk_test_florin',
  'content-type': 'application/x-www-form-urlencoded',
  'idempotency-key': key,
})
const adyenHeaders = (key: string) => ({
  'x-api-key': 'adyen_test_key',
  'content-type': 'application/json',
  'idempotency-key': key,
})
const amount = { currency: 'EUR', value: 1_000 }
const merchantAccount = 'FlorinTestECOM'
const paymentMethod = {
  type: 'scheme',
  encryptedCardNumber: 'test_4111111111111111',
  encryptedExpiryMonth: 'test_03',
  encryptedExpiryYear: 'test_2030',
  encryptedSecurityCode: 'test_737',
  holderName: 'Jane Florin',
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'Stripe',
    async start(journal, webhookUrl) {
      const double = await startStripeDouble({ journal, webhookUrl })
      return { ...double, secret: double.webhookSecret() }
    },
    charge: (url, reference) =>
      post(
        `${url}/v1/payment_intents`,
        stripeHeaders(reference),
        form({
          amount: '1000',
          currency: 'eur',
          confirm: 'true',
          capture_method: 'manual',
          payment_method: 'pm_card_visa',
          return_url: 'http://shop.test/',
          'metadata[florin_attempt]': reference,
        }),
      ),
    capture: (url, id) => post(`${url}/v1/payment_intents/${id}/capture`, stripeHeaders(`capture-${id}`), ''),
    tells: [3, 5],
  },
  {
    name: 'Adyen',
    async start(journal, webhookUrl) {
      const double = await startAdyenDouble({ journal, webhookUrl, modificationDelayMs: 30 })
      return { ...double, secret: double.webhook.hmacKey + double.webhook.password }
    },
    charge: (url, reference) =>
      post(
        `${url}/payments`,
        adyenHeaders(reference),
        JSON.stringify({
          amount,
          merchantAccount,
          reference,
          returnUrl: 'http://shop.test/',
          paymentMethod,
          additionalData: { manualCapture: 'true' },
        }),
      ),
    capture: (url, id) =>
      post(
        `${url}/payments/${id}/captures`,
        adyenHeaders(`capture-${id}`),
        JSON.stringify({ amount, merchantAccount, reference: `capture-${id}` }),
      ),
    tells: [1, 2],
  },
]

describe.each(SUBJECTS)('a $name double with a journal', ({ start, charge, capture, tells }) => {
  const journalIn = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'florin-double-'))
    ended.push(() => rmSync(folder, { recursive: true, force: true }))
    return join(folder, 'journal.jsonl')
  }

  it('comes back with its books, its keys and its secrets', async () => {
    const [shop, journal] = [await startShop(), journalIn()]
    const first = await start(journal, shop.url)
    const answer = await charge(first.url, 'att_1')
    await capture(first.url, first.books()[0]?.id ?? '')
    await expect.poll(() => first.books()[0]?.captured).toBe(1_000n)
    const [books, { secret }] = [first.books(), first]
    await first.close()

    const second = await start(journal, shop.url)
    ended.push(() => second.close())
    expect(second.books()).toEqual(books)
    expect(second.secret).toBe(secret)
    expect(await charge(second.url, 'att_1')).toBe(answer) // the same key: nothing is charged twice
    expect(second.books()).toEqual(books)
    await charge(second.url, 'att_2')
    expect(new Set(second.books().map(({ id }) => id)).size).toBe(2)
  })

  it('tells after its restart what nobody took before, and nothing twice', async () => {
    const [shop, journal] = [await startShop(), journalIn()]
    const first = await start(journal, shop.url)
    await charge(first.url, 'att_1')
    await expect.poll(() => shop.taken.length).toBe(tells[0])
    shop.takes = false
    await capture(first.url, first.books()[0]?.id ?? '')
    await expect.poll(() => first.books()[0]?.captured).toBe(1_000n)
    await first.close()

    shop.takes = true
    const second = await start(journal, shop.url)
    ended.push(() => second.close())
    await expect.poll(() => shop.taken.length).toBe(tells[1])
    expect(new Set(shop.taken).size).toBe(tells[1])
  })
})
