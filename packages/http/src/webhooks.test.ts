import type { RawDelivery } from '@florin/core/gateways'
import { describe, expect, it } from 'vitest'
import { ask, createWorld, read, type World } from '../test/world.ts'

/** A signed delivery as the acquirer sends it, after a payment was refunded in its dashboard. */
const delivered = async ({
  acquirer,
  pay,
}: World): Promise<{ readonly delivery: RawDelivery; readonly id: string }> => {
  const waiting = Promise.withResolvers<RawDelivery>()
  const { json } = await pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
  const off = acquirer.onWebhook((delivery) => waiting.resolve(delivery))
  const [charge] = acquirer.books().charges.slice(-1)
  acquirer.settlePending(charge?.reference ?? '', 'approve')
  const delivery = await waiting.promise
  off()
  return { delivery, id: json.id }
}

const webhook = (delivery: Pick<RawDelivery, 'body' | 'headers'>, path = '/v1/webhooks/sandbox/default') =>
  ask('POST', path, { as: null, body: delivery.body, headers: delivery.headers })

describe('POST /v1/webhooks/:gateway/:account', () => {
  it('takes what the gateway signed, without credentials, and acts on it', async () => {
    const world = await createWorld()
    const { delivery, id } = await delivered(world)
    const { status, json } = await read(await world.handler(webhook(delivery)))
    expect([status, json]).toEqual([200, { received: true, duplicate: false, quarantined: false }])
    await expect.poll(async () => (await world.call('GET', `/v1/payments/${id}`)).json.status).toBe('succeeded')
    const again = await read(await world.handler(webhook(delivery)))
    expect([again.status, again.json]).toEqual([200, { received: true, duplicate: true, quarantined: false }])
  })

  it('refuses a body of which one byte is not as it was signed', async () => {
    const world = await createWorld()
    const { delivery } = await delivered(world)
    const body = new Uint8Array(Buffer.concat([delivery.body, Buffer.from(' ')]))
    const { status, json } = await read(await world.handler(webhook({ ...delivery, body })))
    expect([status, json.code]).toEqual([400, 'webhook_rejected'])
  })

  it('refuses one without a signature, and an empty one', async () => {
    const { call } = await createWorld()
    for (const body of [{ id: 'evt_1' }, undefined]) {
      const { status, json } = await call('POST', '/v1/webhooks/sandbox/default', { as: null, body })
      expect([status, json.code]).toEqual([400, 'webhook_rejected'])
    }
  })

  it.each(['/v1/webhooks/nowhere/default', '/v1/webhooks/sandbox/nobody', '/v1/webhooks/__proto__/default'])(
    'is not there for %s, and says nothing of what is',
    async (path) => {
      const { call } = await createWorld()
      const { status, json, text } = await call('POST', path, { as: null, body: {} })
      expect([status, json.code]).toEqual([404, 'not_found'])
      expect(text).not.toContain('sandbox')
    },
  )

  it('reads at most 1 MiB', async () => {
    const { call } = await createWorld({ maxBodyBytes: 2_048 })
    const { status, json } = await call('POST', '/v1/webhooks/sandbox/default', {
      as: null,
      body: 'x'.repeat(1_048_577),
    })
    expect([status, json.code, json.maxBytes]).toEqual([413, 'body_too_large', 1_048_576])
  })

  it('never asks authorize', async () => {
    let asked = 0
    const { call } = await createWorld({
      authorize: () => {
        asked += 1
        return null
      },
    })
    await call('POST', '/v1/webhooks/sandbox/default', { as: null, body: {} })
    expect(asked).toBe(0)
  })
})
