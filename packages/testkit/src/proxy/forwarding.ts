import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request as it goes on to the provider. */
export interface Forwarded {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** The provider's answer, read whole. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

const MOST_BYTES = 8_388_608

/** Reads a whole message. Rejects beyond 8 MB. */
export const readAll = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message) {
    bytes += (chunk as Buffer).length
    if (bytes > MOST_BYTES) throw new Error(`a message of more than ${MOST_BYTES} bytes is none of a gateway's`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'content-length'])

const passedOn = (headers: IncomingMessage['headers']): Record<string, string | string[] | undefined> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)))

/** Asks the provider, and reads its whole answer. */
export const forward = (origin: URL, agent: Agent, { method, path, headers, body }: Forwarded): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = origin
    const sent = { ...passedOn(headers), 'content-length': body.length }
    const asking = request({ hostname, port, method, path, headers: sent, agent }, (answer) => {
      readAll(answer).then(
        (read) => resolve({ status: answer.statusCode ?? 0, headers: passedOn(answer.headers), body: read }),
        reject,
      )
    })
    asking.on('error', reject)
    asking.end(body)
  })

/** Answers; a `length` that is not the body's breaks the connection after it. */
export const sendOn = (
  response: ServerResponse,
  { status, headers, body }: Answered,
  length: number = body.length,
): void => {
  response.writeHead(status, { ...headers, 'content-length': length })
  if (length === body.length) response.end(body)
  else response.write(body, () => socketOf(response)?.destroy())
}

/** Breaks the connection with a reset, as a machine does that went down. */
export const resetOn = (response: ServerResponse): void => void socketOf(response)?.resetAndDestroy()

const socketOf = (response: ServerResponse): Socket | null => response.socket as Socket | null
