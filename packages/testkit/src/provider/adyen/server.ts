import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { FlorinError } from '@florin/core'
import type { Acts } from '../memory/memory.ts'
import type { Exchange } from './exchange.ts'
import { type ApiRequest, TOO_LARGE } from './handle.ts'
import type { ResolvedOptions } from './options.ts'
import type { PageAnswer } from './page.ts'

/** A server that listens. */
export interface Listening {
  /** Where, without a path. */
  readonly origin: string
  close(): Promise<void>
}

const BODY_MAX_BYTES = 8_388_608 // a request with encrypted fields has some 20 kB, documents of a dispute some MB

const readBody = (request: IncomingMessage): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= BODY_MAX_BYTES) chunks.push(chunk)
    })
    request.on('end', () => resolve(bytes > BODY_MAX_BYTES ? null : Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })

/** Puts an exchange on the wire as it is meant to look: whole, cut, or as a connection that breaks. */
const write = (response: ServerResponse, { response: answer, wire }: Exchange): void => {
  if (wire === 'drop') return void response.destroy()
  const bytes = Buffer.from(answer.body)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length })
  if (wire === 'answer') return void response.end(bytes)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** What a request may lead to. */
export type AdyenActs = Acts<ApiRequest, Exchange, PageAnswer>

const serve = async (
  acts: AdyenActs,
  afterwards: () => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const body = await readBody(request)
  if (body === null) return write(response, TOO_LARGE)
  const method = request.method ?? 'GET'
  const [path = '/'] = (request.url ?? '/').split('?')
  const page = acts.atPage({ method, url: path, body })
  if (page !== null) {
    response.writeHead(page.status, page.headers).end(page.body)
    return afterwards()
  }
  const exchange = acts.ask({
    method,
    path,
    apiKey: header(request, 'x-api-key'),
    idempotencyKey: header(request, 'idempotency-key'),
    body,
  })
  afterwards()
  if (exchange.delayMs === 0) {
    exchange.release()
    return write(response, exchange)
  }
  setTimeout(() => {
    exchange.release()
    write(response, exchange)
  }, exchange.delayMs).unref() // the listening socket keeps the process alive, not an answer that nobody may wait for
}

const open = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new FlorinError('configuration', `adyen double: cannot listen on ${host}:${port}; is the port taken?`, {
          cause,
        }),
      ),
    )
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })

/** Serves the API and the shopper's page. `afterwards` is called once a request is handled. Rejects with `configuration`. */
export const listen = async (
  acts: AdyenActs,
  { tls, port, host }: Pick<ResolvedOptions, 'tls' | 'port' | 'host'>,
  afterwards: () => void,
): Promise<Listening> => {
  const listener: RequestListener = (request, response) => {
    serve(acts, afterwards, request, response).catch(() => response.destroy())
  }
  const server = tls === null ? createServer(listener) : createSecureServer(tls, listener)
  const own = await open(server, port, host)
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { origin: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${own}`, close }
}
