import { createFlorin, ephemeralKeys, type Florin, type PaymentView, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { type AdyenDouble, startAdyenDouble } from '@florin/testkit/adyen'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ADYEN_TEST_CARDS, adyen } from '../src/index.ts'

let double: AdyenDouble
let florin: Florin<'adyen'>
let ahead = 0
const errors: unknown[] = []
const captures: string[] = []

const open = async ({ multipleCaptures = false } = {}): Promise<void> => {
  double = await startAdyenDouble({ multipleCaptures, clock: { now: () => Date.now() + ahead } })
  const { apiKey, accounts, webhook, url: baseUrl } = double
  const account = {
    apiKey,
    merchantAccount: accounts.default ?? '',
    hmacKeys: [webhook.hmacKey],
    webhookUser: webhook.username,
    webhookPassword: webhook.password,
  }
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { adyen: adyen({ environment: 'test', baseUrl, multipleCaptures, accounts: { default: account } }) },
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => void errors.push(error),
  })
}

const close = async (): Promise<void> => {
  await florin.close()
  await double.close()
}

beforeEach(async () => {
  ahead = 0
  captures.length = 0
  errors.length = 0
  await open()
})
afterEach(close)

let orders = 0
const order = (card = 'visa', over: object = {}) => {
  orders += 1
  return {
    reference: `order-${orders}`,
    amount: '100.00',
    currency: 'EUR',
    method: { type: 'card', token: ADYEN_TEST_CARDS[card]?.token ?? card } as const,
    returnUrl: 'https://shop.test/back',
    ...over,
  }
}

const noteCapture = (body: string): void => {
  const { eventCode, pspReference } = JSON.parse(body).notificationItems[0].NotificationRequestItem
  if (eventCode === 'CAPTURE') captures.push(pspReference)
}

/** Hands on every webhook made so far, backwards and twice, as Adyen may; then lets Florin work on them. */
const deliver = async (): Promise<void> => {
  for (let round = 0; round < 2; round++) {
    const deliveries = [...double.deliveries()].reverse()
    for (const { body } of deliveries) noteCapture(Buffer.from(body).toString())
    for (const delivery of [...deliveries, ...deliveries])
      await florin.webhooks.receive({ gateway: 'adyen', ...delivery })
    await florin.tick()
  }
}

const cents = (text: string): bigint => BigInt(text.replace('.', ''))

/** Ledger and provider say the same of all payments together, and nothing in Florin's own books is wrong. */
const settled = async (id: string): Promise<PaymentView> => {
  await deliver()
  const payment = await florin.payments.get(id)
  const sum = { captured: 0n, refunded: 0n }
  for (const { captured, refunded } of double.books()) {
    sum.captured += captured
    sum.refunded += refunded
  }
  expect({ captured: cents(payment.captured), refunded: cents(payment.refunded) }).toEqual(sum)
  expect((await florin.verify()).ok).toBe(true)
  expect(errors).toEqual([])
  return payment
}

const confirmed = async (payment: PaymentView, outcome: 'confirm' | 'fail' = 'confirm'): Promise<PaymentView> => {
  if (payment.action === null || payment.action === undefined) throw new Error('there is no action')
  const payload = await double.answerChallenge(payment.action, outcome)
  return florin.payments.resume(payment.id, { payload })
}

describe('a shop through Adyen', () => {
  test('takes a payment, whose capture a webhook confirms', async () => {
    const payment = await florin.payments.create(order())
    expect(payment).toMatchObject({ status: 'succeeded', captured: '0.00', captureState: 'pending' })
    expect(await settled(payment.id)).toMatchObject({ status: 'succeeded', captured: '100.00', needsReview: false })
    expect(double.books()).toHaveLength(1)
  })

  test('takes a payment with 3-D Secure, and captures a part of it days later by the reference that the result brought', async () => {
    const waiting = await florin.payments.create(order('threeds', { capture: 'manual' }))
    expect(waiting).toMatchObject({ status: 'requires_action', action: { type: 'redirect' } })
    const payment = await confirmed(waiting)
    expect(payment.status).toBe('authorized')
    await florin.payments.capture(payment.id, { amount: '60.00' })
    expect(await settled(payment.id)).toMatchObject({ status: 'succeeded', captured: '60.00' })
    await florin.payments.refund(payment.id, { amount: '15.00' })
    expect(await settled(payment.id)).toMatchObject({ captured: '60.00', refunded: '15.00' })
  })

  test('is told that the buyer failed 3-D Secure', async () => {
    const payment = await confirmed(await florin.payments.create(order('threeds')), 'fail')
    expect(payment).toMatchObject({ status: 'declined', decline: { class: 'customer_action' } })
    await settled(payment.id)
  })

  test('takes no payment on the result of another one', async () => {
    const cheap = await florin.payments.create(order('threeds', { amount: '1.00' }))
    const dear = await florin.payments.create(order('threeds'))
    if (cheap.action === null || cheap.action === undefined) throw new Error('there is no action')
    const payload = await double.answerChallenge(cheap.action, 'confirm')
    const stolen = await florin.payments.resume(dear.id, { payload })
    expect(stolen.status).toBe('processing')
    await deliver()
    expect((await florin.payments.get(dear.id)).captured).toBe('0.00')
  })

  test('takes a payment by iDEAL whose buyer never comes back, and gives some of it back', async () => {
    const method = { type: 'redirect', token: 'ideal', brand: 'ideal' } as const
    const waiting = await florin.payments.create(order('', { method }))
    expect(waiting.status).toBe('requires_action')
    if (waiting.action === null || waiting.action === undefined) throw new Error('there is no action')
    await double.answerChallenge(waiting.action, 'confirm')
    expect(await settled(waiting.id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await florin.payments.refund(waiting.id, { amount: '40.00' })
    expect(await settled(waiting.id)).toMatchObject({ refunded: '40.00' })
  })

  test('captures several times where Adyen allows it, and a cancel gives back what is left', async () => {
    await close()
    await open({ multipleCaptures: true })
    const { id } = await florin.payments.create(order('visa', { capture: 'manual' }))
    for (const amount of ['40.00', '20.00']) {
      await florin.payments.capture(id, { amount, final: false })
      await settled(id)
    }
    expect(double.books()).toMatchObject([{ authorized: 10_000n, captured: 6_000n }])
    await florin.payments.cancel(id)
    expect(await settled(id)).toMatchObject({ status: 'succeeded', captured: '60.00', capturable: '0.00' })
    expect(double.books()).toMatchObject([{ authorized: 6_000n, captured: 6_000n }])
  })

  test('gives back what the final of several captures leaves: Adyen does not by itself', async () => {
    await close()
    await open({ multipleCaptures: true })
    const { id } = await florin.payments.create(order('visa', { capture: 'manual' }))
    await florin.payments.capture(id, { amount: '40.00', final: false })
    await florin.payments.capture(id, { amount: '20.00' })
    await settled(id)
    expect(await settled(id)).toMatchObject({ status: 'succeeded', captured: '60.00', capturable: '0.00' })
    expect(double.books()).toMatchObject([{ authorized: 6_000n, captured: 6_000n }])
    expect(errors).toEqual([])
  })

  test('cancels an authorisation', async () => {
    const canceled = await florin.payments.create(order('visa', { capture: 'manual' }))
    await florin.payments.cancel(canceled.id)
    expect(await settled(canceled.id)).toMatchObject({ status: 'canceled', captured: '0.00' })
    expect(double.books()).toMatchObject([{ state: 'canceled', authorized: 0n }])
  })

  test('hears that a capture was refused, and the payment is shown to a person', async () => {
    double.failNext('capture', 'Insufficient balance on payment')
    const payment = await florin.payments.create(order())
    expect(payment.status).toBe('succeeded')
    expect(await settled(payment.id)).toMatchObject({ captured: '0.00', needsReview: true })
  })

  test('hears that a capture failed after it had succeeded, and that it was made again', async () => {
    const payment = await florin.payments.create(order())
    expect(await settled(payment.id)).toMatchObject({ captured: '100.00' })
    const [capture = ''] = captures
    ahead += 1_000 // Adyen dates its events to the second
    double.captureFailed(capture)
    expect(await settled(payment.id)).toMatchObject({ captured: '0.00' })
    ahead += 1_000
    double.recaptured(capture)
    expect(await settled(payment.id)).toMatchObject({ captured: '100.00' })
  })

  test('is declined with what the scheme advises', async () => {
    const payment = await florin.payments.create(order('blocked'))
    expect(payment).toMatchObject({ status: 'declined', decline: { class: 'hard', networkAdvice: '03' } })
    await settled(payment.id)
  })

  test('books what somebody did in the Customer Area', async () => {
    const payment = await florin.payments.create(order())
    await deliver()
    const [charge] = double.books()
    double.dashboard.refund(charge?.id ?? '', 2_500n)
    expect(await settled(payment.id)).toMatchObject({ captured: '100.00', refunded: '25.00' })
  })
})
