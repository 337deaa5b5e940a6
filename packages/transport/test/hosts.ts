import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { GatewayRequest } from '@florin/core/gateways'
import { onTestFinished } from 'vitest'
import { type HttpTransportOptions, httpTransport } from '../src/index.ts'

/** Run after the test, the last one first. */
export const cleanUp = (cleanup: () => unknown): void =>
  onTestFinished(async () => {
    await cleanup()
  })

/** A server that counts its sockets, and answers a request when it is told to; at once where `handler` does. */
export const host = async (handler?: RequestListener, address = '127.0.0.1') => {
  const open = new Set<Socket>()
  const held: (() => void)[] = []
  const paths: string[] = []
  const counts = { most: 0, ever: 0 }
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    if (handler !== undefined) return handler(request, response)
    held.push(() => response.end(request.url))
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    open.add(socket)
    counts.ever += 1
    counts.most = Math.max(counts.most, open.size)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  cleanUp(() => {
    server.closeAllConnections()
    server.close()
  })
  const answer = () => {
    for (const respond of held.splice(0)) respond()
  }
  const { port } = server.address() as AddressInfo
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  return { url, open, held, paths, counts, answer }
}

/** Closed after the test. */
export const transport = (baseUrl: HttpTransportOptions['baseUrl'], more: Partial<HttpTransportOptions> = {}) => {
  const made = httpTransport({ baseUrl, ...more })
  cleanUp(() => made.close())
  return made
}

/** Any request. */
export const REQUEST: GatewayRequest = { method: 'POST', path: '/x', headers: {}, body: '{}' }
/** For an account, with so much time. */
export const to = (account = 'main', ms = 20_000) => ({ account, deadline: Date.now() + ms })
/** One turn of the event loop. */
export const turn = () => new Promise((resolve) => setImmediate(resolve))
/** Bounded by the test's own time limit. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await turn()
}
