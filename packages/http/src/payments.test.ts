import { PAYMENT_STATUSES } from '@florin/core'
import { describe, expect, it } from 'vitest'
import { ask, createWorld, gated, payment, read } from '../test/world.ts'

const world = await createWorld()
const { call, pay } = world

describe('POST /v1/payments', () => {
  it('keeps the wire contract', async () => {
    const method = { type: 'card', token: 'tok_approve' }
    const body = { reference: 'order-contract', amount: '49.90', currency: 'EUR', method }
    const { status, headers, json } = await call('POST', '/v1/payments', { body })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      id: expect.stringMatching(/^pay_/),
      status: 'succeeded',
      amount: '49.90',
      currency: 'EUR',
      authorized: '49.90',
      captured: '49.90',
      refunded: '0.00',
    })
    expect(PAYMENT_STATUSES).toContain(json.status)
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('takes a token per gateway', async () => {
    const { status, json } = await pay({ method: { type: 'card', tokens: { sandbox: 'tok_approve' } } })
    expect([status, json.status]).toEqual([201, 'succeeded'])
  })

  it('answers a decline as a payment, not as an error', async () => {
    const { status, json } = await pay({ method: { type: 'card', token: 'tok_insufficient_funds' } })
    expect(status).toBe(201)
    expect(json).toMatchObject({ status: 'declined', decline: { code: 'insufficient_funds' }, captured: '0.00' })
  })

  it('replays the very bytes of the first answer under its key', async () => {
    const body = payment({ capture: 'manual' })
    const headers = { 'idempotency-key': 'replayed' }
    const first = await call('POST', '/v1/payments', { body, headers })
    await call('POST', `/v1/payments/${first.json.id}/capture`)
    const second = await call('POST', '/v1/payments', { body, headers })
    expect([second.status, second.text]).toEqual([201, first.text])
  })

  it('refuses a key with other content, and a reference with another payment', async () => {
    const body = payment()
    const headers = { 'idempotency-key': 'first' }
    const { json } = await call('POST', '/v1/payments', { body, headers })
    const other = await call('POST', '/v1/payments', { body: { ...body, amount: '1.00' }, headers })
    expect([other.status, other.json.code, other.json.payment]).toEqual([422, 'idempotency_mismatch', json.id])
    const taken = await call('POST', '/v1/payments', { body, headers: { 'idempotency-key': 'second' } })
    expect([taken.status, taken.json.code, taken.json.payment]).toEqual([409, 'reference_taken', json.id])
  })

  it.each([0, 300])('refuses a key of %i characters by the name of its header', async (length) => {
    const headers = { 'idempotency-key': 'k'.repeat(length) }
    const { status, json } = await call('POST', '/v1/payments', { body: payment(), headers })
    expect([status, json.code, json.path]).toEqual([400, 'invalid_request', 'Idempotency-Key'])
    expect(json.detail).toContain(`got ${length} characters`)
  })

  it.each([
    ['a number', { amount: 4990 }, 400, 'invalid_request', "'49.90'"],
    ['nothing', { amount: '0.00' }, 400, 'invalid_request', 'greater than zero'],
    ['less than nothing', { amount: '-1.00' }, 400, 'invalid_request', 'sign'],
    ['too many decimals', { amount: '1.005' }, 400, 'invalid_request', 'decimals'],
    ['an unknown currency', { currency: 'EUX' }, 400, 'invalid_request', 'EUX'],
    ['a currency in which nobody pays', { currency: 'XAU' }, 422, 'currency_not_supported', 'XAU'],
    ['a currency that the gateway does not take', { currency: 'AOA' }, 422, 'currency_not_supported', 'AOA'],
    ['an unknown gateway', { gateway: 'nowhere' }, 422, 'gateway_unknown', 'nowhere'],
    ['an unknown field', { amonut: '1.00' }, 400, 'invalid_request', 'amonut'],
    ['a stored method that is not there', { method: { paymentMethod: 'pm_x' } }, 404, 'not_found', 'pm_x'],
  ])('refuses %s by name', async (_, wrong, status, code, named) => {
    const told = await pay(wrong)
    expect([told.status, told.json.code]).toEqual([status, code])
    expect(told.headers.get('content-type')).toBe('application/problem+json')
    expect(told.json.detail).toContain(named)
    expect(told.json.type).toBe(`urn:florin:error:${code}`)
  })
})

describe('50 duplicates at once', () => {
  it('charge once and hear 409 with Retry-After while the first is in flight', async () => {
    const { around, open, reached } = gated()
    const busy = await createWorld({}, {}, around)
    const same = { body: payment(), headers: { 'idempotency-key': 'burst' } }
    const first = busy.call('POST', '/v1/payments', same)
    await reached
    const others = await Promise.all(Array.from({ length: 49 }, () => busy.call('POST', '/v1/payments', same)))
    open()
    for (const { status, headers, json } of others) {
      expect([status, json.code]).toEqual([409, 'idempotency_in_progress'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    }
    const { status, json } = await first
    expect([status, json.status]).toEqual([201, 'succeeded'])
    expect(busy.acquirer.books().charges).toHaveLength(1)
    await busy.florin.close()
  })

  it('charge once and share the answer where the host lets them wait', async () => {
    const { around, open, reached } = gated()
    const busy = await createWorld({ whenInFlight: 'wait' }, {}, around)
    const same = { body: payment(), headers: { 'idempotency-key': 'burst' } }
    const all = Array.from({ length: 50 }, () => busy.call('POST', '/v1/payments', same))
    await reached
    open()
    const told = await Promise.all(all)
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(told.map(({ text }) => text)).size).toBe(1)
    expect(busy.acquirer.books().charges).toHaveLength(1)
    await busy.florin.close()
  })
})

describe('GET /v1/payments', () => {
  it('reads one payment, also by the id of its checkout', async () => {
    const orders = [
      { reference: 'a', seller: 'ann', amount: '20.00' },
      { reference: 'b', seller: 'ben', amount: '29.90' },
    ]
    const made = await pay({ orders })
    const byId = await call('GET', `/v1/payments/${made.json.id}`)
    const byCheckout = await call('GET', `/v1/payments/${made.json.checkout}`)
    expect(byId.status).toBe(200)
    expect(byId.json).toEqual(made.json)
    expect(byCheckout.json).toEqual(made.json)
  })

  it('says that there is none', async () => {
    for (const id of ['pay_nobody', 'chk_nobody', '%F0%9F%92%B6', 'a%2Fb']) {
      const { status, json } = await call('GET', `/v1/payments/${id}`)
      expect([id, status, json.code]).toEqual([id, 404, 'not_found'])
    }
  })

  it('lists pages, newest first, and by reference', async () => {
    const { call } = await createWorld()
    const references = ['one', 'two', 'three']
    for (const reference of references) await call('POST', '/v1/payments', { body: payment({ reference }) })
    const first = await call('GET', '/v1/payments?limit=2')
    expect((first.json.data as { reference: string }[]).map((one) => one.reference)).toEqual(['three', 'two'])
    const second = await call('GET', `/v1/payments?limit=2&after=${first.json.next}`)
    expect((second.json.data as { reference: string }[]).map((one) => one.reference)).toEqual(['one'])
    expect(second.json.next).toBeUndefined()
    const named = await call('GET', '/v1/payments?reference=two')
    expect((named.json.data as { reference: string }[]).map((one) => one.reference)).toEqual(['two'])
  })

  it.each([
    'limit=0',
    'limit=1000',
    'limit=x',
    'limit=',
    'after=nonsense',
    'color=red',
    'limit=1&limit=2',
    '__proto__=1',
  ])('refuses ?%s', async (query) => {
    const { status, json } = await call('GET', `/v1/payments?${query}`)
    expect([status, json.code]).toEqual([400, 'invalid_request'])
  })
})

describe('commands on a payment', () => {
  it('capture in part, refund in part, and tell the timeline', async () => {
    const { json: made } = await pay({ capture: 'manual' })
    expect(made.status).toBe('authorized')
    const captured = await call('POST', `/v1/payments/${made.id}/capture`, { body: { amount: '40.00' } })
    expect([captured.status, captured.json.captured]).toEqual([200, '40.00'])
    const refunded = await call('POST', `/v1/payments/${made.id}/refunds`, {
      body: { amount: '15.00', reason: 'dented' },
    })
    expect([refunded.status, refunded.json.refunded, refunded.json.refundState]).toEqual([200, '15.00', 'partial'])
    const { status, json } = await call('GET', `/v1/payments/${made.id}/timeline`)
    expect(status).toBe(200)
    const types = (json.entries as { type: string }[]).map((entry) => entry.type)
    expect(types).toContain('payment.captured')
    expect(types).toContain('payment.refunded')
  })

  it('need no body where all of it is optional', async () => {
    const { json: made } = await pay({ capture: 'manual' })
    const captured = await call('POST', `/v1/payments/${made.id}/capture`)
    expect([captured.status, captured.json.captured]).toEqual([200, '49.90'])
    const refunded = await call('POST', `/v1/payments/${made.id}/refunds`)
    expect([refunded.status, refunded.json.refunded]).toEqual([200, '49.90'])
  })

  it('refuse more than there is', async () => {
    const { json: made } = await pay({ capture: 'manual' })
    const capture = await call('POST', `/v1/payments/${made.id}/capture`, { body: { amount: '50.00' } })
    expect([capture.status, capture.json.code]).toEqual([422, 'amount_too_large'])
    expect(capture.json.detail).toContain('49.90 EUR')
    await call('POST', `/v1/payments/${made.id}/capture`)
    const refund = await call('POST', `/v1/payments/${made.id}/refunds`, { body: { amount: '50.00' } })
    expect([refund.status, refund.json.code]).toEqual([422, 'amount_too_large'])
  })

  it('cancel an authorization, and not a captured payment', async () => {
    const { json: made } = await pay({ capture: 'manual' })
    const canceled = await call('POST', `/v1/payments/${made.id}/cancel`)
    expect([canceled.status, canceled.json.status]).toEqual([200, 'canceled'])
    const { json: paid } = await pay()
    const refused = await call('POST', `/v1/payments/${paid.id}/cancel`)
    expect([refused.status, refused.json.code]).toEqual([409, 'invalid_state'])
    expect([refused.json.payment, refused.json.paymentStatus]).toEqual([paid.id, 'succeeded'])
  })

  it('do not overlook what a cancel cannot do', async () => {
    const { json: made } = await pay({ capture: 'manual' })
    const { status, json } = await call('POST', `/v1/payments/${made.id}/cancel`, { body: { amount: '1.00' } })
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect((await call('GET', `/v1/payments/${made.id}`)).json.status).toBe('authorized')
  })

  it('resume after 3-D Secure, any number of times', async () => {
    const { json: made } = await pay({
      method: { type: 'card', token: 'tok_3ds' },
      returnUrl: 'https://shop.test/back',
    })
    expect(made).toMatchObject({ status: 'requires_action', action: { type: 'redirect' } })
    const [attempt] = ((await call('GET', `/v1/payments/${made.id}/timeline`)).json.entries as { data: object }[]).map(
      ({ data }) => (data as { attempt: string }).attempt,
    )
    const { payload } = world.acquirer.challenge(attempt ?? '', 'pass')
    const resumed = await call('POST', `/v1/payments/${made.id}/resume`, { body: { payload } })
    expect([resumed.status, resumed.json.status]).toEqual([200, 'succeeded'])
    const again = await call('POST', `/v1/payments/${made.id}/resume`)
    expect([again.status, again.json.status]).toEqual([200, 'succeeded'])
  })

  it('retry a declined payment with another method', async () => {
    const { json: made } = await pay({ method: { type: 'card', token: 'tok_do_not_honor' } })
    const body = { method: { type: 'card', token: 'tok_approve' } }
    const headers = { 'idempotency-key': 'again' }
    const retried = await call('POST', `/v1/payments/${made.id}/retry`, { body, headers })
    expect([retried.status, retried.json.status]).toEqual([200, 'succeeded'])
    const replayed = await call('POST', `/v1/payments/${made.id}/retry`, { body, headers })
    expect(replayed.text).toBe(retried.text)
  })

  it('raise an authorization', async () => {
    const { json: made } = await pay({ capture: 'manual' })
    const { status, json } = await call('POST', `/v1/payments/${made.id}/increment`, { body: { amount: '60.00' } })
    expect([status, json.authorized]).toEqual([200, '60.00'])
  })

  it('replay under a key, and refuse it for other content', async () => {
    const { json: made } = await pay()
    const refund = (amount: string) =>
      call('POST', `/v1/payments/${made.id}/refunds`, { body: { amount }, headers: { 'idempotency-key': 'r1' } })
    const first = await refund('10.00')
    expect((await refund('10.00')).text).toBe(first.text)
    const other = await refund('11.00')
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_mismatch'])
    expect((await call('GET', `/v1/payments/${made.id}`)).json.refunded).toBe('10.00')
  })

  it.each(['retry', 'increment'])('say that %s needs a body', async (name) => {
    const { json: made } = await pay({ capture: 'manual' })
    const { status, json } = await call('POST', `/v1/payments/${made.id}/${name}`)
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json.detail).toContain('empty')
  })

  it('answer attempt_open with Retry-After while an outcome is not known', async () => {
    const lost = await createWorld()
    lost.acquirer.fail({ when: { operation: 'capture' }, how: 'drop_after' })
    lost.acquirer.fail({ when: { operation: 'capture' }, how: 'drop_after', times: Number.POSITIVE_INFINITY })
    lost.acquirer.fail({ when: { operation: 'lookup' }, how: 'error_500_before', times: Number.POSITIVE_INFINITY })
    const { json: made } = await lost.pay({ capture: 'manual' })
    await lost.call('POST', `/v1/payments/${made.id}/capture`, { body: { amount: '10.00' } })
    const refused = await lost.call('POST', `/v1/payments/${made.id}/capture`, { body: { amount: '10.00' } })
    expect([refused.status, refused.json.code]).toEqual([409, 'attempt_open'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    await lost.florin.close()
  })
})

describe('GET /v1/balances', () => {
  it('shows what the payments booked, all or a branch of it', async () => {
    const { call, pay } = await createWorld()
    await pay()
    const { status, json } = await call('GET', '/v1/balances')
    expect(status).toBe(200)
    expect(json.data).toContainEqual(expect.objectContaining({ account: 'merchant/pending/EUR', posted: '49.90' }))
    const branch = await call('GET', '/v1/balances?under=merchant&currency=EUR')
    expect((branch.json.data as { account: string }[]).map(({ account }) => account)).toEqual(['merchant/pending/EUR'])
  })

  it.each(['currency=eur', 'under=../x y', 'after=zz', 'limit=5'])('refuses ?%s', async (query) => {
    const { status, json } = await call('GET', `/v1/balances?${query}`)
    expect([status, json.code]).toEqual([400, 'invalid_request'])
  })
})

it('serves a request that was made by hand', async () => {
  expect((await read(await world.handler(ask('GET', '/v1/payments')))).status).toBe(200)
})
