import type { Dispatcher } from 'undici'
import type { Connection } from './connection.ts'

/** A request that wants a connection, waits for one, or is carried by one. */
export class Ticket {
  readonly origin: string
  readonly request: Dispatcher.DispatchOptions
  readonly handler: Dispatcher.DispatchHandler
  #connection: Connection | null = null

  constructor(origin: string, request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
    this.origin = origin
    this.request = request
    this.handler = handler
  }

  get connection(): Connection | null {
    return this.#connection
  }

  carriedBy(connection: Connection): void {
    this.#connection = connection
  }
}
