import { createFlorin, ephemeralKeys, type Florin, type PaymentView, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type GuilderDouble, startGuilderDouble } from './double/double.ts'
import { guilderPay } from './gateway.ts'

let double: GuilderDouble
let gateway: ReturnType<typeof guilderPay>
let florin: Florin<'guilder'>
let errors: unknown[]

beforeEach(async () => {
  errors = []
  double = await startGuilderDouble()
  gateway = guilderPay({ ...double.credentials, webhookSecrets: [double.webhookSecret], baseUrl: double.url })
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { guilder: gateway },
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => void errors.push(error),
  })
})

afterEach(async () => {
  expect((await florin.verify()).ok).toBe(true)
  expect(errors).toEqual([])
  await florin.close()
  await gateway.transport.close?.()
  await double.close()
})

const order = (token: string, more: object = {}) => ({
  reference: 'order-1',
  amount: '49.90',
  currency: 'EUR',
  method: { type: 'card', token } as const,
  returnUrl: 'https://shop.example/return',
  ...more,
})

/** What the shop's webhook endpoint does, for everything that was announced meanwhile; Florin works on it after it was acknowledged. */
const receiveWebhooks = async (): Promise<void> => {
  for (const delivery of double.deliveries()) await florin.webhooks.receive({ gateway: 'guilder', ...delivery })
  await florin.tick()
  await expect.poll(async () => (await florin.webhooks.counts()).waiting.count, { timeout: 10_000 }).toBe(0)
}

/** Sends the buyer to the bank, and comes back with what the browser brings along. */
const buyerReturns = async ({ id, action }: PaymentView, outcome: 'confirm' | 'fail'): Promise<PaymentView> => {
  if (action === undefined || action === null) throw new Error('the payment waits for nobody')
  return florin.payments.resume(id, { payload: await double.answerChallenge(action, outcome) })
}

const inBooks = () => {
  const [{ authorized, captured, refunded } = {}] = double.books()
  return { authorized, captured, refunded }
}

describe('a shop that takes money through Guilder Pay', () => {
  it('sells', async () => {
    const paid = await florin.payments.create(order('tok_approve'))
    expect(paid).toMatchObject({
      status: 'succeeded',
      captured: '49.90',
      method: { network: 'mastercard', last4: '4444' },
    })
    expect(inBooks()).toEqual({ authorized: 4990n, captured: 4990n, refunded: 0n })
    await receiveWebhooks() // they tell nothing new, and change nothing
    expect(await florin.payments.get(paid.id)).toMatchObject({ status: 'succeeded', captured: '49.90' })
  })

  it('captures a part of a hold, which releases the rest', async () => {
    const { id } = await florin.payments.create(order('tok_approve', { capture: 'manual' }))
    expect(inBooks()).toEqual({ authorized: 4990n, captured: 0n, refunded: 0n })
    expect(await florin.payments.capture(id, { amount: '30.00' })).toMatchObject({
      status: 'succeeded',
      captured: '30.00',
    })
    expect(inBooks()).toEqual({ authorized: 3000n, captured: 3000n, refunded: 0n })
  })

  it('is told at once what Guilder Pay cannot do, and nothing is sent', async () => {
    const { id } = await florin.payments.create(order('tok_approve', { capture: 'manual' }))
    const sent = double.mutations()
    const notFinal = florin.payments.capture(id, { amount: '30.00', final: false })
    await expect(notFinal).rejects.toMatchObject({ code: 'unsupported' })
    await expect(florin.payments.increment(id, { amount: '60.00' })).rejects.toMatchObject({ code: 'unsupported' })
    expect(double.mutations()).toBe(sent)
  })

  it('gives a hold back', async () => {
    const { id } = await florin.payments.create(order('tok_approve', { capture: 'manual' }))
    expect(await florin.payments.cancel(id)).toMatchObject({ status: 'canceled' })
    expect(inBooks()).toEqual({ authorized: 0n, captured: 0n, refunded: 0n })
  })

  it('refunds: accepted now, and done once the bank says so by webhook', async () => {
    const { id } = await florin.payments.create(order('tok_approve'))
    expect(await florin.payments.refund(id, { amount: '9.90' })).toMatchObject({
      refunded: '0.00',
      refundState: 'pending',
    })
    await receiveWebhooks()
    expect(await florin.payments.get(id)).toMatchObject({ refunded: '9.90', refundState: 'partial' })
    expect(inBooks().refunded).toBe(990n)
  })

  it('has its money again where the bank refuses a refund', async () => {
    const { id } = await florin.payments.create(order('tok_closed_account'))
    await florin.payments.refund(id, { amount: '9.90' })
    await receiveWebhooks()
    expect(await florin.payments.get(id)).toMatchObject({ refunded: '0.00', refundable: '49.90' })
    expect(inBooks().refunded).toBe(0n)
  })

  it('has its money again where a refund that was paid out comes back', async () => {
    const { id } = await florin.payments.create(order('tok_approve'))
    await florin.payments.refund(id, { amount: '9.90' })
    await receiveWebhooks()
    double.returnRefunds()
    expect(inBooks().refunded).toBe(0n)
    await receiveWebhooks()
    expect(await florin.payments.get(id)).toMatchObject({ refunded: '0.00', refundable: '49.90' })
  })

  it('sells by iDEAL: the buyer pays at the bank, and the order itself says so', async () => {
    const method = { type: 'redirect', token: 'bank_approves', brand: 'ideal' } as const
    const waiting = await florin.payments.create(order('', { method }))
    expect(waiting).toMatchObject({ status: 'requires_action', action: { type: 'redirect', method: 'GET' } })
    expect(await buyerReturns(waiting, 'confirm')).toMatchObject({ status: 'succeeded', captured: '49.90' })
  })

  it('learns by webhook alone where the buyer never comes back from the bank', async () => {
    const { id, action } = await florin.payments.create(order('tok_3ds'))
    if (action === undefined || action === null) throw new Error('the payment waits for nobody')
    await double.answerChallenge(action, 'confirm')
    await receiveWebhooks()
    expect(await florin.payments.get(id)).toMatchObject({ status: 'succeeded', captured: '49.90' })
    expect(inBooks()).toEqual({ authorized: 4990n, captured: 4990n, refunded: 0n })
  })

  it('has a decline where the buyer does not confirm', async () => {
    const waiting = await florin.payments.create(order('tok_3ds'))
    const ended = await buyerReturns(waiting, 'fail')
    expect(ended).toMatchObject({ status: 'declined', decline: { code: 'authentication_failed' } })
  })

  it('refuses a webhook that Guilder Pay did not sign', async () => {
    const { id } = await florin.payments.create(order('tok_approve', { capture: 'manual' }))
    const [delivery] = double.deliveries()
    if (delivery === undefined) throw new Error('nothing was announced')
    const forged = Buffer.from(Buffer.from(delivery.body).toString().replace('"held"', '"captured"'))
    const received = florin.webhooks.receive({ gateway: 'guilder', ...delivery, body: forged })
    await expect(received).rejects.toMatchObject({ code: 'webhook_rejected' })
    expect(await florin.payments.get(id)).toMatchObject({ status: 'authorized' })
    expect(errors.splice(0)).toHaveLength(1) // the host's alarm hears of it, too
  })
})
