import { type Florin, isFlorinError, type MerchantApi } from '@florin/core'
import type { Dice } from '../engine/dice.ts'
import type { Cluster, Server } from './cluster.ts'
import type { Simulation } from './simulation.ts'

/** One call of the SDK, as a host makes it. */
export interface Call<T> {
  readonly merchant: string
  readonly scope: string
  /** Null: the call has none, so it is made once and never repeated. */
  readonly key: string | null
  readonly content: string
  readonly run: (api: MerchantApi, florin: Florin) => Promise<T>
}

/** How a call ended for its caller. `lost`: the server died, or nothing was heard for too long. */
export type Ended<T> =
  | { readonly how: 'answered'; readonly value: T }
  | { readonly how: 'refused'; readonly code: string }
  | { readonly how: 'lost' }

/** Hosts that call whatever server is up, and repeat calls that have a key until they hear what became of them. */
export interface Callers {
  once<T>(call: Call<T>): Promise<Ended<T>>
  insist<T>(call: Call<T>): Promise<Ended<T>>
}

const GIVES_UP_AFTER_MS = 20_000
const MOST_TRIES = 6
const COMES_BACK = new Set(['storage_unavailable', 'overloaded', 'idempotency_in_progress', 'conflict', 'attempt_open'])

/** `name`: whose dice decide which server is called. */
export const createCallers = (simulation: Simulation, cluster: Cluster, name = 'callers'): Callers => {
  const { time, records, note } = simulation
  const dice: Dice = simulation.dice.fork(name)
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void time.after(ms, resolve))
  const saw = <T>(server: Server, call: Call<T>, body: string | null, error: string | null): void => {
    const { merchant, scope, key, content } = call
    note(`caller of ${server.process.name} ${scope} ${key ?? '-'} ${error ?? 'answered'}`)
    if (key === null) return
    records.calls.push({ at: time.now(), server: server.process.name, merchant, scope, key, content, body, error })
  }
  const reached = async <T>(server: Server, call: Call<T>): Promise<Ended<T>> => {
    const { florin } = server
    if (florin === null) return { how: 'lost' }
    try {
      const value = await call.run(florin.for(call.merchant), florin)
      saw(server, call, JSON.stringify(value) ?? 'null', null)
      return { how: 'answered', value }
    } catch (error) {
      const code = isFlorinError(error) ? error.code : 'no_florin_error'
      if (code === 'internal' || code === 'no_florin_error') records.errors.push(error)
      saw(server, call, null, code)
      return { how: 'refused', code }
    }
  }
  const once = async <T>(call: Call<T>): Promise<Ended<T>> => {
    const alive = cluster.alive()
    if (alive.length === 0) {
      await wait(200)
      return { how: 'lost' }
    }
    const server = dice.pick(alive)
    const silence = new Promise<Ended<T>>((resolve) => {
      const lost = (): void => resolve({ how: 'lost' })
      time.after(GIVES_UP_AFTER_MS, lost)
      server.process.onDeath(() => void time.after(10, lost))
    })
    return Promise.race([reached(server, call), silence])
  }
  const insist = async <T>(call: Call<T>): Promise<Ended<T>> => {
    let ended = await once(call)
    for (let tries = 1; tries < MOST_TRIES && call.key !== null; tries += 1) {
      if (ended.how === 'answered' || (ended.how === 'refused' && !COMES_BACK.has(ended.code))) return ended
      await wait(200 + dice.below(2_000 * tries))
      ended = await once(call)
    }
    return ended
  }
  return { once, insist }
}
