import { describe, expect, it } from 'vitest'
import { card, change, MERCHANT, payment, start } from './client.ts'

const without = (field: string) =>
  Object.fromEntries(Object.entries(payment('att_1')).filter(([name]) => name !== field))

describe('a request', () => {
  it('needs the API key', async () => {
    const { double, post } = await start()
    for (const key of ['', 'wrong', `${double.apiKey} `.trimEnd().slice(0, -1)]) {
      const { status, body } = await post('/payments', payment('att_1'), { 'x-api-key': key })
      expect(status).toBe(401)
      expect(body).toEqual({
        status: 401,
        errorCode: '000',
        errorType: 'security',
        message: 'HTTP Status Response - Unauthorized',
      })
    }
    expect(double.mutations()).toBe(0)
  })

  it.each([
    ['another merchant account', { ...payment('att_1'), merchantAccount: 'Other' }, 403, '901', 'security'],
    ['no merchant account', without('merchantAccount'), 403, '901', 'security'],
    ['no amount', without('amount'), 422, '100', 'validation'],
    ['no reference', without('reference'), 422, '130', 'validation'],
    ['no return URL', without('returnUrl'), 422, '14_030', 'validation'],
    ['no method', without('paymentMethod'), 422, '14_004', 'validation'],
    ['an unknown field', { ...payment('att_1'), capture: true }, 400, '702', 'validation'],
    ['a broken body', '{"amount":', 400, '702', 'validation'],
    ['a list for a body', '[]', 400, '702', 'validation'],
    ['an amount below zero', payment('att_1', { amount: { currency: 'EUR', value: -1 } }), 422, '137', 'validation'],
    ['a fraction', payment('att_1', { amount: { currency: 'EUR', value: 49.9 } }), 422, '137', 'validation'],
    ['a text for a value', payment('att_1', { amount: { currency: 'EUR', value: '4990' } }), 422, '137', 'validation'],
    ['no such currency', payment('att_1', { amount: { currency: 'EUX', value: 1 } }), 422, '138', 'validation'],
    [
      'a raw card number',
      payment('att_1', { paymentMethod: { type: 'scheme', number: '4111111111111111' } }),
      403,
      '010',
      'security',
    ],
    [
      'a field not encrypted',
      payment('att_1', { paymentMethod: card('', { encryptedCardNumber: '4111' }) }),
      422,
      '174',
      'validation',
    ],
    ['a wrong number', payment('att_1', { paymentMethod: card('4111111111111112') }), 422, '101', 'validation'],
    [
      'a method that it does not have',
      payment('att_1', { paymentMethod: { type: 'tulips' } }),
      500,
      '905',
      'configuration',
    ],
    ['too much metadata', payment('att_1', { metadata: { ['k'.repeat(21)]: 'v' } }), 422, '177', 'validation'],
  ])('with %s is refused, and nothing happens', async (_, request, status, errorCode, errorType) => {
    const { double, post } = await start()
    const answer = await post('/payments', request)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ status, errorCode, errorType, pspReference: expect.any(String) })
    expect(double.books()).toEqual([])
    expect(double.deliveries()).toEqual([])
  })

  it('to change a payment that the account does not have is refused with 167', async () => {
    const { post } = await start({ accounts: { default: MERCHANT, other: 'OtherECOM' } })
    const { body } = await post('/payments', payment('att_1'))
    const foreign = { ...change(100), merchantAccount: 'OtherECOM' }
    for (const answer of [
      await post(`/payments/${body.pspReference}/captures`, foreign),
      await post('/payments/AAAAAAAAAAAAAAAA/captures', change(100)),
      await post(`/payments/${body.pspReference}/refunds`, { ...change(100), capturePspReference: 'AAAAAAAAAAAAAAAA' }),
    ])
      expect(answer).toMatchObject({ status: 422, body: { errorCode: '167' } })
  })

  it('to another version, or by another method, finds nothing', async () => {
    const { double, post } = await start()
    expect((await post('/../v70/payments', payment('att_1'))).status).toBe(404)
    expect((await post('/nothing', payment('att_1'))).status).toBe(404)
    expect((await fetch(`${double.url}/payments`)).status).toBe(404)
    expect(double.url).toMatch(/\/v71$/)
  })

  it('of many megabytes is not read', async () => {
    const { double } = await start()
    const huge = { method: 'POST', headers: { 'x-api-key': double.apiKey }, body: 'x'.repeat(9_000_000) }
    expect((await fetch(`${double.url}/payments`, huge)).status).toBe(413)
  })
})

describe('an idempotency key', () => {
  const key = { 'idempotency-key': 'key_1' }

  it('replays the answer, and changes nothing again', async () => {
    const { double, post } = await start()
    const first = await post('/payments', payment('att_1'), key)
    const again = await post('/payments', payment('att_1'), key)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-key')).toBe('key_1')
    expect(double.books()).toHaveLength(1)
    expect(double.deliveries()).toHaveLength(1)
    expect(double.mutations()).toBe(2)
  })

  it('is the company’s: another merchant account cannot use it for something else', async () => {
    const { double, post } = await start({ accounts: { default: MERCHANT, other: 'OtherECOM' } })
    await post('/payments', payment('att_1'), key)
    const other = await post('/payments', payment('att_1', { merchantAccount: 'OtherECOM' }), key)
    expect(other).toMatchObject({ status: 422, body: { errorCode: '704' } })
    expect(other.headers.get('transient-error')).toBeNull()
    expect(double.books()).toHaveLength(1)
  })

  it('is free again after a refusal, and has at most 64 characters', async () => {
    const { post } = await start()
    expect((await post('/payments', without('amount'), key)).status).toBe(422)
    expect((await post('/payments', payment('att_1'), key)).status).toBe(200)
    expect((await post('/payments', payment('att_2'), { 'idempotency-key': 'k'.repeat(65) })).status).toBe(400)
  })

  it('says 704 while its first request is at work', async () => {
    const { double, post } = await start()
    double.fail({ how: 'slow', ms: 60_000 })
    const first = post('/payments', payment('att_1'), key).catch(() => 'cut')
    while (double.mutations() === 0) await new Promise(setImmediate)
    const second = await post('/payments', payment('att_1'), key)
    expect(second).toMatchObject({ status: 422, body: { errorCode: '704' } })
    expect(second.headers.get('transient-error')).toBe('true')
    await double.close()
    expect(await first).toBe('cut')
  })
})

describe('a fault', () => {
  const key = { 'idempotency-key': 'key_1' }

  it.each([
    ['drop_before', 'broken', 0],
    ['drop_after', 'broken', 1],
    ['cut_body', 'broken', 1],
    ['error_500_before', 500, 0],
    ['error_500_after', 500, 1],
    ['transient', 500, 0],
    ['in_progress', 422, 0],
    ['rate_limit', 429, 0],
  ] as const)('%s: the same request sent again tells the truth, with one effect', async (how, seen, effects) => {
    const { double, post } = await start()
    double.fail({ how, when: { operation: 'payment', reference: 'att_1', account: 'default' } })
    await post('/payments', payment('att_other'))
    const answer = await post('/payments', payment('att_1'), key).catch(() => ({
      status: 'broken',
      headers: new Headers(),
    }))
    expect(answer.status).toBe(seen)
    if (how === 'transient' || how === 'in_progress') expect(answer.headers.get('transient-error')).toBe('true')
    expect(double.books()).toHaveLength(1 + effects)
    expect((await post('/payments', payment('att_1'), key)).body.resultCode).toBe('Authorised')
    expect(double.books()).toHaveLength(2)
  })

  it.each([
    ['duplicate_webhook', 2],
    ['lose_webhook', 0],
  ] as const)('%s leaves %s webhooks', async (how, count) => {
    const { double, post } = await start()
    double.fail({ how })
    await post('/payments', payment('att_1'))
    expect(double.deliveries()).toHaveLength(count)
  })

  it('can be disarmed', async () => {
    const { double, post } = await start()
    const disarm = double.fail({ how: 'rate_limit', times: Number.POSITIVE_INFINITY })
    expect((await post('/payments', payment('att_1'))).status).toBe(429)
    disarm()
    double.fail({ how: 'error_500_before' })
    double.clearFaults()
    expect((await post('/payments', payment('att_1'))).status).toBe(200)
  })
})

it.each([
  [{ hmacKey: 'short' }, /64 hexadecimal/],
  [{ accounts: {} }, /at least one account/],
  [{ accounts: { one: 'Same', two: 'Same' } }, /of its own/],
  [{ remember: 0 }, /remember is 0/],
  [{ modificationDelayMs: Number.NaN }, /modificationDelayMs/],
])('refuses the options %o', async (options, message) => {
  await expect(start(options)).rejects.toThrow(message)
})
