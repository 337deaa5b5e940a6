import { describe, expect, it } from 'vitest'
import { createWorld, underReview } from '../test/world.ts'

const world = await createWorld()
const { call } = world

const resolve = (id: string, body: unknown, as = 'alice') => call('POST', `/v1/reviews/${id}/resolve`, { body, as })

describe('/v1/reviews', () => {
  it('lists, reads and resolves', async () => {
    const id = await underReview(world)
    const listed = await call('GET', '/v1/reviews?reason=capture_undone')
    expect([listed.status, listed.json]).toMatchObject([200, { data: [{ payment: id, status: 'open' }] }])
    const one = await call('GET', `/v1/reviews/${id}`)
    expect(one.json).toMatchObject({ object: 'review', payment: id, actions: ['acknowledge'], stuck: [] })
    const done = await resolve(id, { action: 'acknowledge', by: 'ops-1', note: 'the buyer pays by transfer' })
    expect([done.status, done.json]).toMatchObject([200, { status: 'closed', by: 'ops-1' }])
    expect((await call('GET', '/v1/reviews')).json).toEqual({ object: 'list', data: [] })
    expect((await call('GET', `/v1/payments/${id}`)).json.needsReview).toBe(false)
    const again = await resolve(id, { action: 'acknowledge', by: 'ops-1' })
    expect([again.status, again.json.code]).toEqual([409, 'invalid_state'])
  })

  it("shows nothing of another merchant's", async () => {
    const id = await underReview(world)
    expect((await call('GET', '/v1/reviews', { as: 'bob' })).json.data).toEqual([])
    expect((await call('GET', `/v1/reviews/${id}`, { as: 'bob' })).status).toBe(404)
    expect((await resolve(id, { action: 'acknowledge', by: 'eve' }, 'bob')).status).toBe(404)
    expect((await call('GET', `/v1/reviews/${id}`)).json.status).toBe('open')
  })

  it.each([
    ['action', { action: 'forgive', by: 'ops' }],
    ['by', { action: 'acknowledge' }],
    ['by', { action: 'acknowledge', by: 'ann@shop.test' }],
    ['note', { action: 'voided', by: 'ops' }],
    ['attempt', { action: 'voided', by: 'ops', note: 'seen in the dashboard', attempt: 'pay_1' }],
  ])('refuses a decision by the name of what is wrong in it: %s', async (path, body) => {
    const id = await underReview(world)
    const { status, json } = await resolve(id, body)
    expect([status, json.code, json.path]).toEqual([400, 'invalid_request', path])
  })

  it.each(['reason=bored', 'limit=0', 'limit=101'])('refuses a list with %s', async (query) => {
    expect((await call('GET', `/v1/reviews?${query}`)).status).toBe(400)
  })
})

describe('GET /v1/payments/:id?refresh', () => {
  it('asks the gateway about what is not known', async () => {
    const lost = await createWorld({}, { resilience: { retries: { policy: { kind: 'immediate', tries: 1 } } } })
    lost.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { json } = await lost.pay()
    expect((await lost.call('GET', `/v1/payments/${json.id}`)).json.status).toBe('processing')
    expect((await lost.call('GET', `/v1/payments/${json.id}?refresh=true`)).json.status).toBe('succeeded')
    expect((await lost.call('GET', `/v1/payments/${json.id}?refresh=maybe`)).status).toBe(400)
  })
})
