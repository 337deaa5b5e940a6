import { createFlorin, ephemeralKeys, type Florin, isFlorinError, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { createHandler, type Handler } from '@florin/http'
import { createAcquirer, sandbox } from '@florin/testkit'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { mutated } from './hostile-json.ts'
import { runs, WITHIN_MS } from './runs.ts'
import { triedLong } from './unharmed.ts'

const CARD = '4111111111111111'
const TOKEN = 'key_canary_0123456789abcdef'
const BODY_MAX = 65_536

interface Sample {
  readonly method: string
  readonly path: string
  readonly body: object | null
}

let florin: Florin
let handler: Handler
const errors: unknown[] = []
const samples: Sample[] = []

const CREATE = {
  reference: 'order-1',
  amount: '49.90',
  currency: 'EUR',
  method: { type: 'card', token: 'tok_approve' },
  capture: 'manual',
  returnUrl: 'https://shop.test/back',
  description: 'Two florins',
  buyer: { email: 'buyer@example.com', name: 'B', ip: '192.0.2.1', country: 'DE' },
  metadata: { cart: '7' },
  orders: [
    { reference: 'a', seller: 'ann', amount: '20.00' },
    { reference: 'b', seller: 'bob', amount: '29.90' },
  ],
}

beforeAll(async () => {
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { sandbox: sandbox({ acquirer: createAcquirer({ webhookSecret: 'whsec_0123456789abcdef01234567' }) }) },
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => errors.push(error),
  })
  const authorize = (request: Request) =>
    request.headers.get('authorization') === `Bearer ${TOKEN}` ? { merchant: 'mer_one' } : null
  handler = createHandler({ florin, authorize, maxBodyBytes: BODY_MAX, onError: (error) => errors.push(error) })
  const { id } = await florin
    .for('mer_one')
    .payments.create({ ...CREATE, capture: 'manual', method: CREATE.method as never })
  const customer = await florin.for('mer_one').customers.create({ email: 'c@example.com' })
  const page = await florin.for('mer_one').payments.list({ limit: 1 })
  const on = (verb: string): string => `/v1/payments/${id}/${verb}`
  samples.push(
    { method: 'POST', path: '/v1/payments', body: CREATE },
    {
      method: 'POST',
      path: '/v1/payments',
      body: { ...CREATE, reference: 'order-2', method: { paymentMethod: 'pm_1' } },
    },
    { method: 'GET', path: `/v1/payments?limit=1&after=${page.next ?? 'x'}&reference=order-1`, body: null },
    { method: 'GET', path: `/v1/payments/${id}?refresh=true`, body: null },
    { method: 'GET', path: on('timeline'), body: null },
    {
      method: 'POST',
      path: on('capture'),
      body: { amount: '1.00', final: false, orders: [{ id: 'alc_1', amount: '1.00' }] },
    },
    { method: 'POST', path: on('refunds'), body: { amount: '0.50', reason: 'broken' } },
    { method: 'POST', path: on('cancel'), body: {} },
    { method: 'POST', path: on('retry'), body: { method: CREATE.method, gateway: 'sandbox' } },
    { method: 'POST', path: on('resume'), body: { payload: { a: 'b' } } },
    { method: 'POST', path: on('increment'), body: { amount: '60.00' } },
    { method: 'POST', path: '/v1/customers', body: { email: 'buyer@example.com', name: 'B', metadata: { a: 'b' } } },
    { method: 'GET', path: `/v1/customers/${customer.id}`, body: null },
    { method: 'POST', path: '/v1/routing/explain', body: { amount: '1.00', currency: 'EUR', method: CREATE.method } },
    { method: 'POST', path: '/v1/webhooks/sandbox/default', body: { id: 'evt_1', type: 'charge.captured' } },
    {
      method: 'POST',
      path: `/v1/customers/${customer.id}/payment_methods`,
      body: { type: 'card', tokens: { sandbox: 't' } },
    },
    { method: 'POST', path: `/v1/reviews/${id}/resolve`, body: { action: 'acknowledge', note: 'seen' } },
    { method: 'GET', path: '/v1/reviews?limit=5', body: null },
    { method: 'GET', path: '/v1/balances', body: null },
    { method: 'GET', path: '/health', body: null },
    { method: 'GET', path: '/openapi.json', body: null },
  )
})

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '..',
    '.',
    '__proto__',
    'constructor',
    '%00',
    '%',
    '%zz',
    '%ff',
    'a'.repeat(5_000),
    CARD,
    '🙂',
    '*',
    '{id}',
  ),
)

/** A path with a segment replaced, added or taken away, and a query with strange parts. */
const detour = fc.record({
  at: fc.nat(6),
  how: fc.constantFrom('none', 'none', 'none', 'replace', 'add', 'drop'),
  with: piece,
  query: fc.array(fc.tuple(fc.constantFrom('limit', 'after', 'reference', 'refresh', '__proto__', ''), piece), {
    maxLength: 3,
  }),
})
type Detour = { at: number; how: string; with: string; query: [string, string][] }

/** Encoded as a client would, where the piece is not encoded (wrongly) already. */
const encoded = (text: string): string => (text.includes('%') ? text : encodeURIComponent(text.toWellFormed()))

const led = (path: string, { at, how, with: text, query }: Detour): string => {
  const [pathname = '', search = ''] = path.split('?')
  const segments = pathname.split('/')
  if (how === 'replace') segments[at % segments.length] = encoded(text)
  if (how === 'add') segments.splice(at % (segments.length + 1), 0, encoded(text))
  if (how === 'drop') segments.splice(at % segments.length, 1)
  const more = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  return `/${segments.join('/').replace(/^\/+/, '')}?${search}&${more}`
}

const headers = fc.dictionary(
  fc.constantFrom('idempotency-key', 'content-type', 'florin-version', 'content-length', 'content-encoding', 'accept'),
  fc.oneof(
    fc.constantFrom(
      'application/json',
      'text/html',
      'application/json; charset=utf-16',
      '-1',
      '99999999999',
      'gzip',
      CARD,
    ),
    fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,300}$/),
  ),
  { maxKeys: 3 },
)
const methods = fc.option(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'x'), {
  freq: 6,
})

/** What a client library would let through: it refuses some itself. */
const requestOf = (method: string, path: string, given: Record<string, string>, body: string): Request | null => {
  try {
    return new Request(`http://shop.test${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...given },
      ...(method === 'GET' || method === 'HEAD' || body === '' ? {} : { body }),
    })
  } catch {
    return null
  }
}

const expectAnswered = async (response: Response): Promise<string> => {
  const { status } = response
  const text = await response.text()
  // A refused webhook is put aside, and the host is told so.
  const heard = errors.splice(0).filter((error) => !isFlorinError(error, 'webhook_rejected'))
  expect([status, heard]).toEqual([status, []])
  expect(status).toBeGreaterThanOrEqual(200)
  expect(status).toBeLessThan(500)
  if (text !== '') JSON.parse(text)
  if (status >= 400 && text !== '') {
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(text)).toMatchObject({ status, code: expect.stringMatching(/^[a-z_]+$/) })
    expect(text.length).toBeLessThan(4_000)
  }
  expect(text).not.toContain(CARD)
  expect(text).not.toContain(TOKEN)
  expect(text).not.toMatch(/node_modules|\.ts:\d/)
  return text
}

describe('the HTTP handler', () => {
  test(
    'whatever is asked, it answers below 500, in its own words, and repeats no secret',
    async () => {
      const statuses = new Map<number, number>()
      const asked = fc
        .nat(20)
        .chain((index) =>
          mutated([samples[index] as Sample], ({ body }) => (body === null ? '' : JSON.stringify(body))),
        )
      await fc.assert(
        fc.asyncProperty(asked, detour, headers, methods, async ({ sample, text }, way, more, method) => {
          const request = requestOf(method ?? sample.method, led(sample.path, way), more, text)
          if (request === null) return
          const outcome = await triedLong(() => handler(request))
          if ('error' in outcome) throw new Error('it rejected', { cause: outcome.error })
          await expectAnswered(outcome.value)
          statuses.set(outcome.value.status, (statuses.get(outcome.value.status) ?? 0) + 1)
        }),
        runs(1_500),
      )
      expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 201, 400, 404, 405]))
      expect((await florin.verify()).ok).toBe(true)
    },
    WITHIN_MS,
  )

  test(
    'whatever bytes a body is made of, in whatever pieces, it is read or refused',
    async () => {
      const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(new Uint8Array(BODY_MAX + 1).fill(0x20)))
      await fc.assert(
        fc.asyncProperty(fc.array(bytes, { maxLength: 4 }), fc.nat(2), async (pieces, end) => {
          const body = new ReadableStream({
            start(controller) {
              for (const one of pieces) controller.enqueue(one)
              if (end === 0) controller.error(new Error('the client went away'))
              else controller.close()
            },
          })
          const outcome = await triedLong(() =>
            handler(
              new Request('http://shop.test/v1/payments', {
                method: 'POST',
                headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
                body,
                duplex: 'half',
              }),
            ),
          )
          if ('error' in outcome) throw new Error('it rejected', { cause: outcome.error })
          expect([400, 413, 415]).toContain(outcome.value.status)
          await expectAnswered(outcome.value)
        }),
        runs(300),
      )
    },
    WITHIN_MS,
  )

  test('handles() answers for any path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (path) => {
        expect(typeof handler.handles(path)).toBe('boolean')
      }),
      runs(500),
    )
  })
})
