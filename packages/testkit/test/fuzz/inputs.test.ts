import { inspect } from 'node:util'
import { createFlorin, ephemeralKeys, type Florin, isFlorinError, systemRuntime } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import { createAcquirer, sandbox } from '@florin/testkit'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { mutated, mutatedValue } from './hostile-json.ts'
import { runs, WITHIN_MS } from './runs.ts'
import { expectTyped, triedLong } from './unharmed.ts'

/** What a caller can be told; `internal` is a bug of ours, and the storage's codes are faults that nobody injected here. */
const TOLD = [
  ...['invalid_request', 'invalid_state', 'not_found', 'amount_too_large', 'currency_not_supported', 'unsupported'],
  ...['gateway_unknown', 'reference_taken', 'attempt_open', 'idempotency_mismatch', 'idempotency_in_progress'],
  ...['conflict', 'webhook_rejected', 'webhook_foreign'],
]
const CARD = '4111111111111111'

let florin: Florin
let payment = ''
let customer = ''
let dispute = ''
let cursors: Readonly<Record<'payments' | 'balances' | 'entries' | 'deliveries' | 'reviews', string>>
const errors: unknown[] = []

const order = (reference: string) =>
  ({
    reference,
    amount: '49.90',
    currency: 'EUR',
    method: { type: 'card', token: 'tok_approve' },
    capture: 'manual',
    buyer: { email: 'buyer@example.com', country: 'DE' },
    metadata: { cart: '7' },
  }) as const

beforeAll(async () => {
  const acquirer = createAcquirer()
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { sandbox: sandbox({ acquirer }) as Gateway },
    keys: ephemeralKeys(systemRuntime().random),
    onError: (error) => errors.push(error),
  })
  for (const name of ['order-1', 'order-2', 'order-3']) payment = (await florin.payments.create(order(name))).id
  acquirer.onWebhook(async (delivery) => void (await florin.webhooks.receive({ gateway: 'sandbox', ...delivery })))
  await florin.payments.create({ ...order('disputed'), capture: 'automatic' })
  acquirer.dashboard.openDispute(acquirer.books().charges.at(-1)?.id ?? '')
  await acquirer.webhooksIdle()
  await florin.tick()
  dispute = (await florin.disputes.list()).data[0]?.id ?? ''
  customer = (await florin.customers.create({ email: 'c@example.com' })).id
  const payments = (await florin.payments.list({ limit: 1 })).next ?? ''
  const balances = (await florin.ledger.balances({ limit: 1 })).next ?? ''
  cursors = { payments, balances, entries: balances, deliveries: payments, reviews: payments }
})

/** Values that JSON cannot carry, but a program can. */
const STRANGE: readonly unknown[] = [
  ...[undefined, null, Number.NaN, Number.POSITIVE_INFINITY, -0, 1n, 2n ** 70n, true, Symbol('s'), () => 1],
  ...[
    new Date(Number.NaN),
    new Map([['a', 1]]),
    new Uint8Array(3),
    new Proxy({}, {}),
    Object.create(null),
    [undefined],
  ],
  ...[new Array(1_000), 'x'.repeat(1_000_000), '\ud800', '__proto__', CARD],
]
const circular: Record<string, unknown> = {}
circular.self = circular

/** A value, shown as far as it can be. */
interface Given {
  readonly value: unknown
}

const shown = (value: unknown): Given & { [fc.toStringMethod](): string } => ({
  value,
  [fc.toStringMethod]: () => inspect(value, { depth: 4, maxStringLength: 200, maxArrayLength: 10 }),
})

const given = (samples: readonly unknown[]): fc.Arbitrary<Given> =>
  fc
    .oneof(
      { weight: 5, arbitrary: mutatedValue(samples) },
      { weight: 1, arbitrary: fc.constantFrom(...STRANGE, circular) },
      { weight: 1, arbitrary: fc.anything({ maxDepth: 2, withBigInt: true, withDate: true, withNullPrototype: true }) },
    )
    .map(shown)

const name = (known: () => string): fc.Arbitrary<Given> =>
  fc
    .oneof(
      fc.constant(null).map(known),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(...STRANGE),
      fc.nat(30).map((at) => `${known().slice(0, at)}${known().slice(at + 1)}`),
    )
    .map(shown)

const EVIDENCE = {
  texts: { explanation: 'It was delivered.' },
  files: [{ kind: 'receipt', name: 'r.pdf', contentType: 'application/pdf', base64: btoa('%PDF-1.7') }],
}

type Call = (input: unknown, id: unknown) => Promise<unknown>
type Loose = Record<string, (...args: unknown[]) => Promise<unknown>>
const loose = (part: object): Loose => part as Loose

const call = (part: () => object, verb: string, inputFirst = false): Call => {
  return (input, id) => {
    const method = loose(part())[verb]
    if (method === undefined) throw new Error(`there is no ${verb}`)
    return inputFirst ? method(input) : method(id, input)
  }
}

const CALLS: readonly (readonly [what: string, call: Call, samples: readonly unknown[], known: () => string])[] = [
  ['payments.create', call(() => florin.payments, 'create', true), [order('order-1'), order('order-9')], () => payment],
  ['payments.capture', call(() => florin.payments, 'capture'), [{ amount: '1.00', final: false }], () => payment],
  ['payments.refund', call(() => florin.payments, 'refund'), [{ amount: '1.00', reason: 'r' }], () => payment],
  ['payments.increment', call(() => florin.payments, 'increment'), [{ amount: '60.00' }], () => payment],
  ['payments.retry', call(() => florin.payments, 'retry'), [{ method: order('x').method }], () => payment],
  ['payments.resume', call(() => florin.payments, 'resume'), [{ payload: { a: 'b' } }], () => payment],
  ['payments.cancel', call(() => florin.payments, 'cancel'), [{ idempotencyKey: 'k' }], () => payment],
  ['payments.get', call(() => florin.payments, 'get'), [{ refresh: true }], () => payment],
  ['payments.list', call(() => florin.payments, 'list', true), [{ limit: 2, reference: 'order-1' }], () => payment],
  ['customers.create', call(() => florin.customers, 'create', true), [{ email: 'a@example.com' }], () => customer],
  ['customers.update', call(() => florin.customers, 'update'), [{ email: 'a@example.com' }], () => customer],
  ['customers.findByEmail', call(() => florin.customers, 'findByEmail', true), ['a@example.com'], () => customer],
  [
    'paymentMethods.attach',
    call(() => florin.paymentMethods, 'attach'),
    [{ type: 'card', tokens: { sandbox: 't' } }],
    () => customer,
  ],
  ['routing.explain', call(() => florin.routing, 'explain', true), [order('x')], () => payment],
  ['reviews.resolve', call(() => florin.reviews, 'resolve'), [{ action: 'acknowledge', note: 'n' }], () => payment],
  ['reviews.list', call(() => florin.reviews, 'list', true), [{ limit: 3 }], () => payment],
  ['disputes.list', call(() => florin.disputes, 'list', true), [{ status: 'won', limit: 3 }], () => dispute],
  ['disputes.get', call(() => florin.disputes, 'get'), [{}], () => dispute],
  ['disputes.addEvidence', call(() => florin.disputes, 'addEvidence'), [EVIDENCE], () => dispute],
  ['disputes.submitEvidence', call(() => florin.disputes, 'submitEvidence'), [EVIDENCE], () => dispute],
  ['disputes.accept', call(() => florin.disputes, 'accept'), [{}], () => dispute],
  ['ledger.balances', call(() => florin.ledger, 'balances', true), [{ limit: 3 }], () => payment],
  ['webhooks.list', call(() => florin.webhooks, 'list', true), [{ state: 'waiting', limit: 2 }], () => payment],
  ['webhooks.redrive', call(() => florin.webhooks, 'redrive', true), [{ state: 'dead' }], () => payment],
  [
    'webhooks.replay',
    call(() => florin.webhooks, 'replay', true),
    [{ gateway: 'sandbox', from: 1, to: 2 }],
    () => payment,
  ],
  [
    'webhooks.receive',
    call(() => florin.webhooks, 'receive', true),
    [{ gateway: 'sandbox', account: 'default', headers: { a: 'b' }, body: 'x' }],
    () => payment,
  ],
  ['events.read', call(() => florin.events, 'read', true), [{ partition: 0, position: 0 }], () => payment],
]

const expectTold = async (calling: () => Promise<unknown>): Promise<void> => {
  const outcome = await triedLong(calling)
  if ('error' in outcome) expectTyped(outcome.error, TOLD, [CARD])
  const bugs = errors.splice(0).filter((error) => !isFlorinError(error, 'webhook_rejected'))
  if (bugs.length > 0) throw new Error('the host was told of a bug', { cause: bugs[0] })
}

describe('whatever a program gives to', () => {
  test.each(CALLS)(
    '%s, it is done or refused in a typed way, and the books stand',
    async (_, calling, samples, known) => {
      await fc.assert(
        fc.asyncProperty(given(samples), name(known), (input, id) => expectTold(() => calling(input.value, id.value))),
        runs(150),
      )
      expect((await florin.verify()).ok).toBe(true)
    },
    WITHIN_MS,
  )
})

describe('a cursor', () => {
  const lists = [
    ['payments.list', (after: string) => florin.payments.list({ limit: 1, after }), () => cursors.payments],
    ['ledger.balances', (after: string) => florin.ledger.balances({ limit: 1, after }), () => cursors.balances],
    ['reviews.list', (after: string) => florin.reviews.list({ limit: 1, after }), () => cursors.reviews],
    [
      'webhooks.list',
      (after: string) => florin.webhooks.list({ state: 'dead', limit: 1, after }),
      () => cursors.deliveries,
    ],
  ] as const

  test.each(lists)(
    'of %s that was changed is read or refused',
    async (_, list, known) => {
      const values = fc.oneof(
        fc.json({ maxDepth: 2 }),
        fc.constantFrom('[]', '[["1"]]', '[[["1"]]]', '[1e400]', '[null]'),
      )
      const text = fc.oneof(
        values.map((json) => Buffer.from(json).toString('base64url')),
        mutated([['pay_1']], JSON.stringify).map(({ text }) => Buffer.from(text).toString('base64url')),
        fc.tuple(fc.nat(60), fc.string({ maxLength: 2 })).map(([at, piece]) => {
          const whole = known()
          return `${whole.slice(0, at % (whole.length + 1))}${piece}${whole.slice((at % (whole.length + 1)) + 1)}`
        }),
        fc.string({ unit: 'binary' }),
      )
      await fc.assert(
        fc.asyncProperty(text, (after) => expectTold(() => list(after))),
        runs(300),
      )
    },
    WITHIN_MS,
  )
})
