import type { PaymentView } from '@florin/core'
import type { CustomerAction } from '@florin/core/gateways'
import type { ProviderDouble } from '@florin/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { PROVIDERS } from './test-providers.ts'
import { createFolders, startTestServer, type TestServer } from './test-server.ts'

const folders = createFolders()
afterAll(folders.remove)

describe.each(PROVIDERS)('the example with $name behind it', ({ name, account, tokens, start }) => {
  let server: TestServer
  let double: ProviderDouble

  beforeAll(async () => {
    const started = await start(() => server.url)
    double = started.double
    server = await startTestServer(folders.make(), started.env)
  })
  afterAll(async () => {
    await server.stop()
    await double.close()
  })
  afterEach(() => expect(server.errors).toEqual([]))

  const pay = async (reference: string, token: string, more: object = {}): Promise<PaymentView> => {
    const body = { reference, amount: '100.00', currency: 'EUR', method: { type: 'card', token }, ...more }
    return (await server.api.create({ ...body, returnUrl: `${server.url}/?order=${reference}` })).body
  }
  const act = async (payment: PaymentView, command: string, body: object = {}): Promise<PaymentView> =>
    (await server.api.act(payment.id, command, body)).body

  /** Asks until it is so: webhooks decide at some providers, and they come by themselves. */
  const until = async (id: string, done: (payment: PaymentView) => boolean): Promise<PaymentView> => {
    let payment = await server.api.payment(id)
    onTestFailed(() => console.error(payment))
    while (!done(payment)) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      payment = await server.api.payment(id)
    }
    return payment
  }

  it('takes a payment, and gives part of it back', async () => {
    const paid = await pay(`${name}-1`, tokens.approved)
    expect(paid.status).toBe('succeeded')
    await until(paid.id, ({ captured }) => captured === '100.00')
    await act(paid, 'refunds', { amount: '30.00' })
    const refunded = await until(paid.id, ({ refundState }) => refundState === 'partial')
    expect(refunded).toMatchObject({ refunded: '30.00', refundable: '70.00', needsReview: false })
  })

  it.each(['confirm', 'fail'] as const)('sends the buyer to the bank and takes them back: %s', async (outcome) => {
    const waiting = await pay(`${name}-3ds-${outcome}`, tokens.challenge)
    expect(waiting).toMatchObject({ status: 'requires_action', action: { type: 'redirect' } })
    const payload = await double.answerChallenge(waiting.action as CustomerAction, outcome)
    await act(waiting, 'resume', { payload })
    const expected = outcome === 'confirm' ? 'succeeded' : 'declined'
    await until(waiting.id, ({ status }) => status === expected) // its webhook may have been faster
  })

  it('captures part of what it reserved, and releases the rest', async () => {
    const held = await pay(`${name}-2`, tokens.approved, { capture: 'manual' })
    expect(held).toMatchObject({ status: 'authorized', capturable: '100.00' })
    await act(held, 'capture', { amount: '60.00' })
    const captured = await until(held.id, (payment) => payment.captured === '60.00')
    expect(captured).toMatchObject({ status: 'succeeded', capturable: '0.00' })
  })

  it('cancels what it reserved', async () => {
    const held = await pay(`${name}-3`, tokens.approved, { capture: 'manual' })
    await act(held, 'cancel')
    expect(await until(held.id, ({ status }) => status === 'canceled')).toMatchObject({ captured: '0.00' })
  })

  it('is declined without a charge, and paid with another card', async () => {
    const declined = await pay(`${name}-4`, tokens.declined)
    expect(declined).toMatchObject({ status: 'declined', decline: { class: 'soft_balance' } })
    const paid = await act(declined, 'retry', { method: { type: 'card', token: tokens.approved } })
    expect(paid.status).toBe('succeeded')
    await until(paid.id, ({ captured }) => captured === '100.00')
  })

  it('offers the provider’s test cards, and takes its webhooks', async () => {
    const { data } = (await (await fetch(`${server.url}/shop/cards`)).json()) as {
      data: { gateway: string; token: string }[]
    }
    expect(new Set(data.map(({ gateway }) => gateway))).toEqual(new Set([name]))
    expect(data.map(({ token }) => token)).toEqual(expect.arrayContaining(Object.values(tokens)))
    const { data: deliveries } = await server.example.florin.webhooks.list({ state: 'processed', gateway: name })
    expect(deliveries.length).toBeGreaterThan(0)
  })

  it('ends with books that agree with the provider’s', async () => {
    const { data } = await server.api.balances()
    const posted = (path: string) => data.find((one) => one.account === path)?.posted ?? '0.00'
    const charges = double.books()
    const sum = (of: 'captured' | 'refunded') => charges.reduce((total, charge) => total + charge[of], 0n)
    const decimal = (minor: bigint) => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`
    expect({ captured: sum('captured'), refunded: sum('refunded') }).toEqual({ captured: 36_000n, refunded: 3_000n })
    const costs = posted(`gateway/${name}/${account}/costs/EUR`)
    expect(posted('merchant/pending/EUR')).toBe(decimal(sum('captured') - sum('refunded')))
    const receivable = BigInt(posted(`gateway/${name}/${account}/receivable/EUR`).replace('.', ''))
    expect(receivable + BigInt(costs.replace('.', ''))).toBe(sum('captured') - sum('refunded'))
    expect(charges.every(({ state }) => state !== 'authorized')).toBe(true)
    expect(await server.example.florin.verify()).toMatchObject({ ok: true })
  })
})

describe.each(PROVIDERS)('the example with nothing of $name but its keys', ({ name, tokens, start }) => {
  it('takes a payment', async () => {
    let url = ''
    const { double, env } = await start(() => url)
    const keys = Object.entries(env).filter(([variable]) => /API_KEY|MERCHANT_ACCOUNT|BASE_URL/.test(variable))
    const server = await startTestServer(folders.make(), Object.fromEntries(keys))
    url = server.url
    const body = { reference: `${name}-bare`, amount: '100.00', currency: 'EUR', capture: 'manual' }
    const { body: paid } = await server.api.create({ ...body, method: { type: 'card', token: tokens.approved } })
    expect(paid.status).toBe('authorized')
    await server.stop()
    await double.close()
  })
})
