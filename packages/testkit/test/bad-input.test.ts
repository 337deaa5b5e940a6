import type { Florin } from '@florin/core'
import { isFlorinError } from '@florin/core'
import { CATALOGUE } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { rows } from './rows.ts'
import { card, order, type World, world } from './world.ts'

type Input = Parameters<Florin<'sandbox'>['payments']['create']>[0]

/** Nothing at all was written, and nothing was sent. */
const untouched = async (w: World): Promise<void> => {
  for (const { name } of CATALOGUE) expect({ name, rows: await rows(w.inner, name) }).toEqual({ name, rows: [] })
  expect(w.acquirer.books().charges).toEqual([])
}

const CREATES: readonly (readonly [what: string, change: object, code: string, path: string | null, says: RegExp])[] = [
  ['a negative amount', { amount: '-5.00' }, 'invalid_request', 'amount', /'-5\.00'.*sign/],
  ['no amount', { amount: undefined }, 'invalid_request', 'amount', /amount/],
  ['zero', { amount: '0.00' }, 'invalid_request', 'amount', /'0\.00'.*greater than zero/],
  ['a fraction of a cent', { amount: '1.005' }, 'invalid_request', 'amount', /'1\.005'.*EUR has 2/],
  [
    'decimals of a currency that has none',
    { amount: '10.50', currency: 'JPY' },
    'invalid_request',
    'amount',
    /JPY has none/,
  ],
  ['too large an amount', { amount: '99999999999999.00' }, 'invalid_request', 'amount', /maximum/],
  ['a number', { amount: 4990 }, 'invalid_request', 'amount', /'4990\.00'.*'49\.90'/],
  ['a decimal comma', { amount: '49,90' }, 'invalid_request', 'amount', /'49,90'.*comma/],
  ['an exponent', { amount: '1e3' }, 'invalid_request', 'amount', /'1e3'.*exponent/],
  ['text', { amount: 'a lot' }, 'invalid_request', 'amount', /'a lot'/],
  ['an unknown currency', { currency: 'EUX' }, 'invalid_request', null, /EUX/],
  ['a currency in small letters', { currency: 'eur' }, 'invalid_request', 'currency', /'eur'/],
  [
    'a currency that the gateway cannot take',
    { currency: 'THB' },
    'currency_not_supported',
    null,
    /'sandbox' does not take THB/,
  ],
  ['no reference', { reference: undefined }, 'invalid_request', 'reference', /reference/],
  ['an empty reference', { reference: '' }, 'invalid_request', 'reference', /reference/],
  ['a reference of 300 characters', { reference: 'r'.repeat(300) }, 'invalid_request', 'reference', /300 characters/],
  ['a reference with a colon', { reference: 'a:b' }, 'invalid_request', 'reference', /':'/],
  ['a control character', { reference: 'a\u0007b' }, 'invalid_request', 'reference', /control characters/],
  ['no method', { method: undefined }, 'invalid_request', 'method', /method/],
  ['a method without a token', { method: { type: 'card' } }, 'invalid_request', null, /method/],
  ['an unknown method', { method: { type: 'cheque', token: 'tok' } }, 'invalid_request', 'method.type', /method\.type/],
  ['an empty token', { method: card('') }, 'invalid_request', 'method.token', /method\.token/],
  ['no token at all', { method: { type: 'card', tokens: {} } }, 'unsupported', null, /no token/],
  [
    'a token for another gateway',
    { method: { type: 'card', tokens: { stripe: 't' } } },
    'gateway_unknown',
    null,
    /'stripe'.*sandbox/,
  ],
  ['an unknown gateway', { gateway: 'stripe' }, 'gateway_unknown', null, /'stripe'.*sandbox/],
  ['an unknown capture mode', { capture: 'later' }, 'invalid_request', 'capture', /capture/],
  ['a field that does not exist', { amout: '1.00' }, 'invalid_request', null, /amout/],
  ['a return URL that is none', { returnUrl: 'javascript:alert(1)' }, 'invalid_request', 'returnUrl', /returnUrl/],
  ['an e-mail address that is none', { buyer: { email: 'nobody' } }, 'invalid_request', 'buyer.email', /buyer\.email/],
  [
    '51 entries of metadata',
    { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) },
    'invalid_request',
    'metadata',
    /50/,
  ],
  ['metadata that is not text', { metadata: { a: 1 } }, 'invalid_request', 'metadata.a', /metadata/],
  ['a customer that does not exist', { customer: 'cus_00000000000000000000000000' }, 'not_found', null, /cus_/],
  [
    'a stored method that does not exist',
    { method: { paymentMethod: 'pm_00000000000000000000000000' } },
    'not_found',
    null,
    /pm_/,
  ],
  [
    '101 orders',
    { orders: Array.from({ length: 101 }, (_, i) => ({ reference: `${i}`, seller: 's', amount: '1.00' })) },
    'invalid_request',
    'orders',
    /orders/,
  ],
]

describe('a create with', () => {
  test.each(CREATES)('%s gets one clear error, and nothing is written', async (_, change, code, path, says) => {
    const w = await world()
    const refused = await w.refusal(w.pay({ ...order(), ...change } as Partial<Input>))
    expect(isFlorinError(refused)).toBe(true)
    expect({ code: refused.code, message: refused.message }).toEqual({ code, message: expect.stringMatching(says) })
    if (path !== null) expect(refused.details?.path).toBe(path)
    await untouched(w)
  })

  test.each([undefined, null, 'a string', 7, []])('%j in place of an input', async (input) => {
    const w = await world()
    const refused = await w.refusal(w.florin.payments.create(input as unknown as Input))
    expect(refused).toMatchObject({ code: 'invalid_request' })
    await untouched(w)
  })
})

type Act = (w: World, id: string) => Promise<unknown>

const OPERATIONS: readonly (readonly [what: string, act: Act, code: string, says: RegExp])[] = [
  [
    'a capture of zero',
    (w, id) => w.florin.payments.capture(id, { amount: '0' }),
    'invalid_request',
    /greater than zero/,
  ],
  [
    'a capture of less than nothing',
    (w, id) => w.florin.payments.capture(id, { amount: '-1.00' }),
    'invalid_request',
    /sign/,
  ],
  [
    'a capture above the authorized amount',
    (w, id) => w.florin.payments.capture(id, { amount: '100.01' }),
    'amount_too_large',
    /100\.01/,
  ],
  [
    'a refund of fractions',
    (w, id) => w.florin.payments.refund(id, { amount: '0.001' }),
    'invalid_request',
    /decimals/,
  ],
  ['an increment to text', (w, id) => w.florin.payments.increment(id, { amount: 'more' }), 'invalid_request', /'more'/],
  ['a retry without a method', (w, id) => w.florin.payments.retry(id, {} as never), 'invalid_request', /method/],
  [
    'a field that does not exist',
    (w, id) => w.florin.payments.capture(id, { ammount: '1.00' } as never),
    'invalid_request',
    /ammount/,
  ],
  [
    'an order that is none of it',
    (w, id) => w.florin.payments.capture(id, { orders: [{ id: 'alc_1', amount: '1.00' }] }),
    'invalid_request',
    /no orders/,
  ],
  ['an id that is none', (w) => w.florin.payments.get('nonsense'), 'not_found', /'nonsense'/],
  ['an id of another kind', (w) => w.florin.payments.get('cus_00000000000000000000000000'), 'not_found', /no payment/],
  ['no id', (w) => w.florin.payments.get(undefined as never), 'invalid_request', /id: must be a string/],
  [
    'an object for an id',
    (w) => w.florin.payments.cancel({ id: 1 } as never),
    'invalid_request',
    /id: must be a string/,
  ],
  ['a page of 101', (w) => w.florin.payments.list({ limit: 101 }), 'invalid_request', /limit/],
  ['a page of none', (w) => w.florin.payments.list({ limit: 0 }), 'invalid_request', /limit/],
  ['a page token that is none', (w) => w.florin.payments.list({ after: 'nonsense' }), 'invalid_request', /page cursor/],
  [
    'a ledger account that does not exist',
    (w) => w.florin.ledger.asOf('no/such/account', { version: 1 }),
    'not_found',
    /no\/such\/account/,
  ],
]

describe('on an authorized payment', () => {
  test.each(OPERATIONS)('%s gets one clear error, and nothing changes', async (_, act, code, says) => {
    const w = await world()
    const payment = await w.pay({ capture: 'manual' })
    const books = w.acquirer.books()
    const refused = await w.refusal(act(w, payment.id))
    expect({ code: refused.code, message: refused.message }).toEqual({ code, message: expect.stringMatching(says) })
    expect(await w.get(payment.id)).toEqual(payment)
    expect(w.acquirer.books()).toEqual(books)
  })
})
