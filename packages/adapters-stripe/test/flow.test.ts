import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { type StripeDouble, startStripeDouble } from '@florin/testkit/stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stripe } from '../src/index.ts'

const API_KEY = 'sk_test_flow'
const SECRET = 'whsec_0123456789abcdef0123456789abcdef'

let double: StripeDouble
let florin: Florin<'stripe'>
const errors: unknown[] = []

beforeEach(async () => {
  double = await startStripeDouble({ accounts: { default: { apiKey: API_KEY, webhookSecret: SECRET } } })
  const gateway = stripe({ apiKey: API_KEY, webhookSecret: SECRET, baseUrl: double.url, multicapture: true })
  errors.length = 0
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { stripe: gateway },
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => void errors.push(error),
  })
})
afterEach(async () => {
  await florin.close()
  await double.close()
})

let orders = 0
const order = (token = 'pm_card_visa', over: object = {}) => {
  orders += 1
  const method = { type: 'card', token } as const
  return {
    reference: `order-${orders}`,
    amount: '100.00',
    currency: 'EUR',
    method,
    returnUrl: 'https://shop.example/back',
    ...over,
  }
}

/** Hands on every webhook made so far, twice and backwards, as Stripe may; then lets Florin work on them. */
const deliver = async (): Promise<void> => {
  const deliveries = [...double.deliveries()].reverse()
  for (const delivery of [...deliveries, ...deliveries])
    await florin.webhooks.receive({ gateway: 'stripe', ...delivery })
  await florin.tick()
  await florin.tick()
}

const cents = (text: string): bigint => BigInt(text.replace('.', ''))

/** Ledger and provider say the same of this payment, and nothing in Florin's own books is wrong. */
const expectAgreement = async (id: string): Promise<void> => {
  const payment = await florin.payments.get(id)
  const [charge] = double.books().filter(({ state }) => state !== 'declined')
  expect({ captured: cents(payment.captured), refunded: cents(payment.refunded) }).toEqual({
    captured: charge?.captured ?? 0n,
    refunded: charge?.refunded ?? 0n,
  })
  const report = await florin.verify()
  expect(report.ok).toBe(true)
  expect(errors).toEqual([])
}

describe('a shop through Stripe', () => {
  test('takes a payment', async () => {
    const payment = await florin.payments.create(order())
    expect(payment).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({
      status: 'succeeded',
      captured: '100.00',
      needsReview: false,
    })
    expect(double.books()).toHaveLength(1)
    await expectAgreement(payment.id)
  })

  test('takes a payment with 3-D Secure, when the buyer comes back', async () => {
    const payment = await florin.payments.create(order('pm_card_threeDSecure2Required'))
    expect(payment).toMatchObject({ status: 'requires_action', action: { type: 'redirect', method: 'GET' } })
    const action = payment.action
    if (action === null || action === undefined) throw new Error('there is no action')
    const payload = await double.answerChallenge(action, 'confirm')
    const done = await florin.payments.resume(payment.id, { payload })
    expect(done).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await deliver()
    await expectAgreement(payment.id)
  })

  test('takes a payment with 3-D Secure whose buyer never comes back, by the webhook', async () => {
    const payment = await florin.payments.create(order('pm_card_threeDSecure2Required'))
    if (payment.action === null || payment.action === undefined) throw new Error('there is no action')
    await double.answerChallenge(payment.action, 'confirm')
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await expectAgreement(payment.id)
  })

  test('is told that the buyer failed 3-D Secure', async () => {
    const payment = await florin.payments.create(order('pm_card_threeDSecure2Required'))
    if (payment.action === null || payment.action === undefined) throw new Error('there is no action')
    const payload = await double.answerChallenge(payment.action, 'fail')
    const done = await florin.payments.resume(payment.id, { payload })
    expect(done).toMatchObject({
      status: 'declined',
      decline: { class: 'customer_action', code: 'authentication_failed' },
    })
    await deliver()
    await expectAgreement(payment.id)
  })

  test('captures a part, and the rest is released', async () => {
    const payment = await florin.payments.create(order('pm_card_visa', { capture: 'manual' }))
    expect(payment.status).toBe('authorized')
    await florin.payments.capture(payment.id, { amount: '40.00' })
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ captured: '40.00', needsReview: false })
    expect(double.books()).toMatchObject([{ captured: 4_000n, authorized: 4_000n }])
    await expectAgreement(payment.id)
  })

  test('captures several times, and is told apart by webhooks too', async () => {
    const payment = await florin.payments.create(order('pm_card_visa', { capture: 'manual' }))
    await florin.payments.capture(payment.id, { amount: '40.00', final: false })
    await florin.payments.capture(payment.id, { amount: '40.00', final: false })
    await florin.payments.capture(payment.id, { amount: '5.00' })
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ captured: '85.00', needsReview: false })
    await expectAgreement(payment.id)
  })

  test('cancels an authorisation', async () => {
    const payment = await florin.payments.create(order('pm_card_visa', { capture: 'manual' }))
    await florin.payments.cancel(payment.id)
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ status: 'canceled', needsReview: false })
    expect(double.books()).toMatchObject([{ authorized: 0n, captured: 0n }])
    await expectAgreement(payment.id)
  })

  test('refunds a part', async () => {
    const payment = await florin.payments.create(order())
    await florin.payments.refund(payment.id, { amount: '30.00', reason: 'one shoe was missing' })
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ captured: '100.00', refunded: '30.00' })
    await expectAgreement(payment.id)
  })

  test('is told of a decline, and may try another card', async () => {
    const payment = await florin.payments.create(order('pm_card_visa_chargeDeclinedInsufficientFunds'))
    expect(payment).toMatchObject({
      status: 'declined',
      decline: { class: 'soft_balance', code: 'insufficient_funds' },
    })
    const paid = await florin.payments.retry(payment.id, { method: { type: 'card', token: 'pm_card_visa' } })
    expect(paid.status).toBe('succeeded')
    await deliver()
    await expectAgreement(payment.id)
  })
})

describe('what somebody does at Stripe’s dashboard', () => {
  test('is booked: a refund', async () => {
    const payment = await florin.payments.create(order())
    await deliver()
    double.dashboard.refund(double.books()[0]?.id ?? '', 2_500n)
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ captured: '100.00', refunded: '25.00' })
    await expectAgreement(payment.id)
  })

  test('is booked: a partial capture, which releases the rest', async () => {
    const payment = await florin.payments.create(order('pm_card_visa', { capture: 'manual' }))
    double.dashboard.capture(double.books()[0]?.id ?? '', 6_000n)
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ captured: '60.00' })
    await expectAgreement(payment.id)
  })

  test('is booked: a cancel', async () => {
    const payment = await florin.payments.create(order('pm_card_visa', { capture: 'manual' }))
    double.dashboard.cancel(double.books()[0]?.id ?? '')
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ status: 'canceled', captured: '0.00' })
    await expectAgreement(payment.id)
  })

  test('is taken back: a refund that fails after it succeeded', async () => {
    const payment = await florin.payments.create(order())
    await florin.payments.refund(payment.id, { amount: '30.00' })
    await deliver()
    const id = double.books()[0]?.id ?? ''
    const refund = double.dashboard.refund(id, 1_000n)
    await deliver()
    double.dashboard.failRefund(refund)
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ refunded: '30.00' })
    await expectAgreement(payment.id)
  })
})

describe('a charge whose answer is lost', () => {
  test('is found, and charged once', async () => {
    double.fail({ how: '500_after_effect', times: 2 })
    const payment = await florin.payments.create(order('pm_card_visa', { capture: 'manual' }))
    expect(payment.status).toBe('processing')
    await deliver()
    expect(await florin.payments.get(payment.id)).toMatchObject({ status: 'authorized' })
    expect(double.books().filter(({ authorized }) => authorized > 0n)).toHaveLength(1)
    await expectAgreement(payment.id)
  })
})
