import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { httpTransport } from '@florin/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

let served: string[] = []
let provider: Server
let proxy: FaultProxy
let transport: ReturnType<typeof httpTransport>

beforeEach(async () => {
  served = []
  provider = createServer((request, response) => {
    served.push(`${request.method} ${request.url} ${request.headers['x-key']}`)
    response.writeHead(201, { 'x-answer': 'yes', 'content-type': 'application/json' }).end('{"is":"a whole answer"}')
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', () => resolve()))
  proxy = await startFaultProxy(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`)
  transport = httpTransport({ baseUrl: proxy.url, credentials: () => ({ 'x-key': 'secret' }) })
})

afterEach(async () => {
  await transport.close()
  await proxy.close()
  provider.closeAllConnections()
  provider.close()
})

const send = (withinMs = 5_000) =>
  transport.send(
    { method: 'POST', path: '/charges?a=1', headers: {}, body: 'body' },
    { account: 'default', deadline: Date.now() + withinMs },
  )

test('without a fault everything goes through, path and headers included', async () => {
  const sent = await send()
  expect(sent).toMatchObject({ outcome: 'answered', response: { status: 201, body: '{"is":"a whole answer"}' } })
  expect(served).toEqual(['POST /v1/charges?a=1 secret'])
  expect(proxy.seen).toMatchObject([{ method: 'POST', path: '/v1/charges?a=1', body: 'body' }])
})

test.each([
  ['reset_before', 0],
  ['reset_after', 1],
  ['cut_body', 1],
] as const)('%s loses the answer, after %i request arrived', async (how, arrived) => {
  proxy.arm({ how })
  expect(await send()).toMatchObject({ outcome: 'unknown' })
  expect(served.length).toBe(arrived)
  expect(await send()).toMatchObject({ outcome: 'answered' }) // a fault strikes once
})

test('cut_text gives half of a text, whole for HTTP', async () => {
  proxy.arm({ how: 'cut_text' })
  expect(await send()).toMatchObject({ outcome: 'answered', response: { status: 201, body: '{"is":"a wh' } })
})

test('silence lets the request arrive and answers nothing', async () => {
  await send() // the connection stands, so that the deadline cannot pass before it does
  proxy.arm({ how: 'silence' })
  expect(await send(300)).toMatchObject({ outcome: 'unknown' })
  await proxy.quiet()
  expect(served.length).toBe(2)
})

test('a forged answer takes the place of the real one, for the request that it is armed for', async () => {
  proxy.arm({ how: 'forge', answer: { status: 500, body: 'down' } }, 1)
  expect(await send()).toMatchObject({ outcome: 'answered', response: { status: 201 } })
  expect(await send()).toMatchObject({ outcome: 'answered', response: { status: 500, body: 'down' } })
  expect(served.length).toBe(2)
})

test('a fault that is disarmed never strikes', async () => {
  proxy.arm({ how: 'reset_after' }, 1)
  await send()
  proxy.disarm()
  expect(await send()).toMatchObject({ outcome: 'answered' })
})
