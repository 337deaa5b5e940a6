import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { isFlorinError } from '@florin/core'
import { problemOf } from '../problems/problem.ts'
import { isStreamed } from '../streamed.ts'
import { toRequest } from './to-request.ts'

/** A Fetch handler; with `handles`, as middleware it passes on what is not its own. */
export interface FetchHandler {
  (request: Request): Promise<Response>
  handles?(pathname: string): boolean
}

/** A listener for `node:http`, and a middleware for Express and Connect. */
export type NodeListener = (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => void

/**
 * Lets a Fetch handler serve Node. As middleware it calls `next()` for paths that are not its own, and `next(error)` where the body was
 * consumed before it; as a listener it answers both itself. A client that goes away stops nothing that was begun.
 */
export const toNode =
  (handler: FetchHandler): NodeListener =>
  (req, res, next) => {
    if (next !== undefined && handler.handles?.(pathOf(req)) === false) {
      next()
      return
    }
    respond(handler, req, res).catch((error: unknown) => {
      if (next === undefined) send(res, failure(error)).catch(() => res.destroy())
      else next(error)
    })
  }

const pathOf = ({ url = '/' }: IncomingMessage): string => {
  const path = url.split('?', 1)[0] ?? '/'
  return path.startsWith('/') ? path : (URL.parse(path)?.pathname ?? '/')
}

const respond = async (handler: FetchHandler, req: IncomingMessage, res: ServerResponse): Promise<void> => {
  const response = await answer(handler, req)
  await send(res, response)
}

/** A request that cannot be told is its sender's fault; whatever else is thrown is the host's. */
const answer = async (handler: FetchHandler, req: IncomingMessage): Promise<Response> => {
  let request: Request
  try {
    request = toRequest(req)
  } catch (error) {
    if (isFlorinError(error, 'invalid_request')) return failure(error)
    throw error
  }
  return handler(request)
}

/** The answer where there is nobody to hand an error on to. A consumed body is told in full: it is met on a developer's machine. */
const failure = (error: unknown): Response => {
  const { status, headers, body } = problemOf(error)
  if (!isFlorinError(error, 'configuration')) return new Response(body, { status, headers })
  return new Response(JSON.stringify({ ...JSON.parse(body), detail: error.message }), { status, headers })
}

const send = async (res: ServerResponse, response: Response): Promise<void> => {
  const inPieces = isStreamed(response)
  const body = response.body === null || inPieces ? undefined : Buffer.from(await response.arrayBuffer())
  if (res.destroyed || res.headersSent) return
  res.statusCode = response.status
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') res.setHeader(name, value)
  }
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) res.setHeader('set-cookie', cookies)
  if (inPieces && response.body !== null) {
    // An error in the middle cuts the line: a reader must not take half of it for the whole.
    await pipeline(response.body, res)
    return
  }
  if (body === undefined) {
    res.end()
    return
  }
  res.setHeader('content-length', body.byteLength)
  res.end(body)
}
