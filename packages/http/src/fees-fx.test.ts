import { staticRates } from '@florin/core'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../test/world.ts'

const fx = {
  providers: [staticRates({ rates: { 'EUR/USD': '1.25' }, now: () => Date.now() })],
  merchants: { mer_bob: { spread: '1' } },
}
const world = await createWorld({}, { fx })
const { call, florin, pay } = world

describe('/v1/fees', () => {
  it('lists what was agreed, and explains a fee', async () => {
    const rules = [
      { name: 'amex', percent: '3.5', when: { network: 'amex' } },
      { name: 'all', percent: '1.4', fixed: { EUR: '0.25' } },
    ]
    const merchant = (await call('GET', '/v1/fees')).json
    expect(merchant).toEqual({ object: 'list', data: [] })
    await florin.for('mer_alice').fees.set({ rules }, { expect: 0 })
    const { status, json } = await call('GET', '/v1/fees?limit=1')
    expect([status, json.data]).toMatchObject([200, [{ object: 'fee_schedule', version: 1, schedule: { rules } }]])
    const body = { amount: '100.00', currency: 'EUR', network: 'amex' }
    const quoted = await call('POST', '/v1/fees/quote', { body })
    expect([quoted.status, quoted.json]).toMatchObject([200, { fee: '3.50', rule: 'amex', schedule: 1 }])
    const wrong = await call('POST', '/v1/fees/quote', { body: { amount: 100, currency: 'EUR' } })
    expect([wrong.status, wrong.json.code]).toEqual([400, 'invalid_request'])
    expect((await call('GET', '/v1/fees', { as: 'bob' })).json.data).toEqual([])
  })

  it('shows a month’s volume, of a merchant’s own', async () => {
    const { status, json } = await call('GET', '/v1/fees/volume?month=2026-02')
    expect([status, json]).toEqual([200, { object: 'fee_volume', month: '2026-02', volumes: [] }])
    const wrong = await call('GET', '/v1/fees/volume?month=2026-13')
    expect([wrong.status, wrong.json.code]).toEqual([400, 'invalid_request'])
    const volume = { mode: 'whole', tiers: [{ from: { EUR: '1.00' }, percent: '1' }] } as const
    await florin.for('mer_bob').fees.set({ rules: [{ name: 'all', percent: '2', volume }] }, { expect: 0 })
    const method = { type: 'card', token: 'tok_approve' } as const
    await florin.for('mer_bob').payments.create({ reference: 'counted', amount: '49.90', currency: 'EUR', method })
    const counted = [{ currency: 'EUR', amount: '49.90' }]
    expect((await call('GET', '/v1/fees/volume', { as: 'bob' })).json.volumes).toEqual(counted)
    expect((await call('GET', '/v1/fees/volume')).json.volumes).toEqual([])
  })

  it('cannot be changed with a merchant’s credentials', async () => {
    const body = { schedule: { rules: [{ name: 'free', percent: '0' }] }, expect: 1 }
    expect((await call('POST', '/v1/fees', { body })).status).toBe(405)
  })
})

describe('/v1/fx', () => {
  it('quotes, shows and uses a rate, once', async () => {
    const body = { from: 'EUR', to: 'USD', amount: '49.90' }
    const made = await call('POST', '/v1/fx/quotes', { body })
    expect([made.status, made.json]).toMatchObject([201, { rate: '1.25', buy: '62.38', status: 'open' }]) // 62.375, half-even
    const { id } = made.json
    expect((await call('GET', `/v1/fx/quotes/${id}`)).json).toEqual(made.json)
    expect((await call('GET', `/v1/fx/quotes/${id}`, { as: 'bob' })).status).toBe(404)
    const poor = await call('POST', `/v1/fx/quotes/${id}/convert`)
    expect([poor.status, poor.json.code]).toEqual([422, 'amount_too_large'])
    const paid = await pay({ settle: { currency: 'USD', quote: id } })
    expect(paid.json.settle).toEqual({ currency: 'USD', rate: '1.25', quote: id, amount: expect.any(String) })
    const used = await call('POST', `/v1/fx/quotes/${id}/convert`)
    expect([used.status, used.json.code]).toEqual([422, 'idempotency_mismatch'])
  })

  it('has no rate where nobody has one, and says when to ask again', async () => {
    const body = { from: 'EUR', to: 'JPY', amount: '49.90' }
    const none = await call('POST', '/v1/fx/quotes', { body })
    expect([none.status, none.json.code]).toEqual([503, 'rate_unavailable'])
    expect(none.headers.get('retry-after')).not.toBeNull()
  })
})

describe('/v1/fx/hedges', () => {
  const trade = {
    reference: 'T-1',
    counterparty: 'bank',
    by: 'ann',
    from: 'USD',
    to: 'EUR',
    sold: '10.00',
    bought: '8.10',
  }

  it('books a trade once, for operators', async () => {
    const method = { type: 'card', token: 'tok_approve' } as const
    const settle = { currency: 'USD' }
    const sale = { reference: 'exposed', amount: '8.00', currency: 'EUR', method, settle }
    await florin.for('mer_ops').payments.create(sale)
    const booked = await call('POST', '/v1/fx/hedges', { as: 'ops', body: trade })
    expect([booked.status, booked.json]).toMatchObject([200, { object: 'fx_hedge', rate: '0.81', by: 'ann' }])
    expect((await call('POST', '/v1/fx/hedges', { as: 'ops', body: trade })).json).toEqual(booked.json)
    expect((await call('GET', '/v1/fx/hedges/T-1', { as: 'ops' })).json).toEqual(booked.json)
    expect((await call('GET', '/v1/fx/hedges?limit=5', { as: 'ops' })).json.data).toEqual([booked.json])
    const open = await call('GET', '/v1/fx/exposure', { as: 'ops' })
    expect(open.json).toMatchObject([{ pair: 'EUR-USD', hedged: [{ amount: '8.10' }, { amount: '-10.00' }] }])
    const other = await call('POST', '/v1/fx/hedges', { as: 'ops', body: { ...trade, sold: '11.00' } })
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_mismatch'])
    const unknown = await call('POST', '/v1/fx/hedges', { as: 'ops', body: { ...trade, reference: 'T-2', to: 'GBP' } })
    expect([unknown.status, unknown.json.code]).toEqual([404, 'not_found'])
  })

  it('are nothing that a merchant may see or do', async () => {
    for (const [method, path, body] of [
      ['POST', '/v1/fx/hedges', trade],
      ['GET', '/v1/fx/hedges', undefined],
      ['GET', '/v1/fx/hedges/T-1', undefined],
      ['GET', '/v1/fx/exposure', undefined],
    ] as const)
      expect((await call(method, path, body === undefined ? {} : { body })).status).toBe(403)
  })
})
