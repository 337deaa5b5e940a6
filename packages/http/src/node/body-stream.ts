import type { IncomingMessage } from 'node:http'

/** What is read and thrown away of a body that nobody wants, so that its sender hears the answer; then the line is cut. */
const MOST_DRAINED = 16 * 1_048_576

/** Reads on without keeping anything, within bounds. */
const drain = (req: IncomingMessage): void => {
  let bytes = 0
  req.on('data', (chunk: Uint8Array) => {
    bytes += chunk.byteLength
    if (bytes > MOST_DRAINED) req.destroy()
  })
  req.on('error', () => {})
  req.resume()
}

/**
 * The body of a Node request as a Fetch stream. Nothing is read before it is asked for. Unlike `Readable.toWeb`, calling it off does not
 * destroy the socket, over which the refusal still has to go.
 */
export const bodyStream = (req: IncomingMessage): ReadableStream<Uint8Array> => {
  let started = false
  let over = false
  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const end = (finish: () => void) => (): void => {
      if (over) return
      over = true
      finish()
    }
    req.on('data', (chunk: Uint8Array) => {
      if (over) return
      controller.enqueue(chunk)
      req.pause()
    })
    req.on(
      'end',
      end(() => controller.close()),
    )
    req.on(
      'error',
      end(() => controller.error(new Error('the request broke off'))),
    )
    req.on(
      'close',
      end(() => controller.error(new Error('the request broke off'))),
    )
  }
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (req.destroyed && !req.readableEnded) {
          controller.error(new Error('the request broke off'))
          return
        }
        if (!started) start(controller)
        started = true
        req.resume()
      },
      cancel() {
        over = true
        drain(req)
      },
    },
    { highWaterMark: 0 },
  )
}
