import type { IncomingMessage } from 'node:http'
import { FlorinError } from '@florin/core'
import { bodyStream } from './body-stream.ts'

/** A request as body parsers leave it behind. */
export type ParsedMessage = IncomingMessage & { readonly body?: unknown; readonly rawBody?: unknown }

const urlOf = (req: IncomingMessage): string => {
  const { host } = req.headers
  const scheme = 'encrypted' in req.socket ? 'https' : 'http'
  const authority = host !== undefined && /^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost'
  const target = req.url ?? '/'
  return target.startsWith('/') ? `${scheme}://${authority}${target}` : target // absolute form (RFC 9112 3.2.2)
}

const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (!name.startsWith(':')) headers.append(name, rawHeaders[i + 1] as string) // HTTP/2 puts method and path there
  }
  return headers
}

const hasBody = ({ method, headers, httpVersionMajor }: IncomingMessage): boolean => {
  if (method === 'GET' || method === 'HEAD') return false
  if (headers['content-length'] !== undefined) return headers['content-length'] !== '0'
  return headers['transfer-encoding'] !== undefined || httpVersionMajor > 1
}

/** The body's bytes: those that a raw parser kept, or a stream of those to come. Throws where a parser has eaten them. */
const bodyOf = (req: ParsedMessage): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null => {
  if (!hasBody(req)) return null
  for (const kept of [req.rawBody, req.body]) {
    if (kept instanceof Uint8Array) return kept as Uint8Array<ArrayBuffer>
  }
  if (!req.readableDidRead && !req.readableEnded) return bodyStream(req)
  throw new FlorinError(
    'configuration',
    'a body parser consumed the request before Florin could: mount toNode(handler) before express.json() and the like, or give these paths express.raw({ type: () => true }). Webhook signatures are over the raw bytes, which a parsed body has lost',
  )
}

/** A Node request as a Fetch one. Throws `configuration` where its body is gone, `invalid_request` where it cannot be told. */
export const toRequest = (req: ParsedMessage): Request => {
  const body = bodyOf(req)
  const init = { method: req.method ?? 'GET', headers: headersOf(req) }
  try {
    return new Request(urlOf(req), body === null ? init : { ...init, body, duplex: 'half' })
  } catch (cause) {
    throw new FlorinError('invalid_request', 'the request has a method or an address that cannot be read', { cause })
  }
}
