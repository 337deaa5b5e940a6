import { createFlorin, ephemeralKeys, type Florin, type FlorinOptions, systemRuntime } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import { type Acquirer, createAcquirer, sandbox } from '@florin/testkit'
import { createHandler, type Handler, type HandlerOptions } from '../src/index.ts'

/** An answer, read. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; an empty object where there is none. */
  readonly json: Record<string, unknown> & { readonly id: string; readonly detail: string; readonly code: string }
}

/** Who the credentials of these tests stand for. */
export const KEYS: Readonly<Record<string, string>> = { alice: 'mer_alice', bob: 'mer_bob', ops: 'mer_ops' }

export const authorize: HandlerOptions['authorize'] = (request) => {
  const name = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
  const merchant = KEYS[name]
  return merchant === undefined ? null : { merchant, operator: name === 'ops' }
}

/** What a test asks. A string or bytes go out as they are, anything else as JSON. */
export interface Ask {
  readonly as?: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as a client would make it. */
export const ask = (method: string, path: string, { as = 'alice', body, headers = {} }: Ask = {}): Request => {
  const raw = typeof body === 'string' || body instanceof Uint8Array || body === undefined
  return new Request(`http://shop.test${path}`, {
    method,
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  })
}

export const read = async (response: Response): Promise<Told> => {
  const text = await response.text()
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
  const json = text === '' || !isJson ? {} : JSON.parse(text)
  return { status: response.status, headers: response.headers, text, json }
}

export interface World {
  readonly florin: Florin
  readonly acquirer: Acquirer
  readonly handler: Handler
  readonly errors: unknown[]
  call(method: string, path: string, ask?: Ask): Promise<Told>
  /** A payment of alice's, made over HTTP. */
  pay(more?: Readonly<Record<string, unknown>>): Promise<Told>
}

let references = 0

/** The body of a payment under a reference of its own. */
export const payment = (more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => {
  references += 1
  const method = { type: 'card', token: 'tok_approve' }
  return { reference: `order-${references}`, amount: '49.90', currency: 'EUR', method, ...more }
}

/** Florin over memory and the sandbox, behind a handler. `around` may change the gateway. */
export const createWorld = async (
  options: Partial<HandlerOptions> = {},
  core: Partial<FlorinOptions<{ readonly sandbox: Gateway }>> = {},
  around: (gateway: Gateway) => Gateway = (gateway) => gateway,
): Promise<World> => {
  const acquirer = createAcquirer()
  const errors: unknown[] = []
  const florin: Florin = await createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => errors.push(error),
    ...core,
    gateways: { sandbox: around(sandbox({ acquirer })) },
  })
  const handler = createHandler({ florin, authorize, onError: (error) => errors.push(error), ...options })
  const call: World['call'] = async (method, path, given) => read(await handler(ask(method, path, given)))
  return {
    florin,
    acquirer,
    handler,
    errors,
    call,
    pay: (more) => call('POST', '/v1/payments', { body: payment(more) }),
  }
}

/** A gateway whose calls wait until they are let go. */
export const gated = () => {
  let open: () => void = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let entered: () => void = () => {}
  const reached = new Promise<void>((resolve) => {
    entered = resolve
  })
  const around = (gateway: Gateway): Gateway => ({
    ...gateway,
    transport: {
      ...gateway.transport,
      send: async (request, context) => {
        entered()
        await gate
        return gateway.transport.send(request, context)
      },
    },
  })
  return { around, open: () => open(), reached }
}

/** A payment of alice's whose capture failed after all, as the acquirer's webhook tells: a person should look. */
export const underReview = async ({ florin, acquirer, call, pay }: World): Promise<string> => {
  const { json } = await pay()
  const { attempts } = await florin.for('mer_alice').payments.timeline(json.id)
  const told: Promise<unknown>[] = []
  const deaf = acquirer.onWebhook(async (delivery) => {
    told.push(florin.webhooks.receive({ gateway: 'sandbox', ...delivery }))
  })
  acquirer.dashboard.failCapture(attempts.find(({ kind }) => kind === 'capture')?.id ?? '')
  await acquirer.webhooksIdle()
  deaf()
  await Promise.all(told)
  for (let turn = 0; turn < 1_000; turn++) {
    if ((await call('GET', `/v1/payments/${json.id}`)).json.needsReview === true) return json.id
    await new Promise((resolve) => void setImmediate(resolve)) // it is worked on behind our back
  }
  throw new Error('the webhook was not worked off')
}

/** A payment of alice's that its buyer's bank takes back; the dispute's id. */
export const inDispute = async ({ acquirer, florin, pay }: World): Promise<string> => {
  const { json } = await pay()
  const silence = acquirer.onWebhook(
    async (delivery) => void (await florin.webhooks.receive({ gateway: 'sandbox', ...delivery })),
  )
  acquirer.dashboard.openDispute(acquirer.books().charges.at(-1)?.id ?? '')
  await acquirer.webhooksIdle()
  await florin.tick()
  silence()
  const { data } = await florin.for(KEYS.alice ?? '').disputes.list({ payment: json.id })
  return data[0]?.id ?? ''
}
