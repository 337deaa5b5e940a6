import { inspect } from 'node:util'
import type { Florin } from '@florin/core'
import { CATALOGUE, type Storage } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { recover } from './audit.ts'
import { rows } from './rows.ts'
import { card, order, type World, world } from './world.ts'

/** Every cell of every table, as somebody who stole the database would read it. */
const dump = async (storage: Storage): Promise<string> => {
  const texts: string[] = []
  for (const { name } of CATALOGUE) {
    for (const row of await rows(storage, name)) {
      for (const cell of Object.values(row)) {
        if (cell instanceof Uint8Array) texts.push(Buffer.from(cell).toString('latin1'))
        else texts.push(typeof cell === 'bigint' ? cell.toString() : (JSON.stringify(cell) ?? ''))
      }
    }
  }
  return texts.join('\n')
}

// Test numbers of the schemes, as the vault of a card form would see them.
const PANS = ['4111111111111111', '4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005']
const digitsOf = (text: string): string => text.replaceAll(/[ -]/g, '')

type Input = Parameters<Florin<'sandbox'>['payments']['create']>[0]
type Call = (w: World, pan: string, id: string) => Promise<unknown>

const create =
  (change: (pan: string) => object): Call =>
  (w, pan) =>
    w.florin.payments.create({ ...order(), ...change(pan) } as Input)

const FIELDS: readonly (readonly [name: string, call: Call])[] = [
  ['reference', create((pan) => ({ reference: pan }))],
  ['reference, within', create((pan) => ({ reference: `order ${pan} of today` }))],
  ['method.token', create((pan) => ({ method: card(pan) }))],
  ['method.tokens', create((pan) => ({ method: { type: 'card', tokens: { sandbox: pan } } }))],
  ['a name of method.tokens', create((pan) => ({ method: { type: 'card', tokens: { [pan]: 'tok' } } }))],
  ['method.brand', create((pan) => ({ method: { ...card(), brand: pan } }))],
  ['method.type', create((pan) => ({ method: { ...card(), type: pan } }))],
  ['method.paymentMethod', create((pan) => ({ method: { paymentMethod: `pm_${pan}` } }))],
  ['currency', create((pan) => ({ currency: pan }))],
  ['capture', create((pan) => ({ capture: pan }))],
  ['gateway', create((pan) => ({ gateway: pan }))],
  ['returnUrl', create((pan) => ({ returnUrl: `https://shop.test/?card=${encodeURIComponent(pan)}` }))],
  ['description', create((pan) => ({ description: `paid with ${pan}` }))],
  ['customer', create((pan) => ({ customer: `cus_${pan}` }))],
  ['buyer.name', create((pan) => ({ buyer: { name: pan } }))],
  ['buyer.email', create((pan) => ({ buyer: { email: `${digitsOf(pan)}@shop.test` } }))],
  ['buyer.ip', create((pan) => ({ buyer: { ip: pan } }))],
  ['metadata', create((pan) => ({ metadata: { note: pan } }))],
  ['a name in metadata', create((pan) => ({ metadata: { [pan]: 'note' } }))],
  ['orders.reference', create((pan) => ({ orders: [{ reference: pan, seller: 's', amount: '100.00' }] }))],
  ['orders.seller', create((pan) => ({ orders: [{ reference: 'r', seller: digitsOf(pan), amount: '100.00' }] }))],
  ['an unknown field', create((pan) => ({ cardNumber: pan }))],
  ['the name of an unknown field', create((pan) => ({ [pan]: 'x' }))],
  ['idempotencyKey', (w, pan) => w.florin.payments.create(order(), { idempotencyKey: pan })],
  ['idempotencyKey of a capture', (w, pan, id) => w.florin.payments.capture(id, {}, { idempotencyKey: `key-${pan}` })],
  ['id', (w, pan) => w.florin.payments.get(pan)],
  ['id of a payment', (w, pan) => w.florin.payments.capture(`pay_${pan}`)],
  ['id of a checkout', (w, pan) => w.florin.payments.timeline(`chk_${pan}`)],
  ['capture.orders', (w, pan, id) => w.florin.payments.capture(id, { orders: [{ id: `alc_${pan}`, amount: '1.00' }] })],
  ['refund.reason', (w, pan, id) => w.florin.payments.refund(id, { reason: pan })],
  ['retry.method', (w, pan, id) => w.florin.payments.retry(id, { method: card(pan) })],
  ['resume.payload', (w, pan, id) => w.florin.payments.resume(id, { payload: { card: pan } })],
  ['a name in resume.payload', (w, pan, id) => w.florin.payments.resume(id, { payload: { [pan]: 'x' } })],
  ['list.after', (w, pan) => w.florin.payments.list({ after: pan })],
  ['list.reference', (w, pan) => w.florin.payments.list({ reference: pan })],
  ['customer.name', (w, pan) => w.florin.customers.create({ name: pan })],
  ['customer.email', (w, pan) => w.florin.customers.create({ email: `${digitsOf(pan)}@shop.test` })],
  ['customer.reference', (w, pan) => w.florin.customers.create({ reference: pan })],
  ['customer.metadata', (w, pan) => w.florin.customers.create({ metadata: { note: pan } })],
  ['id of a customer', (w, pan) => w.florin.customers.get(`cus_${pan}`)],
  ['e-mail to find a customer by', (w, pan) => w.florin.customers.findByEmail(`${digitsOf(pan)}@shop.test`)],
  ['id of a payment method', (w, pan) => w.florin.paymentMethods.detach(`pm_${pan}`)],
  ['merchant', async (w, pan) => w.florin.for(`mer_${digitsOf(pan)}`)],
  ['gateway of a webhook', (w, pan) => w.florin.webhooks.receive(hook({ gateway: pan }))],
  ['account of a webhook', (w, pan) => w.florin.webhooks.receive(hook({ account: pan }))],
  ['ledger account', (w, pan) => w.florin.ledger.statement(`merchant/${pan}`)],
]

const hook = (more: object) => ({
  gateway: 'sandbox',
  account: 'default',
  headers: {},
  body: new Uint8Array(),
  ...more,
})

describe.each(FIELDS)('a card number as %s', (name, call) => {
  test.each(PANS)('%s is refused, and appears nowhere', async (pan) => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    const attempt = w.run(call(w, pan, id).catch((error: unknown) => error))
    const answer = await attempt
    if (!name.startsWith('e-mail') && name !== 'ledger account') expect(answer).toBeInstanceOf(Error)
    const leaks = [inspect(answer, { depth: 9 }), JSON.stringify(answer) ?? '', await dump(w.inner), inspect(w.errors)]
    for (const text of leaks) {
      expect(text).not.toContain(pan)
      expect(text).not.toContain(digitsOf(pan))
      expect(text).not.toContain(encodeURIComponent(pan))
    }
  })
})

test('long numbers that are no card numbers are taken', async () => {
  const w = await world()
  const references = ['4111111111111112', '1234567890123456', '20260101000000001', '0049301234567890']
  for (const reference of references) expect((await w.pay({ reference })).reference).toBe(reference)
  const { id } = await w.pay({ method: card('tok_3ds') })
  await w.run(
    w.florin.payments.resume(id, { payload: { PaRes: 'eJzVWFmTokoW4111111111111111abc', MD: 'a4111111111111111z' } }),
  )
})

const SECRETS = {
  token: 'tok_approve_mastercard',
  email: 'grace.hopper@navy.test',
  name: 'Grace Brewster Hopper',
  ip: '203.0.113.77',
  description: 'a very private present',
  metadata: 'eyes-only-metadata',
  reason: 'it did not fit at all',
  returnUrl: 'https://shop.test/return-to-the-secret-garden',
  payload: 'the-result-of-a-challenge',
} as const

test('what is personal or secret is never in clear in the database, in events, or in errors', async () => {
  const w = await world({ webhooks: true })
  const { email, name, ip } = SECRETS
  const customer = await w.run(w.florin.customers.create({ name, email, metadata: { note: SECRETS.metadata } }))
  const stored = await w.run(
    w.florin.paymentMethods.attach(customer.id, { method: { type: 'card', token: SECRETS.token } }),
  )
  const personal = {
    customer: customer.id,
    buyer: { email, name, ip },
    description: SECRETS.description,
    metadata: { note: SECRETS.metadata },
    returnUrl: SECRETS.returnUrl,
  }
  const paid = await w.pay({ ...personal, method: { paymentMethod: stored.id } }, { idempotencyKey: 'kept' })
  expect(paid.metadata).toEqual({ note: SECRETS.metadata })
  await w.run(w.florin.payments.refund(paid.id, { amount: '1.00', reason: SECRETS.reason }))
  const challenged = await w.pay({ ...personal, method: card('tok_3ds') })
  await w.run(w.florin.payments.resume(challenged.id, { payload: { any: SECRETS.payload } }))
  w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
  await w.pay({ ...personal, method: card(SECRETS.token) })
  await recover(w)
  const everything = await dump(w.inner)
  for (const [what, secret] of Object.entries(SECRETS)) {
    expect({ what, found: everything.includes(secret) }).toEqual({ what, found: false })
  }
  expect(everything).toContain(paid.reference) // the dump does read rows
  // And yet it can be found by those who may.
  expect(await w.run(w.florin.customers.findByEmail('GRACE.hopper@navy.test'))).toMatchObject([
    { id: customer.id, name },
  ])
})

test('a payment method shows neither its token nor more of the card than four digits and the BIN', async () => {
  const w = await world()
  const customer = await w.run(w.florin.customers.create({}))
  const instrument = { network: 'visa', bin: '424242', last4: '4242' }
  const method = { type: 'card', token: SECRETS.token } as const
  const shown = await w.run(w.florin.paymentMethods.attach(customer.id, { method, instrument }))
  expect(JSON.stringify(shown)).not.toContain(SECRETS.token)
  expect(shown).toMatchObject({ method: { type: 'card', ...instrument }, gateways: ['sandbox'] })
  await w.run(w.florin.paymentMethods.detach(shown.id))
  expect(await w.refusal(w.pay({ method: { paymentMethod: shown.id } }))).toMatchObject({ code: 'not_found' })
})
