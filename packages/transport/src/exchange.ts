import type { Sent } from '@florin/core/gateways'
import type { Dispatcher } from 'undici'
import { decodeBody, flatHeaders } from './decode.ts'
import { faultOf, reasonOf } from './reason.ts'

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]

/** Whom an exchange tells how it goes. */
export interface ExchangeEvents {
  /** Once: how it ended. */
  settled(sent: Sent): void
  /** Once: undici holds nothing of the request any more. `whole`: the answer was read to its end, and the connection is good. */
  released(whole: boolean): void
  /** The deadline came before a byte was written: the request is not wanted any more. */
  withdrawn(): void
}

/**
 * One request on its way. undici calls `onRequestStart` right before the first byte goes to a socket, and that is the whole proof: what
 * ends before it was `not_sent`, what ends after it without a whole answer is `unknown`, whatever the error says.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number
  readonly #events: ExchangeEvents
  #controller: Dispatcher.DispatchController | null = null
  #settled = false
  #released = false
  #status: number | null = null
  #headers: Readonly<Record<string, string>> = {}
  #chunks: Uint8Array[] = []
  #bytes = 0

  constructor(maxBytes: number, events: ExchangeEvents) {
    this.#maxBytes = maxBytes
    this.#events = events
  }

  /** Whether its first byte went to a socket, or may have. */
  get started(): boolean {
    return this.#controller !== null
  }

  /** Of the answer, as soon as its head is there. */
  get status(): number | null {
    return this.#status
  }

  /** Of the answer, with names in lower case. */
  get headers(): Readonly<Record<string, string>> {
    return this.#headers
  }

  /** How much of the answer's body came. */
  get bytesIn(): number {
    return this.#bytes
  }

  /**
   * The deadline has come. A request that still waits for a connection is withdrawn, and then will never be written: `connecting` where one
   * was being made for it, and not where all of ours were taken.
   */
  expire(connecting: boolean): void {
    if (this.started) return this.#giveUp('no answer before the deadline')
    const fault = connecting ? 'connection' : 'local'
    this.#end({ outcome: 'not_sent', reason: 'no connection before the deadline', fault })
    this.#events.withdrawn()
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
    this.#release(true)
    const body = decodeBody(this.#chunks, this.#headers)
    const response = { status: this.#status ?? 0, headers: this.#headers, body: body ?? '' }
    this.#end(
      body === null ? { outcome: 'unknown', reason: 'the answer is not text' } : { outcome: 'answered', response },
    )
  }

  onResponseError(_: unknown, error: unknown): void {
    this.#end(
      this.started
        ? { outcome: 'unknown', reason: reasonOf('the connection failed before the whole answer was there', error) }
        : { outcome: 'not_sent', reason: reasonOf('no connection', error), fault: faultOf(error) },
    )
    this.#release(false)
  }

  #tooLong(): void {
    this.#giveUp(`the answer is longer than ${this.#maxBytes} bytes`)
  }

  #giveUp(reason: string): void {
    this.#end({ outcome: 'unknown', reason })
    this.#controller?.abort(new Error('given up'))
  }

  #end(sent: Sent): void {
    if (this.#settled) return
    this.#settled = true
    this.#chunks = []
    this.#events.settled(sent)
  }

  #release(whole: boolean): void {
    if (this.#released) return
    this.#released = true
    this.#events.released(whole)
  }
}
