import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RawDelivery } from '@florin/core/gateways'
import type { ProviderCharge, ProviderDouble } from '@florin/testkit'
import { requestSignature } from '../signed-transport.ts'
import { bankPage } from './bank-page.ts'
import { Books } from './books.ts'
import { type BookedOrder, capturedOf, refundedOf, wireOf } from './order.ts'
import { type Reply, routesOf } from './routes.ts'
import { webhookSigner } from './webhook-signer.ts'

/** Guilder Pay on a loopback port, with the credentials of its one merchant. */
export interface GuilderDouble extends ProviderDouble {
  readonly credentials: typeof CREDENTIALS
  readonly webhookSecret: string
  /** A webhook that Guilder Pay signed. */
  sign(event: object): RawDelivery
  /** The banks send back every refund that they had paid out. */
  returnRefunds(): void
}

/** Whom the double knows. */
export const CREDENTIALS = {
  merchant: 'M-1001',
  keyId: 'gk_of_the_double',
  secret: 'secret-of-the-double-0123456789',
} as const
/** What it signs webhooks with. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from('the double signs its webhooks').toString('base64')}`
const MOST_BYTES = 65_536
const SKEW_S = 300

const STATES = {
  open: 'waiting',
  awaiting_buyer: 'waiting',
  held: 'authorized',
  lapsed: 'canceled',
  voided: 'canceled',
} as const

const chargeOf = (order: BookedOrder): ProviderCharge => {
  const captured = capturedOf(order)
  const { id, reference, currency, amount, state } = order
  return {
    ...{ id, reference, currency, amount, captured },
    authorized: state === 'held' ? amount : captured,
    refunded: refundedOf(order),
    state: state === 'captured' || state === 'declined' ? state : STATES[state],
  }
}

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message) {
    bytes += (chunk as Buffer).length
    if (bytes > MOST_BYTES) throw new Error('a request that is too long')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Why a request is not let in, or null where its signature holds. */
const strangerIn = ({ method = '', url = '', headers }: IncomingMessage, body: string): Reply | null => {
  const seconds = String(headers['guilder-time'])
  if (headers['guilder-key'] !== CREDENTIALS.keyId) return { status: 401, error: 'unknown_key' }
  const signed = { method: method as 'GET' | 'PUT', path: url, body: body === '' ? null : body }
  if (headers['guilder-signature'] !== requestSignature(CREDENTIALS.secret, seconds, signed))
    return { status: 401, error: 'bad_signature' }
  return Math.abs(Date.now() / 1_000 - Number(seconds)) > SKEW_S ? { status: 401, error: 'stale_signature' } : null
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })

/** Runs Guilder Pay's double. Refunds that wait are decided, and announced, when `deliveries` is called. */
export const startGuilderDouble = async (): Promise<GuilderDouble> => {
  let mail: object[] = []
  const sign = webhookSigner(WEBHOOK_SECRET)
  let mutations = 0
  let origin = ''
  const books = new Books((order, operation) => {
    const at = new Date().toISOString()
    const type = operation === null ? 'order.changed' : 'operation.changed'
    const { merchant } = CREDENTIALS
    mail.push({ type, merchant, at, order: wireOf(order, merchant, origin), operation: operation?.id ?? null })
  })
  const reply = routesOf(books)

  const api = async (message: IncomingMessage) => {
    const { method = 'GET', url = '/' } = message
    const body = await bodyOf(message)
    if (method !== 'GET') mutations += 1
    const answer = strangerIn(message, body) ?? reply({ method, path: url, body })
    const shown = 'order' in answer ? wireOf(answer.order, CREDENTIALS.merchant, origin) : { error: answer.error }
    return { status: answer.status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(shown) }
  }
  const server = createServer((message, response) => {
    const { method = 'GET', url = '/' } = message
    const answering = url.startsWith('/pay/')
      ? Promise.resolve(bankPage(books, new URL(url, origin), method))
      : api(message)
    answering.then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.destroy(),
    )
  })
  origin = await listen(server)

  return {
    url: origin,
    credentials: CREDENTIALS,
    webhookSecret: WEBHOOK_SECRET,
    sign,
    returnRefunds: () => books.returnRefunds(),
    books: () => books.all().map(chargeOf),
    deliveries() {
      books.settle()
      const collected = mail.map(sign)
      mail = []
      return collected
    },
    async answerChallenge({ url = '' }, outcome) {
      const answered = await fetch(`${url}?answer=${outcome}`, { method: 'POST', redirect: 'manual' })
      const location = answered.headers.get('location')
      if (location === null) throw new Error(`the bank's page answered ${answered.status}`)
      return { order: new URL(location).searchParams.get('order') ?? '' }
    },
    mutations: () => mutations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
