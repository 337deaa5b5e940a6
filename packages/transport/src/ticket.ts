import type { Dispatcher } from 'undici'

/** What carries a request: a connection, as far as the request needs to know it. */
export interface Carrier {
  /** undici holds nothing of the request any more. `whole`: its answer was read to the end. */
  release(whole: boolean): void
  /** Cuts it off. False where that has begun before. */
  close(): boolean
}

/** A request that wants a connection, waits for one, or is carried by one. */
export class Ticket {
  readonly origin: string
  readonly request: Dispatcher.DispatchOptions
  readonly handler: Dispatcher.DispatchHandler
  #carrier: Carrier | null = null

  constructor(origin: string, request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
    this.origin = origin
    this.request = request
    this.handler = handler
  }

  /** Null while it waits. */
  get carrier(): Carrier | null {
    return this.#carrier
  }

  carriedBy(carrier: Carrier): void {
    this.#carrier = carrier
  }
}
