import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FlorinError } from '@florin/core'
import type { GatewayRequest } from '@florin/core/gateways'
import { type Acquirer, createAcquirer } from '../acquirer/acquirer.ts'
import type { Exchange } from '../acquirer/exchange.ts'
import { postWebhooks } from '../webhooks/post.ts'
import { serveChallenge } from './challenge.ts'

/** Where a sandbox server listens, and for whom. */
export interface SandboxServerOptions {
  /** Default: 0, any free port. */
  readonly port?: number
  /** Default: `127.0.0.1`. */
  readonly host?: string
  /** Default: a new one. */
  readonly acquirer?: Acquirer
  /** Where webhooks are POSTed: a URL, or one per account. Default: nowhere. */
  readonly webhookUrl?: string | ((account: string) => string)
  /** Where browsers reach this server. Default: its own address. */
  readonly publicUrl?: string
}

/** A running sandbox server. */
export interface SandboxServer {
  readonly url: string
  readonly port: number
  readonly acquirer: Acquirer
  /** Takes the server down: nothing listens, open connections are cut. */
  pause(): Promise<void>
  /** Brings it back on the same port. */
  resume(): Promise<void>
  /** Ends it, cutting what is open. The acquirer lives on, unless the server made it. */
  close(): Promise<void>
}

const BODY_MAX_BYTES = 65_536 // a charge has under 2 kB
const EVIDENCE_MAX_BYTES = 3_000_000 // 2 MB of a file, in base64

const readBody = (request: IncomingMessage): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const most = request.url?.startsWith('/v1/disputes/') === true ? EVIDENCE_MAX_BYTES : BODY_MAX_BYTES
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= most) chunks.push(chunk)
    })
    request.on('end', () => resolve(bytes > most ? null : Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })

const headersOf = (request: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const name in request.headers) {
    const value = request.headers[name]
    if (typeof value === 'string') headers[name] = value
  }
  return headers
}

/** Puts an exchange on the wire as it is meant to look: whole, cut, or as a connection that breaks. */
const write = (response: ServerResponse, { response: answer, wire }: Exchange): void => {
  if (wire === 'refuse' || wire === 'drop') return void response.destroy()
  const bytes = Buffer.from(answer.body)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length })
  if (wire === 'answer') return void response.end(bytes)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

const serve = async (acquirer: Acquirer, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await readBody(request)
  if (body === null) return void response.writeHead(413, { connection: 'close' }).end()
  const { method = 'GET', url = '/' } = request
  const page = serveChallenge(acquirer, method, url, body)
  if (page !== null) return void response.writeHead(page.status, page.headers).end(page.body)
  const asked = { method: method as GatewayRequest['method'], path: url, headers: headersOf(request), body }
  const exchange = acquirer.handle(asked, request.headers.authorization ?? null)
  if (exchange.delayMs === 0) return write(response, exchange)
  setTimeout(() => {
    exchange.release()
    write(response, exchange)
  }, exchange.delayMs).unref() // the listening socket keeps the process alive, not an answer that nobody may wait for
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(
        new FlorinError('configuration', `sandbox: cannot listen on ${host}:${port}; is the port taken?`, {
          cause: error,
        }),
      )
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve()) // also when it was not listening
    server.closeAllConnections()
  })

/** Runs the sandbox as a server of its own, as a provider would. Rejects with `configuration` where the port is taken. */
export const startSandboxServer = async (options: SandboxServerOptions = {}): Promise<SandboxServer> => {
  const acquirer = options.acquirer ?? createAcquirer()
  const host = options.host ?? '127.0.0.1'
  const server = createServer((request, response) => {
    serve(acquirer, request, response).catch(() => response.destroy())
  })
  const port = await listen(server, options.port ?? 0, host)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  acquirer.setPublicUrl(options.publicUrl ?? url)
  const { webhookUrl } = options
  const poster =
    webhookUrl === undefined ? null : postWebhooks(typeof webhookUrl === 'string' ? () => webhookUrl : webhookUrl)
  const unsubscribe = poster === null ? () => {} : acquirer.onWebhook(poster.sink)
  return {
    url,
    port,
    acquirer,
    pause: () => stop(server),
    async resume() {
      if (!server.listening) await listen(server, port, host)
    },
    async close() {
      unsubscribe()
      if (options.acquirer === undefined) acquirer.close()
      await stop(server)
      await poster?.close()
    },
  }
}
