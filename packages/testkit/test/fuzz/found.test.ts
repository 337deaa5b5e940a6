import { createFlorin } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
const circular: Record<string, unknown> = {}
circular.self = circular

type Act = (w: World, id: string) => Promise<unknown>
const capture =
  (amount: unknown): Act =>
  (w, id) =>
    w.florin.payments.capture(id, { amount: amount as string })
const loose = (value: unknown) => value as never
const delivery = { gateway: 'sandbox', account: 'default', headers: {}, body: new Uint8Array() }

const FOUND: readonly (readonly [what: string, act: Act, says: RegExp])[] = [
  ['an amount nested ten thousand deep', capture(nested(10_000)), /amount: must be a decimal string, such as '49\.90'/],
  ['an amount that holds itself', capture(circular), /amount: must be a decimal string/],
  ['an amount that is no text at all', capture(Object.create(null)), /amount: must be a decimal string/],
  [
    'a refund nested as deep',
    (w, id) => w.florin.payments.refund(id, { amount: loose(nested(10_000)) }),
    /amount: must/,
  ],
  ['no options', (w, id) => w.florin.payments.cancel(id, loose(null)), /options: must be an object/],
  [
    'a key under a misspelt name, which would be no key',
    (w, id) => w.florin.payments.refund(id, {}, loose({ idempotencykey: 'once' })),
    /no option 'idempotencykey': there are idempotencyKey and whenInFlight/,
  ],
  [
    'a way to wait that there is not',
    (w, id) => w.florin.payments.cancel(id, loose({ whenInFlight: 'later' })),
    /whenInFlight: must be 'conflict' or 'wait'/,
  ],
  ['no delivery', (w) => w.florin.webhooks.receive(loose(undefined)), /input: must be a delivery/],
  [
    'a webhook that something parsed already',
    (w) => w.florin.webhooks.receive({ ...delivery, body: loose({ id: 'evt_1' }) }),
    /body: must be the raw bytes/,
  ],
  ['a webhook as text', (w) => w.florin.webhooks.receive({ ...delivery, body: loose('{}') }), /body: must be the raw/],
  [
    'a webhook without headers',
    (w) => w.florin.webhooks.receive({ ...delivery, headers: loose(null) }),
    /headers: must/,
  ],
  [
    'a webhook with the headers of a Request, which look empty',
    (w) => w.florin.webhooks.receive({ ...delivery, headers: loose(new Headers({ a: 'b' })) }),
    /headers: must be an object of names and values/,
  ],
  [
    'a header that is no text',
    (w) => w.florin.webhooks.receive({ ...delivery, headers: loose({ a: 1 }) }),
    /'a' must be/,
  ],
  ['no cursor', (w) => w.florin.events.read(loose(null)), /cursor: must be/],
  ['a position that is none', (w) => w.florin.events.read(loose({ partition: 0, position: Symbol('x') })), /a symbol/],
  ['no filter', (w) => w.florin.ledger.balances(loose(null)), /input: /],
  ['a filter that there is not', (w) => w.florin.ledger.balances(loose({ merchant: 'mer_2' })), /merchant/],
  ['an order that there is not', (w) => w.florin.ledger.statement('a/EUR', loose({ order: 'random' })), /order/],
  ['a moment that is none', (w) => w.florin.ledger.asOf('a/EUR', loose({ at: 1 })), /moment/],
]

describe('what fuzzing found:', () => {
  test.each(FOUND)('%s is refused by name', async (_, act, says) => {
    const w = await world()
    const payment = await w.pay({ capture: 'manual' })
    const refused = await w.refusal(act(w, payment.id))
    expect({ code: refused.code, message: refused.message }).toEqual({
      code: 'invalid_request',
      message: expect.stringMatching(says),
    })
    expect(await w.get(payment.id)).toEqual(payment)
  })

  test('an amount with a hundred thousand zeros before its end is refused at once', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    const startedAt = performance.now()
    const refused = await w.refusal(w.florin.payments.capture(id, { amount: `0.${'0'.repeat(100_000)}1` }))
    expect(refused.message).toMatch(/amount: must be a decimal string/)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  test.each([
    [
      'a default merchant whom there is not',
      { merchants: { mer_one: {} } },
      /defaultMerchant: 'mer_default' is not among/,
    ],
    [
      'a fee that is no amount',
      { merchants: { mer_default: { fee: { basisPoints: 1, fixed: { EUR: 'x' } } } } },
      /fixed\.EUR 'x'/,
    ],
    [
      'ten thousand options',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`o${at}`, at])),
      /^.{1,400}$/,
    ],
  ])('%s is a matter of configuration, told briefly', async (_, options, says) => {
    const wrong = { storage: memoryStorage(), gateways: { sandbox: sandbox() }, ...options }
    await expect(createFlorin(wrong)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringMatching(says),
    })
  })

  test('half of a surrogate pair, which no database keeps, is refused in a reference and in metadata', async () => {
    const w = await world()
    for (const input of [{ reference: 'a\ud800' }, { metadata: { a: '\udc00b' } }]) {
      const refused = await w.refusal(w.pay(input))
      expect(refused).toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('half of a surrogate'),
      })
    }
    expect((await w.pay({ reference: 'an order of a 😀' })).reference).toBe('an order of a 😀')
    expect(w.errors).toEqual([])
  })

  test('a key that is no text is refused by name', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    const refused = await w.refusal(w.florin.payments.cancel(id, { idempotencyKey: loose({ toString: null }) }))
    expect(refused.message).toMatch(/idempotencyKey: must be 1 to 255 printable ASCII characters \(got a object\)/)
  })

  test('headers as Node gives them, lists among them, are taken', async () => {
    const w = await world()
    const headers = loose({ 'set-cookie': ['a', 'b'], absent: undefined })
    const refused = await w.refusal(w.florin.webhooks.receive({ ...delivery, headers }))
    expect(refused.code).toBe('webhook_rejected')
  })
})
