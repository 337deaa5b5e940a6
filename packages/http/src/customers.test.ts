import { describe, expect, it } from 'vitest'
import { createWorld } from '../test/world.ts'

const { call } = await createWorld()

describe('customers over HTTP', () => {
  it('are stored and read', async () => {
    const body = { name: 'Ann', email: 'ann@example.com', reference: 'u-1', metadata: { tier: 'gold' } }
    const made = await call('POST', '/v1/customers', { body })
    expect([made.status, made.json]).toEqual([
      201,
      { object: 'customer', ...body, id: made.json.id, createdAt: made.json.createdAt },
    ])
    const got = await call('GET', `/v1/customers/${made.json.id}`)
    expect([got.status, got.json]).toEqual([200, made.json])
  })

  it('need not say anything about themselves', async () => {
    expect((await call('POST', '/v1/customers')).status).toBe(201)
  })

  it('refuse a malformed e-mail address without repeating it', async () => {
    const { status, json, text } = await call('POST', '/v1/customers', { body: { email: 'ann at example' } })
    expect([status, json.path]).toEqual([400, 'email'])
    expect(text).not.toContain('ann at example')
  })

  it('keep payment methods, which never show their tokens, until they are detached', async () => {
    const { json: customer } = await call('POST', '/v1/customers', { body: {} })
    const path = `/v1/customers/${customer.id}/payment_methods`
    const body = { method: { type: 'card', token: 'tok_approve' }, instrument: { last4: '4242' } }
    const attached = await call('POST', path, { body })
    expect(attached.status).toBe(201)
    expect(attached.json).toMatchObject({ method: { type: 'card', last4: '4242' }, gateways: ['sandbox'] })
    expect(attached.text).not.toContain('tok_approve')
    expect((await call('GET', path)).json).toEqual({ object: 'list', data: [attached.json] })
    const detached = await call('DELETE', `/v1/payment_methods/${attached.json.id}`)
    expect([detached.status, detached.text, detached.headers.get('content-type')]).toEqual([204, '', null])
    expect((await call('GET', path)).json).toEqual({ object: 'list', data: [] })
    expect((await call('DELETE', `/v1/payment_methods/${attached.json.id}`)).status).toBe(404)
  })

  it('take no idempotency key, and say so', async () => {
    const { status, json } = await call('POST', '/v1/customers', { body: {}, headers: { 'idempotency-key': 'k' } })
    expect([status, json.code, json.path]).toEqual([422, 'unsupported', 'Idempotency-Key'])
  })
})
