import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PaymentView } from '@florin/core'
import type { Acquirer, SandboxBank, SandboxServer, Settlement } from '@florin/testkit'
import { type ApiClient, createApiClient } from '../api-client.ts'
import type { Example } from '../example.ts'

/** Where the scenes play: the server as its callers see it, and the acquirer as nobody else does. */
export interface World {
  readonly api: ApiClient
  readonly example: Example
  readonly acquirer: Acquirer
  readonly gateway: SandboxServer
  /** Where payouts go. */
  readonly bank: SandboxBank
  /** What the acquirer has settled so far. */
  readonly settled: Settlement[]
  /** A create for a new order. */
  order(token: string, more?: object): Order
  /** Asks for the payment until `done`, for twenty seconds at most. */
  until(id: string, done: (payment: PaymentView) => boolean): Promise<PaymentView>
  /** Asks until `done`, for twenty seconds at most. */
  eventually<T>(ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T>
  /** The acquirer's id of the charge that a payment's money came by. */
  chargeOf(id: string): Promise<string>
  /** Keeps a page for whoever wants to look at it, and tells where. */
  keep(name: string, text: string): string
  /** What the acquirer did for one payment: how many charges hold or took money, and how much was taken and given back. */
  chargesOf(id: string): Promise<Charges>
}

/** An order, and the body that pays for it. */
export interface Order {
  readonly reference: string
  readonly body: object
}

/** The acquirer's own view of one payment, in cents. */
export interface Charges {
  readonly withMoney: number
  readonly held: bigint
  readonly captured: bigint
  readonly refunded: bigint
}

const PATIENCE_MS = 20_000
const LOOK_MS = 50

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

const attemptsOf = async (api: ApiClient, id: string): Promise<ReadonlySet<unknown>> => {
  const { entries } = await api.timeline(id)
  return new Set(entries.map(({ data }) => data.attempt))
}

const eventually = async <T>(ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T> => {
  const deadline = performance.now() + PATIENCE_MS
  let answer = await ask()
  while (!done(answer) && performance.now() < deadline) {
    await pause(LOOK_MS)
    answer = await ask()
  }
  return answer
}

/** The world around a running example whose sandbox is in this process. */
export const createWorld = (example: Example, bank: SandboxBank): World => {
  const here = example.gateways.sandbox?.here ?? null
  if (here === null) throw new Error('the demo needs a sandbox of its own')
  const { acquirer, server } = here
  const api = createApiClient(example.url, 'demo')
  let orders = 0
  const chargesOf = async (id: string) => {
    const attempts = await attemptsOf(api, id)
    return acquirer.books().charges.filter(({ reference }) => attempts.has(reference))
  }
  return {
    api,
    example,
    acquirer,
    gateway: server,
    bank,
    settled: [],
    eventually,
    chargeOf: async (id) => (await chargesOf(id)).find(({ captured }) => captured > 0n)?.id ?? '',
    keep: (name, text) => {
      const path = join(tmpdir(), name) // stays, to be looked at, until the next demo
      writeFileSync(path, text)
      return path
    },
    order: (token, more = {}) => {
      orders += 1
      const reference = `order-${1000 + orders}`
      const method = { type: 'card', token }
      return { reference, body: { reference, amount: '49.90', currency: 'EUR', method, ...more } }
    },
    until: (id, done) => eventually(() => api.payment(id), done),
    async chargesOf(id) {
      const charges = await chargesOf(id)
      const sum = (of: 'held' | 'captured' | 'refunded'): bigint =>
        charges.reduce((total, charge) => total + charge[of], 0n)
      const withMoney = charges.filter(({ held, captured }) => held + captured > 0n).length
      return { withMoney, held: sum('held'), captured: sum('captured'), refunded: sum('refunded') }
    },
  }
}
