import type { PaymentView } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { type AccountCells, rows } from './rows.ts'
import { card, order, type World, world } from './world.ts'

const orders = (tag = 'a') => [
  { reference: `${tag}-1`, seller: 'ann', amount: '33.33' },
  { reference: `${tag}-2`, seller: 'bob', amount: '16.67' },
  { reference: `${tag}-3`, seller: 'ann', amount: '50.00' },
]

const checkout = (capture: 'automatic' | 'manual' = 'automatic', token = 'tok_approve') =>
  order({ capture, method: card(token), orders: orders() })

const shares = (payment: PaymentView, what: 'captured' | 'refunded') => payment.orders?.map((one) => one[what])

/** What each seller is owed in the ledger, in cents. */
const owed = async (w: World): Promise<Record<string, bigint>> => {
  const accounts = await rows<AccountCells>(w.inner, 'accounts')
  const sellers = accounts.filter((one) => one.account.startsWith('seller/'))
  return Object.fromEntries(sellers.map((one) => [one.account.split('/')[1], one.creditsPosted - one.debitsPosted]))
}

describe('a checkout of several orders', () => {
  test('is one charge, and each seller is owed their part', async () => {
    const w = await world()
    const payment = await w.pay(checkout())
    expect(payment).toMatchObject({ status: 'succeeded', checkout: expect.stringMatching(/^chk_/) })
    expect(shares(payment, 'captured')).toEqual(['33.33', '16.67', '50.00'])
    expect(await owed(w)).toEqual({ ann: 8_333n, bob: 1_667n })
    expect(w.acquirer.books().charges).toHaveLength(1)
    await audit(w)
  })

  test('is read and acted on by its own id as well', async () => {
    const w = await world()
    const payment = await w.pay(checkout())
    const id = payment.checkout ?? ''
    expect(await w.get(id)).toEqual(payment)
    expect(await w.run(w.florin.payments.refund(id))).toMatchObject({ id: payment.id, refunded: '100.00' })
    expect((await w.run(w.florin.payments.timeline(id))).payment).toBe(payment.id)
  })

  test('paid by bank transfer, which is a sale', async () => {
    const w = await world()
    const payment = await w.pay({ ...checkout(), method: { type: 'bank_transfer', token: 'tok_approve' } })
    expect(shares(payment, 'captured')).toEqual(['33.33', '16.67', '50.00'])
    expect(await owed(w)).toEqual({ ann: 8_333n, bob: 1_667n })
    await audit(w)
  })

  test('captured in part, pro rata to what is left of each order: the parts sum to the whole', async () => {
    const w = await world()
    const { id } = await w.pay(checkout('manual'))
    const first = await w.run(w.florin.payments.capture(id, { amount: '0.10', final: false }))
    expect(shares(first, 'captured')).toEqual(['0.03', '0.02', '0.05'])
    const last = await w.run(w.florin.payments.capture(id, { amount: '50.01' }))
    expect(shares(last, 'captured')?.reduce((sum, one) => sum + Number(one), 0)).toBeCloseTo(50.11)
    await audit(w)
  })

  test('captured order by order, as each is shipped', async () => {
    const w = await world()
    const { id, orders: made = [] } = await w.pay(checkout('manual'))
    const [one, two, three] = made.map((each) => each.id)
    await w.run(
      w.florin.payments.capture(id, { amount: '16.67', final: false, orders: [{ id: two ?? '', amount: '16.67' }] }),
    )
    const payment = await w.run(
      w.florin.payments.capture(id, {
        amount: '60.00',
        orders: [
          { id: one ?? '', amount: '33.33' },
          { id: three ?? '', amount: '26.67' },
        ],
      }),
    )
    expect(payment).toMatchObject({ status: 'succeeded', captured: '76.67', capturable: '0.00' })
    expect(shares(payment, 'captured')).toEqual(['33.33', '16.67', '26.67'])
    expect(await owed(w)).toEqual({ ann: 6_000n, bob: 1_667n })
    await audit(w)
  })

  test('refunded by name and pro rata', async () => {
    const w = await world()
    const { id, orders: made = [] } = await w.pay(checkout())
    const named = { amount: '16.67', orders: [{ id: made[1]?.id ?? '', amount: '16.67' }] }
    expect(shares(await w.run(w.florin.payments.refund(id, named)), 'refunded')).toEqual(['0.00', '16.67', '0.00'])
    expect(await owed(w)).toEqual({ ann: 8_333n, bob: 0n })
    const rest = await w.run(w.florin.payments.refund(id, { amount: '10.00' }))
    expect(shares(rest, 'refunded')).toEqual(['4.00', '16.67', '6.00'])
    await w.run(w.florin.payments.refund(id))
    expect(await owed(w)).toEqual({ ann: 0n, bob: 0n })
    await audit(w)
  })

  test.each<[why: string, parts: readonly [order: number, amount: string][], code: string]>([
    ['more than the order has left', [[1, '16.68']], 'amount_too_large'],
    ['parts that do not sum to the amount', [[0, '1.00']], 'invalid_request'],
    [
      'an order named twice',
      [
        [0, '8.34'],
        [0, '8.34'],
      ],
      'invalid_request',
    ],
  ])('named parts are checked: %s', async (_, parts, code) => {
    const w = await world()
    const { id, orders: made = [] } = await w.pay(checkout())
    const named = parts.map(([at, amount]) => ({ id: made[at]?.id ?? '', amount }))
    const amount = '16.68'
    expect(await w.refusal(w.florin.payments.refund(id, { amount, orders: named }))).toMatchObject({ code })
    expect(await owed(w)).toEqual({ ann: 8_333n, bob: 1_667n })
    await audit(w)
  })

  test('an order of another payment is none of this one', async () => {
    const w = await world()
    const { id } = await w.pay(checkout())
    const other = await w.pay(order({ amount: '100.00', orders: orders('b') }))
    const named = { amount: '1.00', orders: [{ id: other.orders?.[0]?.id ?? '', amount: '1.00' }] }
    expect(await w.refusal(w.florin.payments.refund(id, named))).toMatchObject({ code: 'invalid_request' })
    const plain = await w.pay()
    expect(await w.refusal(w.florin.payments.refund(plain.id, named))).toMatchObject({ code: 'invalid_request' })
  })

  test('canceled, expired and incremented', async () => {
    const w = await world()
    const { id } = await w.pay(checkout('manual'))
    expect(await w.refusal(w.florin.payments.increment(id, { amount: '120.00' }))).toMatchObject({
      code: 'unsupported',
    })
    await w.run(w.florin.payments.capture(id, { amount: '10.00', final: false }))
    await w.run(w.florin.payments.cancel(id))
    expect(await w.run(w.florin.ledger.holds(id))).toEqual([])
    const lapsing = await w.pay(order({ capture: 'manual', orders: orders('c') }))
    await w.advance(8 * 86_400_000)
    await recover(w)
    expect((await w.get(lapsing.id)).status).toBe('expired')
    await audit(w)
  })
})

describe('one order of a seller is paid once', () => {
  test('across checkouts', async () => {
    const w = await world()
    const first = await w.pay(checkout())
    const second = order({ amount: '16.67', orders: [{ reference: 'a-2', seller: 'bob', amount: '16.67' }] })
    const refused = await w.refusal(w.pay(second))
    expect(refused).toMatchObject({ code: 'reference_taken', details: { payment: first.id } })
    expect(refused.message).toContain('bob/a-2')
    expect(await rows(w.inner, 'checkouts')).toHaveLength(1)
    expect(w.acquirer.books().charges).toHaveLength(1)
  })

  test('but another seller may use the same reference', async () => {
    const w = await world()
    await w.pay(checkout())
    const second = await w.pay(order({ amount: '1.00', orders: [{ reference: 'a-2', seller: 'eve', amount: '1.00' }] }))
    expect(second.status).toBe('succeeded')
    await audit(w)
  })

  test('until the checkout that holds it is canceled', async () => {
    const w = await world()
    const first = await w.pay(checkout('manual'))
    await w.run(w.florin.payments.cancel(first.id))
    const again = await w.pay(
      order({ amount: '16.67', orders: [{ reference: 'a-2', seller: 'bob', amount: '16.67' }] }),
    )
    expect(again.status).toBe('succeeded')
    await audit(w)
  })

  test('when two checkouts want it at once', async () => {
    const w = await world()
    const calls = ['x', 'y'].map((tag) =>
      w.florin.payments.create(
        order({
          reference: `race-${tag}`,
          amount: '5.00',
          orders: [{ reference: 'race', seller: 'bob', amount: '5.00' }],
        }),
      ),
    )
    const settled = await w.run(Promise.allSettled(calls))
    expect(settled.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(w.acquirer.books().charges).toHaveLength(1)
    await audit(w)
  })
})

test.each([
  ['that do not sum to the amount', [{ reference: 'r', seller: 's', amount: '99.99' }]],
  [
    'named twice',
    [
      { reference: 'r', seller: 's', amount: '50.00' },
      { reference: 'r', seller: 's', amount: '50.00' },
    ],
  ],
  ['that are none', []],
  ['of a seller whose name cannot be one', [{ reference: 'r', seller: 'a/b', amount: '100.00' }]],
])('orders %s are refused, and nothing is written', async (_, given) => {
  const w = await world()
  const refused = await w.refusal(w.pay(order({ orders: given })))
  expect(refused).toMatchObject({ code: 'invalid_request', details: { path: expect.stringContaining('orders') } })
  expect(await rows(w.inner, 'payments')).toEqual([])
})

test('the merchant fee is taken from each seller, and booked as the platform’s', async () => {
  const options = { merchants: { mer_default: { fee: { basisPoints: 1_000 } } } }
  const w = await world({ options })
  await w.pay(checkout())
  expect(await owed(w)).toEqual({ ann: 8_333n - 833n, bob: 1_667n - 167n })
  await audit(w)
})
