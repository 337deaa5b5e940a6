import type { PaymentView } from '@florin/core'
import type { Acquirer, SandboxServer } from '@florin/testkit'
import { type ApiClient, createApiClient } from '../api-client.ts'
import type { Example } from '../example.ts'

/** Where the scenes play: the server as its callers see it, and the acquirer as nobody else does. */
export interface World {
  readonly api: ApiClient
  readonly example: Example
  readonly acquirer: Acquirer
  readonly gateway: SandboxServer
  /** A create for a new order. */
  order(token: string, more?: object): Order
  /** Asks for the payment until `done`, for ten seconds at most. */
  until(id: string, done: (payment: PaymentView) => boolean): Promise<PaymentView>
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

const PATIENCE_MS = 10_000
const LOOK_MS = 50

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

const attemptsOf = async (api: ApiClient, id: string): Promise<ReadonlySet<unknown>> => {
  const { entries } = await api.timeline(id)
  return new Set(entries.map(({ data }) => data.attempt))
}

/** The world around a running example whose sandbox is in this process. */
export const createWorld = (example: Example): World => {
  const here = example.gateways.sandbox?.here ?? null
  if (here === null) throw new Error('the demo needs a sandbox of its own')
  const { acquirer, server } = here
  const api = createApiClient(example.url, 'demo')
  let orders = 0
  return {
    api,
    example,
    acquirer,
    gateway: server,
    order: (token, more = {}) => {
      orders += 1
      const reference = `order-${1000 + orders}`
      const method = { type: 'card', token }
      return { reference, body: { reference, amount: '49.90', currency: 'EUR', method, ...more } }
    },
    async until(id, done) {
      const deadline = performance.now() + PATIENCE_MS
      let payment = await api.payment(id)
      while (!done(payment) && performance.now() < deadline) {
        await pause(LOOK_MS)
        payment = await api.payment(id)
      }
      return payment
    },
    async chargesOf(id) {
      const attempts = await attemptsOf(api, id)
      const charges = acquirer.books().charges.filter(({ reference }) => attempts.has(reference))
      const sum = (of: 'held' | 'captured' | 'refunded'): bigint =>
        charges.reduce((total, charge) => total + charge[of], 0n)
      const withMoney = charges.filter(({ held, captured }) => held + captured > 0n).length
      return { withMoney, held: sum('held'), captured: sum('captured'), refunded: sum('refunded') }
    },
  }
}
