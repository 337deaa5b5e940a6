import { FlorinError } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
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

  it('refuses 10 MB that say so before it reads any of them, and 10 MB that lie about it at 1 MiB', async () => {
    const { handler } = await createWorld()
    const post = (headers: Readonly<Record<string, string>>) => {
      let bytes = 0
      const body = new ReadableStream({
        pull: (controller) => {
          bytes += 65_536
          controller.enqueue(new Uint8Array(65_536))
          if (bytes >= 10_485_760) controller.close()
        },
      })
      const init = { method: 'POST', headers, body, duplex: 'half' } as const
      const request = new Request('http://shop.test/v1/webhooks/sandbox/default', init)
      return handler(request).then(({ status }) => ({ status, bytes }))
    }
    const honest = await post({ 'content-length': '10485760' })
    expect(honest.status).toBe(413)
    expect(honest.bytes).toBeLessThanOrEqual(65_536) // what a stream holds ready by itself
    for (const told of ['17', '-1', 'many', '1e3']) {
      const { status, bytes } = await post({ 'content-length': told })
      expect(status).toBe(413)
      expect(bytes).toBeLessThan(1_400_000)
    }
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', ''])(
    'takes what is signed whatever its content type says: %j',
    async (type) => {
      const world = await createWorld()
      const { delivery } = await delivered(world)
      const headers = { ...delivery.headers, 'content-type': type }
      expect((await read(await world.handler(webhook({ ...delivery, headers })))).status).toBe(200)
    },
  )

  it('refuses a signature header that is there twice, unless it holds as a whole', async () => {
    const world = await createWorld()
    const { delivery } = await delivered(world)
    const headers = new Headers(delivery.headers)
    for (const [name] of [...headers].filter(([name]) => name.includes('signature'))) headers.append(name, 't=1,v1=00')
    const request = new Request('http://shop.test/v1/webhooks/sandbox/default', {
      method: 'POST',
      headers,
      body: new Uint8Array(delivery.body),
    })
    expect((await read(await world.handler(request))).json.code).toBe('webhook_rejected')
  })

  it('hands basic authentication on to the gateway, and tells nobody of it', async () => {
    const seen: (string | undefined)[] = []
    const world = await createWorld({}, {}, (gateway) => ({
      ...gateway,
      verify: ({ headers }) => {
        seen.push(headers.authorization)
        throw new FlorinError('webhook_rejected', 'the channel has another password')
      },
    }))
    const authorization = `Basic ${Buffer.from('adyen:canary-password').toString('base64')}`
    const { status, text } = await world.call('POST', '/v1/webhooks/sandbox/default', {
      as: null,
      body: {},
      headers: { authorization },
    })
    expect([status, seen]).toEqual([400, [authorization]])
    const told = `${text} ${JSON.stringify(world.errors)} ${JSON.stringify(await world.florin.webhooks.list({ state: 'rejected' }))}`
    expect(told).not.toMatch(/canary|Y2FuYXJ5|YWR5ZW4/)
  })

  it('acknowledges what is about another account, and says that it is put aside', async () => {
    const world = await createWorld({}, {}, (gateway) => ({
      ...gateway,
      verify: () => {
        throw new FlorinError('webhook_foreign', 'it is about another account')
      },
    }))
    const { status, json } = await world.call('POST', '/v1/webhooks/sandbox/default', { as: null, body: {} })
    expect([status, json]).toEqual([200, { received: true, duplicate: false, quarantined: true }])
    expect(world.errors).toMatchObject([{ code: 'webhook_foreign' }])
  })

  it('asks the gateway to come again while the storage is away', async () => {
    const storage = memoryStorage()
    let away = false
    const commit = async (batch: Parameters<typeof storage.commit>[0]) => {
      if (away) throw new FlorinError('closed', 'the server is restarting')
      return storage.commit(batch)
    }
    const world = await createWorld({}, { storage: { ...storage, commit } })
    const { delivery } = await delivered(world)
    away = true
    const refused = await read(await world.handler(webhook(delivery)))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    away = false
    expect((await read(await world.handler(webhook(delivery)))).json).toMatchObject({ duplicate: false })
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
