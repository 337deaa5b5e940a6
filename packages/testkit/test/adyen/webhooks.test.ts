import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fakeRuntime } from '@florin/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { change, itemOf, payment, start } from './client.ts'

/** An endpoint that refuses the first `refusals` webhooks. */
const endpoint = async (refusals = 0) => {
  const taken: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
  let left = refusals
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (left > 0) {
      left -= 1
      return void response.writeHead(500).end()
    }
    taken.push({ path: request.url ?? '', headers: request.headers, body })
    response.writeHead(200).end('[accepted]')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken }
}

describe('webhooks', () => {
  it('are posted with basic authentication, and are the same as deliveries() shows', async () => {
    const { url, taken } = await endpoint()
    const webhookAuth = { username: 'hook', password: 'sesame' }
    const { double, post } = await start({
      webhookUrl: (account) => `${url}/v1/webhooks/adyen/${account}`,
      webhookAuth,
    })
    const { body } = await post('/payments', payment('att_1'))
    await post(`/payments/${body.pspReference}/captures`, change(4990))
    await double.webhooksIdle()
    const deliveries = double.deliveries()
    expect(taken.map(({ path }) => path)).toEqual(Array(2).fill('/v1/webhooks/adyen/default'))
    expect(taken.map((each) => each.body).sort()).toEqual(
      deliveries.map((each) => Buffer.from(each.body).toString('utf8')).sort(),
    )
    for (const headers of [...taken, ...deliveries].map((each) => each.headers))
      expect(headers.authorization).toBe(`Basic ${Buffer.from('hook:sesame').toString('base64')}`)
  })

  it('are tried again until they are taken', async () => {
    const { url, taken } = await endpoint(2)
    const { double, post } = await start({ ...fakeRuntime(), scheduler: null, webhookUrl: url })
    await post('/payments', payment('att_1'))
    for (let round = 0; round < 3; round += 1) {
      await double.webhooksIdle()
      double.tick()
    }
    await double.webhooksIdle()
    expect(taken).toHaveLength(1)
  })

  it('are given up after five tries', async () => {
    const { url, taken } = await endpoint(5)
    const { double, post } = await start({ ...fakeRuntime(), scheduler: null, webhookUrl: url })
    await post('/payments', payment('att_1'))
    for (let round = 0; round < 8; round += 1) {
      await double.webhooksIdle()
      double.tick()
    }
    expect(taken).toEqual([])
    expect(double.deliveries()).toHaveLength(1)
  })

  it('may be of the test’s own making, authentic and unheard of', async () => {
    const { double } = await start({ accounts: { default: 'FlorinTestECOM', other: 'OtherECOM' } })
    double.notify({ eventCode: 'TULIP_BLOOMED', pspReference: 'ABC' }, 'other')
    const [delivery] = double.deliveries()
    expect(delivery?.account).toBe('other')
    expect(itemOf(delivery)).toMatchObject({
      eventCode: 'TULIP_BLOOMED',
      pspReference: 'ABC',
      merchantAccountCode: 'OtherECOM',
      additionalData: { hmacSignature: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) },
    })
    expect(() => double.notify({ eventCode: 'X' }, 'nobody')).toThrow(/no account nobody/)
  })

  it('of things that fall due are posted by themselves', async () => {
    const { url, taken } = await endpoint()
    const runtime = fakeRuntime()
    const { double, post } = await start({ ...runtime, webhookUrl: url, modificationDelayMs: 5_000 })
    const { body } = await post('/payments', payment('att_1'))
    await post(`/payments/${body.pspReference}/cancels`, change(null))
    await runtime.scheduler.advance(5_000)
    await double.webhooksIdle()
    expect(taken.some((each) => each.body.includes('CANCELLATION'))).toBe(true)
  })
})
