import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FlorinError, type Scheduler } from '@florin/core'
import type { Acts } from '../memory/memory.ts'
import type { Exchange } from './exchange.ts'
import { type Asked, isUpload } from './handle.ts'
import type { PageAnswer } from './page.ts'

const BODY_MAX_BYTES = 262_144 // metadata alone may have 50 × 540 characters, percent-encoded
const UPLOAD_MAX_BYTES = 6_000_000 // a file of 5 MB and what is around it: that it is too large is for the endpoint to say

const readBody = (request: IncomingMessage): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const upload = isUpload({ method: request.method ?? '', url: request.url ?? '' })
    const most = upload ? UPLOAD_MAX_BYTES : BODY_MAX_BYTES
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= most) chunks.push(chunk)
    })
    request.on('end', () => resolve(bytes > most ? null : Buffer.concat(chunks).toString(upload ? 'latin1' : 'utf8')))
    request.on('error', reject)
  })

/** Puts an exchange on the wire as it is meant to look: whole, cut, or as a connection that breaks. */
const write = (response: ServerResponse, { status, headers, body, wire }: Exchange): void => {
  if (wire === 'drop') return void response.destroy()
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  if (wire === 'answer') return void response.end(body) // a string goes out in one piece with the head
  const bytes = Buffer.from(body)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

/** What a request may lead to. */
export type StripeActs = Acts<Asked, Exchange, PageAnswer>

const serve = async (
  acts: StripeActs,
  scheduler: Scheduler | null,
  request: IncomingMessage,
  response: ServerResponse,
  handled: () => void,
): Promise<void> => {
  const body = request.method === 'GET' ? '' : await readBody(request)
  if (body === null) return void response.writeHead(413, { connection: 'close' }).end()
  const { method = 'GET', url = '/' } = request
  const page = acts.atPage({ method, url, body })
  if (page !== null) {
    handled()
    return void response.writeHead(page.status, page.headers).end(page.body)
  }
  const exchange = acts.ask({ method, url, headers: request.headers, body })
  handled()
  if (exchange.delayMs === 0) return write(response, exchange)
  const leave = (): void => {
    exchange.release()
    write(response, exchange)
  }
  if (scheduler !== null) scheduler.after(exchange.delayMs, leave)
  else setTimeout(leave, exchange.delayMs).unref() // the listening socket keeps the process alive, not an answer nobody may wait for
}

/** A listening server. */
export interface Listening {
  readonly url: string
  close(): Promise<void>
}

const bound = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new FlorinError('configuration', `stripe double: cannot listen on ${host}:${port}; is the port taken?`, {
          cause,
        }),
      ),
    )
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })

/** What stands behind the server. `handled` is called after each request. */
export interface ListenParts {
  readonly acts: StripeActs
  readonly scheduler: Scheduler | null
  readonly handled: () => void
}

/** Serves the double's API and page. Rejects with `configuration` where the port is taken. */
export const listen = async (parts: ListenParts, port: number, host: string): Promise<Listening> => {
  const { acts, scheduler, handled } = parts
  const server = createServer((request, response) => {
    serve(acts, scheduler, request, response, handled).catch(() => response.destroy())
  })
  const actual = await bound(server, port, host)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
