import type { PaymentView } from '@florin/core'
import { type ApiAnswer, type ApiClient, type ApiProblem, answerChallenge } from '../api-client.ts'
import type { Order } from './orders.ts'

/** The newest that the server acknowledged about a payment. */
export interface Acknowledged {
  readonly id: string
  readonly reference: string
  readonly status: PaymentView['status']
  readonly captured: string
  readonly refunded: string
}

/** Everything that was acknowledged, by payment, and every answer that nobody should have got. */
export interface Notebook {
  readonly acknowledged: Map<string, Acknowledged>
  readonly surprises: string[]
  /** How long each buyer waited until the first answer to a create, by reference. */
  readonly waitedMs: Map<string, number>
  /** Steps that were sent again because the answer was lost or said to come back. */
  repeated: number
}

/** A new notebook. */
export const createNotebook = (): Notebook => ({
  acknowledged: new Map(),
  surprises: [],
  waitedMs: new Map(),
  repeated: 0,
})

const PATIENCE_MS = 90_000
const PAUSE_MS = 40
const AWAY_MS = 150 // a server takes seconds to start, and a dozen buyers who knock all the time make them more
const CAPTURE_AGAIN_MS = 500

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

type Answer = ApiAnswer<PaymentView & ApiProblem>

/** Refusals after which the same request, under the same key, is the right thing to send. */
const comeBack = ({ status, body }: Answer): boolean =>
  status === 503 || (status === 409 && ['idempotency_in_progress', 'conflict', 'attempt_open'].includes(body.code))

const write = (notebook: Notebook, payment: PaymentView): PaymentView => {
  const { id, reference, status, captured, refunded } = payment
  notebook.acknowledged.set(id, { id, reference, status, captured, refunded })
  return payment
}

/** One buyer, who repeats every step with its key until it is answered, through any number of crashes. */
class Buyer {
  readonly #api: ApiClient
  readonly #notebook: Notebook
  readonly #order: Order
  readonly #deadline = performance.now() + PATIENCE_MS
  constructor(api: ApiClient, notebook: Notebook, order: Order) {
    this.#api = api
    this.#notebook = notebook
    this.#order = order
  }

  async #insist<T>(step: () => Promise<T>, again: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await step().catch(() => undefined) // no server there, or it died before it had answered
      if (answer !== undefined && !again(answer)) return answer
      if (performance.now() > this.#deadline)
        throw new Error(`${this.#order.reference}: no end after ${PATIENCE_MS} ms`)
      this.#notebook.repeated += 1
      await pause(answer === undefined ? AWAY_MS : PAUSE_MS)
    }
  }

  async #settled(id: string): Promise<PaymentView> {
    const moving = (payment: PaymentView): boolean =>
      payment.status === 'processing' || payment.captureState === 'pending' || payment.refundState === 'pending'
    return write(this.#notebook, await this.#insist(() => this.#api.payment(id), moving))
  }

  async #step(name: string, send: (key: string) => Promise<Answer>): Promise<PaymentView | null> {
    const { reference } = this.#order
    const { status, body, text } = await this.#insist(() => send(`${reference} ${name}`), comeBack)
    if (status < 300) return this.#settled(write(this.#notebook, body).id)
    this.#notebook.surprises.push(`${reference} ${name}: ${status} ${text.slice(0, 300)}`)
    return null
  }

  #retry(id: string): Promise<PaymentView | null> {
    const method = { type: 'card', token: this.#order.nextToken }
    return this.#step('retry', (key) => this.#api.act(id, 'retry', { method }, key))
  }

  /** Goes to the bank, or takes another card instead. */
  async #challenge(payment: PaymentView): Promise<PaymentView | null> {
    const { action, id } = payment
    if (this.#order.switchCard && this.#order.nextToken !== null) return this.#retry(id)
    if (action?.type !== 'redirect') return null
    const payload = await this.#insist(
      () => answerChallenge(action.url ?? '', 'pass'),
      () => false,
    )
    return this.#step('resume', () => this.#api.act(id, 'resume', { payload }))
  }

  async #pay(): Promise<PaymentView | null> {
    const { reference, amount, token, capture } = this.#order
    const method = { type: 'card', ...(typeof token === 'string' ? { token } : { tokens: token }) }
    const body = { reference, amount, currency: 'EUR', method, capture, returnUrl: 'http://127.0.0.1/return' }
    const asked = performance.now()
    let payment = await this.#step('create', async (key) => {
      const answer = await this.#api.create(body, key)
      if (!this.#notebook.waitedMs.has(reference)) this.#notebook.waitedMs.set(reference, performance.now() - asked)
      return answer
    })
    if (payment?.status === 'requires_action') payment = await this.#challenge(payment)
    if (payment?.status === 'declined' && this.#order.nextToken !== null) payment = await this.#retry(payment.id)
    return payment
  }

  /** A capture that certainly did not reach the gateway is over, and its key with it; the shop asks for another once the gateway is back. */
  async #capture(id: string, body: object): Promise<PaymentView | null> {
    for (let tries = 0; ; tries += 1) {
      const name = tries === 0 ? 'capture' : `capture ${tries}`
      const payment = await this.#step(name, (key) => this.#api.act(id, 'capture', body, key))
      if (payment?.status !== 'authorized' || performance.now() > this.#deadline) return payment
      await pause(CAPTURE_AGAIN_MS)
    }
  }

  /** Pays, and then has the shop capture, cancel and refund as planned. */
  async run(): Promise<void> {
    let payment = await this.#pay()
    if (payment?.status === 'authorized') {
      const { id } = payment
      const { afterwards } = this.#order
      if (afterwards === 'cancel') await this.#step('cancel', (key) => this.#api.act(id, 'cancel', {}, key))
      const body = afterwards === 'cancel' || afterwards.capture === null ? {} : { amount: afterwards.capture }
      payment = afterwards === 'cancel' ? null : await this.#capture(id, body)
    }
    if (payment?.status !== 'succeeded') return
    const { id } = payment
    for (const [nth, amount] of this.#order.refunds.entries()) {
      await this.#step(`refund ${nth}`, (key) => this.#api.act(id, 'refunds', { amount }, key))
    }
  }
}

/** Runs the orders, some at a time, to their ends. */
export const runBuyers = async (
  api: ApiClient,
  notebook: Notebook,
  orders: readonly Order[],
  atOnce: number,
): Promise<void> => {
  const queue = [...orders]
  const lane = async (): Promise<void> => {
    for (let order = queue.shift(); order !== undefined; order = queue.shift()) {
      await new Buyer(api, notebook, order).run().catch((error: unknown) => {
        notebook.surprises.push(String(error))
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
