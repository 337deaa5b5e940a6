import { describe, expect, it } from 'vitest'
import { createWorld, payment } from '../test/world.ts'

const { call, acquirer } = await createWorld()

describe("another merchant's payment", () => {
  it.each([
    ['GET', '', undefined],
    ['GET', '/timeline', undefined],
    ['POST', '/capture', undefined],
    ['POST', '/cancel', undefined],
    ['POST', '/refunds', undefined],
    ['POST', '/resume', undefined],
    ['POST', '/retry', { method: { type: 'card', token: 'tok_approve' } }],
    ['POST', '/increment', { amount: '99.00' }],
  ])('is not there for %s …%s, by either of its ids', async (method, path, body) => {
    const orders = [{ reference: `o${method}${path}`, seller: 'ann', amount: '49.90' }]
    const made = await call('POST', '/v1/payments', { body: payment({ capture: 'manual', orders }) })
    for (const id of [made.json.id, made.json.checkout]) {
      const stolen = await call(method, `/v1/payments/${id}${path}`, {
        as: 'bob',
        ...(body === undefined ? {} : { body }),
      })
      expect([stolen.status, stolen.json.code]).toEqual([404, 'not_found'])
      expect(stolen.text).not.toContain('49.90')
    }
    expect((await call('GET', `/v1/payments/${made.json.id}`)).text).toBe(made.text)
  })

  it('is in no list, no balance and under no cursor', async () => {
    const first = await call('POST', '/v1/payments', { body: payment({ reference: 'listed' }) })
    await call('POST', '/v1/payments', { body: payment() })
    const { json } = await call('GET', '/v1/payments?limit=1')
    for (const query of ['', '?reference=listed', `?after=${json.next}`]) {
      const { json, text } = await call('GET', `/v1/payments${query}`, { as: 'bob' })
      expect(json.data).toEqual([])
      expect(text).not.toContain(first.json.id)
    }
    expect((await call('GET', '/v1/balances', { as: 'bob' })).json.data).toEqual([])
  })

  it('is not replayed by its key: the key is its owner’s', async () => {
    const body = payment()
    const headers = { 'idempotency-key': 'shared' }
    const alices = await call('POST', '/v1/payments', { body, headers })
    const before = acquirer.books().charges.length
    const bobs = await call('POST', '/v1/payments', { as: 'bob', body, headers })
    expect(bobs.status).toBe(201)
    expect(bobs.json.id).not.toBe(alices.json.id)
    expect(acquirer.books().charges.length).toBe(before + 1)
  })
})

describe("another merchant's customer", () => {
  it('is not there, nor are their payment methods', async () => {
    const { json: customer } = await call('POST', '/v1/customers', { body: { email: 'ann@example.com' } })
    const attach = { method: { type: 'card', token: 'tok_approve' } }
    const { json: method } = await call('POST', `/v1/customers/${customer.id}/payment_methods`, { body: attach })
    const tried = [
      await call('GET', `/v1/customers/${customer.id}`, { as: 'bob' }),
      await call('GET', `/v1/customers/${customer.id}/payment_methods`, { as: 'bob' }),
      await call('POST', `/v1/customers/${customer.id}/payment_methods`, { as: 'bob', body: attach }),
      await call('DELETE', `/v1/payment_methods/${method.id}`, { as: 'bob' }),
      await call('POST', '/v1/payments', { as: 'bob', body: payment({ method: { paymentMethod: method.id } }) }),
    ]
    for (const { status, text } of tried) {
      expect(status).toBe(404)
      expect(text).not.toContain('ann@example.com')
    }
    const used = await call('POST', '/v1/payments', { body: payment({ method: { paymentMethod: method.id } }) })
    expect([used.status, used.json.status]).toEqual([201, 'succeeded'])
  })
})
