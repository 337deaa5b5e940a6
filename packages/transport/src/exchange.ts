import type { Sent } from '@florin/core/gateways'
import type { Dispatcher } from 'undici'
import { decodeBody, flatHeaders } from './decode.ts'
import { reasonOf } from './reason.ts'

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]

/**
 * One request on its way. undici calls `onRequestStart` right before the first byte goes to a socket, and that is the whole proof: what
 * ends before it was `not_sent`, what ends after it without a whole answer is `unknown`, whatever the error says.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number
  readonly #settle: (sent: Sent) => void
  readonly #released: () => void
  #controller: Dispatcher.DispatchController | null = null
  #settled = false
  #status = 0
  #headers: Readonly<Record<string, string>> = {}
  #chunks: Uint8Array[] = []
  #bytes = 0
  /** `settle` is called once, with the outcome; `released` once, when undici holds nothing of the request any more. */
  constructor(maxBytes: number, settle: (sent: Sent) => void, released: () => void) {
    this.#maxBytes = maxBytes
    this.#settle = settle
    this.#released = released
  }

  /** The deadline has come. A request that still waits for a connection is withdrawn, and then will never be written. */
  expire(): void {
    this.#giveUp(this.#controller === null ? 'no connection before the deadline' : 'no answer before the deadline')
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Withdrawn while it waited; or about to be written a second time, which undici does in no configuration of ours and must never do.
    if (this.#settled || this.#controller !== null) {
      controller.abort(new Error('withdrawn'))
      return
    }
    this.#controller = controller
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return // informational: the answer is still to come
    this.#status = status
    this.#headers = flatHeaders(headers)
    if (Number(this.#headers['content-length'] ?? 0) > this.#maxBytes) this.#tooLong()
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#settled) return
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes) this.#tooLong()
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#released()
    const body = decodeBody(this.#chunks, this.#headers)
    const response = { status: this.#status, headers: this.#headers, body: body ?? '' }
    this.#end(
      body === null ? { outcome: 'unknown', reason: 'the answer is not text' } : { outcome: 'answered', response },
    )
  }

  onResponseError(_: unknown, error: unknown): void {
    this.#released()
    const started = this.#controller !== null
    const what = started ? 'the connection failed before the whole answer was there' : 'no connection'
    this.#end({ outcome: started ? 'unknown' : 'not_sent', reason: reasonOf(what, error) })
  }

  #tooLong(): void {
    this.#giveUp(`the answer is longer than ${this.#maxBytes} bytes`)
  }

  #giveUp(reason: string): void {
    const controller = this.#controller
    this.#end({ outcome: controller === null ? 'not_sent' : 'unknown', reason })
    controller?.abort(new Error('given up'))
  }

  #end(sent: Sent): void {
    if (this.#settled) return
    this.#settled = true
    this.#chunks = []
    this.#settle(sent)
  }
}
