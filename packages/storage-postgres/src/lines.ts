import { FlorinError } from '@florin/core/storage'
import { isConnectionLoss, isForgotten, storageError } from './errors.ts'
import { Line, whereOf } from './line.ts'
import type { ResolvedOptions } from './options.ts'
import type { Answer, Query } from './statement.ts'

/** How many commits may wait for a connection besides those that have one. Core's committer never has more than there are connections. */
const MAX_WAITING = 1_000

interface Waiter {
  readonly take: (line: Line) => void
}

/** The connections of one storage: some that write, each for one batch at a time, and some that reads share. */
export class Lines {
  readonly where: string
  readonly #options: ResolvedOptions
  readonly #free: Line[]
  readonly #writers: readonly Line[]
  readonly #readers: readonly Line[]
  readonly #waiters: Waiter[] = []
  #closed = false

  constructor(options: ResolvedOptions) {
    this.where = whereOf(options)
    this.#options = options
    this.#writers = Array.from({ length: options.writers }, () => new Line(options))
    this.#readers = Array.from({ length: options.readers }, () => new Line(options))
    this.#free = [...this.#writers]
  }

  /** Runs `work` with a connection of its own. Errors come out as they are. */
  async write<T>(work: (line: Line) => Promise<T>): Promise<T> {
    const line = await this.#take()
    try {
      return await work(line)
    } finally {
      const next = this.#waiters.shift()
      if (next === undefined) this.#free.push(line)
      else next.take(line)
    }
  }

  /** Runs one read on the connection with the fewest. A read that lost its connection is sent again, once. */
  async read(query: Query): Promise<Answer> {
    this.assertOpen()
    for (let tries = 1; ; tries++) {
      const line = this.#readers.reduce((best, each) => (each.waiting < best.waiting ? each : best))
      try {
        const [answer] = await line.run([query])
        return answer as Answer
      } catch (error) {
        if (tries < 2 && (isConnectionLoss(error) || isForgotten(error))) continue
        throw storageError(error, this.where)
      }
    }
  }

  assertOpen(): void {
    if (this.#closed) throw new FlorinError('closed', `the storage on ${this.where} was closed: open it again`)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#writers, ...this.#readers].map((line) => line.close()))
  }

  #take(): Promise<Line> {
    this.assertOpen()
    const line = this.#free.shift()
    if (line !== undefined) return Promise.resolve(line)
    if (this.#waiters.length >= MAX_WAITING) return Promise.reject(this.#busy('too many commits wait'))
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        take: (free) => {
          clearTimeout(timer)
          resolve(free)
        },
      }
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        reject(this.#busy(`none came free in ${this.#options.connectTimeoutMs} ms`))
      }, this.#options.connectTimeoutMs)
      this.#waiters.push(waiter)
    })
  }

  #busy(why: string): FlorinError {
    return new FlorinError(
      'storage_unavailable',
      `${this.where}: all ${this.#writers.length} writing connections are in use, and ${why}; nothing was written`,
      { details: { where: this.where } },
    )
  }
}
