import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { httpTransport } from './index.ts'

const SECRET = 'sk_live_canary_4242'
const REQUEST = { method: 'POST', path: '/', headers: {}, body: '{}' } as const
const context = () => ({ account: 'eu', deadline: Date.now() + 20_000 })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const echo = async () => {
  const seen: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it('adds the credentials of the account when it sends, over whatever the request brought', async () => {
  const { seen, url } = await echo()
  const transport = httpTransport({
    baseUrl: url,
    credentials: (account) => ({ Authorization: `Bearer ${SECRET}-${account}` }),
  })
  cleanups.push(() => transport.close())
  const request = { ...REQUEST, headers: { authorization: 'stale', 'User-Agent': 'mine' } }
  expect((await transport.send(request, context())).outcome).toBe('answered')
  expect(seen[0]).toMatchObject({ authorization: `Bearer ${SECRET}-eu`, 'user-agent': 'mine' })
  expect(request.headers.authorization).toBe('stale')
  expect(inspect(transport, { depth: 10, showHidden: true })).not.toContain(SECRET)
})

it('never repeats a credential in a reason', async () => {
  const { url } = await echo()
  const failing: Record<string, () => Record<string, string>> = {
    'cannot be sent': () => ({ authorization: `${SECRET}\r\nx: y` }),
    'cannot be had': () => {
      throw new Error(SECRET)
    },
  }
  for (const credentials of Object.values(failing)) {
    const transport = httpTransport({ baseUrl: url, credentials })
    cleanups.push(() => transport.close())
    const sent = await transport.send(REQUEST, context())
    expect(sent.outcome).toBe('not_sent')
    expect(inspect(sent)).not.toContain(SECRET)
  }
})

it('refuses a base URL that is not safe, without repeating what it carries', () => {
  const refused = [
    'http://api.example.com',
    'http://10.0.0.1',
    'http://localhost.example.com',
    'ftp://api.example.com',
    'api.example.com',
    '',
    `https://user:${SECRET}@api.example.com`,
    `https://api.example.com/?key=${SECRET}`,
    'https://api.example.com/#x',
  ]
  for (const baseUrl of refused) {
    try {
      httpTransport({ baseUrl })
      expect.unreachable(baseUrl)
    } catch (error) {
      expect(error).toMatchObject({ name: 'FlorinError', code: 'configuration' })
      expect(inspect(error)).not.toContain(SECRET)
    }
  }
})

it('takes https, loopback, and plain http where it is allowed', async () => {
  for (const baseUrl of ['https://api.example.com/v1', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:1'])
    await httpTransport({ baseUrl }).close()
  await httpTransport({ baseUrl: 'http://gateway.internal', allowHttp: true }).close()
})

it('refuses limits that are none', () => {
  const LIMITS = [
    ...['connections', 'connectionsPerHost', 'connectionLifetimeMs', 'maxInFlight'],
    ...['connectTimeoutMs', 'maxAnswerBytes', 'maxHeaderBytes'],
  ]
  for (const option of LIMITS) {
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => httpTransport({ baseUrl: 'https://x.test', [option]: value })).toThrow(option)
  }
})
