import { describe, expect, it } from 'vitest'
import { createWorld } from '../test/world.ts'

const world = await createWorld({}, { refunds: { approvalAbove: { EUR: '10.00' }, mostPerRefund: { EUR: '40.00' } } })
const { call, pay } = world

const requested = async (amount = '20.00'): Promise<{ readonly payment: string; readonly refund: string }> => {
  const payment = (await pay()).json.id
  const { status, json } = await call('POST', `/v1/payments/${payment}/refunds`, { body: { amount } })
  expect([status, json.refunds]).toMatchObject([200, [{ status: 'requested' }]])
  const [made] = json.refunds as readonly { readonly id: string }[]
  return { payment, refund: made?.id ?? '' }
}

describe('/v1/refunds', () => {
  it('lists what waits, approves it, and reads it', async () => {
    const { payment, refund } = await requested()
    const waiting = await call('GET', '/v1/refunds?status=requested&limit=5')
    expect([waiting.status, waiting.json.data]).toMatchObject([200, [{ id: refund, because: ['approval_above'] }]])
    const body = { by: 'ops-1', reason: 'photo seen' }
    const approved = await call('POST', `/v1/refunds/${refund}/approve`, { body })
    expect([approved.status, approved.json]).toMatchObject([
      200,
      { object: 'refund', status: 'succeeded', payment, decision: { outcome: 'approved', ...body } },
    ])
    expect((await call('POST', `/v1/refunds/${refund}/approve`, { body })).json).toEqual(approved.json)
    expect((await call('GET', `/v1/refunds/${refund}`)).json).toEqual(approved.json)
    expect((await call('GET', `/v1/refunds?payment=${payment}`)).json.data).toEqual([approved.json])
    expect((await call('POST', `/v1/refunds/${refund}/deny`, { body })).json.code).toBe('invalid_state')
  })

  it('denies', async () => {
    const { payment, refund } = await requested()
    const { status, json } = await call('POST', `/v1/refunds/${refund}/deny`, { body: { by: 'ops-1' } })
    expect([status, json.status]).toEqual([200, 'denied'])
    expect((await call('GET', `/v1/payments/${payment}`)).json.refundable).toBe('49.90')
  })

  it('says which rule refuses a refund', async () => {
    const payment = (await pay()).json.id
    const told = await call('POST', `/v1/payments/${payment}/refunds`, { body: { amount: '41.00' } })
    expect([told.status, told.json.code, told.json.rule]).toEqual([422, 'policy_refused', 'most_per_refund'])
  })

  it("shows and touches nothing of another merchant's", async () => {
    const { refund } = await requested()
    const as = 'bob'
    const body = { by: 'eve' }
    expect((await call('GET', '/v1/refunds', { as })).json.data).toEqual([])
    expect((await call('GET', `/v1/refunds/${refund}`, { as })).status).toBe(404)
    expect((await call('POST', `/v1/refunds/${refund}/approve`, { as, body })).status).toBe(404)
    expect((await call('POST', `/v1/refunds/${refund}/deny`, { as, body })).status).toBe(404)
    expect((await call('GET', `/v1/refunds/${refund}`)).json.status).toBe('requested')
  })

  it.each(['status=done', 'limit=0', 'limit=101', 'status=requested&payment=pay_1'])(
    'refuses a list with %s',
    async (query) => {
      expect((await call('GET', `/v1/refunds?${query}`)).status).toBe(400)
    },
  )
})
