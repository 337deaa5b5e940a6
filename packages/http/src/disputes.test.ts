import { describe, expect, it } from 'vitest'
import { createWorld, inDispute } from '../test/world.ts'

const world = await createWorld()
const { call, florin } = world

const disputed = (): Promise<string> => inDispute(world)
const PDF = { kind: 'receipt', name: 'r.pdf', contentType: 'application/pdf', base64: btoa('%PDF-1.7') }

describe('/v1/disputes', () => {
  it('lists, reads, keeps evidence and submits it', async () => {
    const id = await disputed()
    const one = await call('GET', `/v1/disputes/${id}`)
    expect([one.status, one.json]).toMatchObject([
      200,
      { object: 'dispute', status: 'evidence_due', needsAnswer: true },
    ])
    const kept = await call('POST', `/v1/disputes/${id}/evidence`, {
      body: { texts: { explanation: 'no' }, files: [PDF] },
    })
    expect([kept.status, kept.json.evidence]).toMatchObject([200, [{ of: 'text' }, { of: 'file', bytes: 8 }]])
    const sent = await call('POST', `/v1/disputes/${id}/submit`)
    expect([sent.status, sent.json]).toMatchObject([200, { needsAnswer: false, acts: [{ status: 'sending' }] }])
    for (let step = 0; step < 4; step++) await florin.tick()
    expect((await call('GET', `/v1/disputes/${id}`)).json.status).toBe('evidence_submitted')
    const other = await call('POST', `/v1/disputes/${id}/submit`, { body: { texts: { explanation: 'yes' } } })
    expect([other.status, other.json.code]).toEqual([409, 'invalid_state'])
    expect((await call('GET', '/v1/disputes?status=evidence_submitted')).json.data).toMatchObject([{ id }])
  })

  it('gives up', async () => {
    const id = await disputed()
    expect((await call('POST', `/v1/disputes/${id}/accept`)).status).toBe(200)
    await florin.tick()
    expect((await call('GET', `/v1/disputes/${id}`)).json).toMatchObject({ status: 'accepted', lost: '49.90' })
  })

  it("shows nothing of another merchant's, and takes nothing for it", async () => {
    const id = await disputed()
    expect((await call('GET', '/v1/disputes', { as: 'bob' })).json.data).toEqual([])
    expect((await call('GET', `/v1/disputes/${id}`, { as: 'bob' })).status).toBe(404)
    expect((await call('POST', `/v1/disputes/${id}/accept`, { as: 'bob' })).status).toBe(404)
    expect(
      (await call('POST', `/v1/disputes/${id}/submit`, { as: 'bob', body: { texts: { explanation: 'x' } } })).status,
    ).toBe(404)
  })

  it.each([
    ['texts.moon', { texts: { moon: 'x' } }],
    ['texts.explanation', { texts: { explanation: 7 } }],
    ['files.0.base64', { files: [{ ...PDF, base64: '%%%' }] }],
    ['files.0', { files: [{ ...PDF, contentType: 'image/png' }] }],
    ['files.0.contentType', { files: [{ ...PDF, contentType: 'text/html' }] }],
    ['files.0.name', { files: [{ ...PDF, name: '../r.pdf' }] }],
    ['texts.explanation', { texts: { explanation: 'my card is 4111 1111 1111 1111' } }],
  ])('refuses evidence by the name of what is wrong in it: %s', async (path, body) => {
    const id = await disputed()
    const { status, json } = await call('POST', `/v1/disputes/${id}/evidence`, { body })
    expect([status, json.code, json.path]).toEqual([400, 'invalid_request', path])
  })

  it.each(['status=bored', 'limit=0', 'status=won&payment=pay_1', 'payment=x'])(
    'refuses a list with %s',
    async (query) => {
      expect((await call('GET', `/v1/disputes?${query}`)).status).toBe(400)
    },
  )
})
