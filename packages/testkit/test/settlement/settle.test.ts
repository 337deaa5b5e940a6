import { describe, expect, test } from 'vitest'
import { rows } from '../rows.ts'
import { card, order } from '../world.ts'
import { BATCH, newest, settleNow, settling, story } from './settling.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

test('what was captured becomes available, less fees and refunds, to the cent', async () => {
  const shop = await settling(BATCH)
  const { florin, run, pay } = shop
  const one = await pay()
  await pay({ amount: '50.00' })
  await run(florin.payments.refund(one.id, { amount: '30.00' }))
  const settled = await settleNow(shop)
  expect(settled).toMatchObject({
    state: 'completed',
    seller: null,
    captures: '150.00',
    fees: '-3.50',
    refunds: '-30.00',
    due: '116.50',
    paid: '116.50',
    reserved: '0.00',
    carriedOut: '0.00',
    lines: 5,
  })
  expect(await run(florin.wallets.get())).toMatchObject({
    balances: [{ currency: 'EUR', pending: '0.00', available: '116.50' }],
  })
  expect(await story(shop, settled.id)).toEqual([
    'settlement.created',
    'settlement.calculating',
    'settlement.calculated',
    'settlement.approved',
    'settlement.processing',
    'settlement.completed',
  ])
  expect((await run(florin.verify())).ok).toBe(true)
})

test('every seller has settlements of its own, beside the merchant', async () => {
  const shop = await settling(BATCH)
  const { florin, run, pay } = shop
  const orders = [
    { reference: 'a-1', seller: 'ann', amount: '60.00' },
    { reference: 'b-1', seller: 'bob', amount: '40.00' },
  ]
  await run(florin.payments.create(order({ orders })))
  await pay({ amount: '10.00', currency: 'CHF' })
  expect(await run(florin.settlements.run({ plan: 'daily' }))).toEqual({
    plan: 'daily',
    settlements: 3,
    unfinished: false,
  })
  const { data } = await run(florin.settlements.list())
  expect(data.map(({ seller, currency, captures, state }) => [seller, currency, captures, state]).sort()).toEqual([
    [null, 'CHF', '10.00', 'completed'],
    ['ann', 'EUR', '60.00', 'completed'],
    ['bob', 'EUR', '40.00', 'completed'],
  ])
  const anns = await run(florin.settlements.list({ owner: 'seller:ann', currency: 'EUR' }))
  expect(anns.data).toHaveLength(1)
  const none = await run(florin.settlements.list({ state: 'failed' }))
  expect(none.data).toEqual([])
})

test('a settlement begins where the one before ended; with nothing new there is none', async () => {
  const shop = await settling(BATCH)
  await shop.pay()
  const first = await settleNow(shop)
  expect(await shop.run(shop.florin.settlements.run({ plan: 'daily' }))).toMatchObject({ settlements: 0 })
  await shop.pay({ amount: '20.00' })
  const second = await settleNow(shop)
  expect(second.fromVersion).toBe(first.toVersion)
  expect(second).toMatchObject({ captures: '20.00', lines: 2, carriedIn: '0.00', paid: '19.35' })
})

test('what is only authorised, and what was given back, is no money', async () => {
  const shop = await settling(BATCH)
  const held = await shop.pay({ capture: 'manual' })
  await shop.run(shop.florin.payments.cancel(held.id))
  await shop.pay({ capture: 'manual' })
  expect(await shop.run(shop.florin.settlements.run({ plan: 'daily' }))).toMatchObject({ settlements: 0 })
})

describe('what is owed', () => {
  test('is carried until captures cover it', async () => {
    const shop = await settling(BATCH)
    const { florin, run, pay } = shop
    const paid = await pay()
    await settleNow(shop)
    await run(florin.payments.refund(paid.id))
    expect(await settleNow(shop)).toMatchObject({
      refunds: '-100.00',
      due: '-100.00',
      paid: '0.00',
      carriedOut: '-100.00',
    })
    await pay({ amount: '40.00' })
    expect(await settleNow(shop)).toMatchObject({ carriedIn: '-100.00', due: '-61.05', paid: '0.00' })
    await pay({ amount: '80.00' })
    expect(await settleNow(shop)).toMatchObject({
      carriedIn: '-61.05',
      due: '17.10',
      paid: '17.10',
      carriedOut: '0.00',
    })
    expect((await run(florin.verify())).ok).toBe(true)
  })

  test('by refunds after the cut-off is not paid out first', async () => {
    const shop = await settling({ daily: { mode: 'batch', delayDays: 2 } })
    const { florin, run, pay, advance } = shop
    const old = await pay()
    await advance(DAY_MS)
    await pay({ amount: '10.00' })
    await run(florin.payments.refund(old.id, { amount: '70.00' }))
    expect(await run(florin.settlements.run({ plan: 'daily' }))).toMatchObject({ settlements: 0 })
    await advance(DAY_MS + HOUR_MS)
    const late = await settleNow(shop)
    expect(late).toMatchObject({
      captures: '100.00',
      refunds: '0.00',
      due: '97.75',
      paid: '37.30',
      carriedOut: '60.45',
    })
    await advance(2 * DAY_MS)
    expect(await settleNow(shop)).toMatchObject({ carriedIn: '60.45', refunds: '-70.00', due: '0.00', paid: '0.00' })
    expect(await run(florin.wallets.get())).toMatchObject({ balances: [{ pending: '0.00', available: '37.30' }] })
  })
})

test('less than the minimum is carried', async () => {
  const shop = await settling({ daily: { mode: 'batch', minimum: { EUR: '20.00' } } })
  await shop.pay({ amount: '15.00' })
  expect(await settleNow(shop)).toMatchObject({ state: 'completed', paid: '0.00', carriedOut: '14.45' })
  await shop.pay({ amount: '15.00' })
  expect(await settleNow(shop)).toMatchObject({ carriedIn: '14.45', paid: '28.90', carriedOut: '0.00' })
})

describe('a reserve', () => {
  test('is kept for its days, and then released by itself', async () => {
    const shop = await settling({
      daily: { mode: 'batch', reserve: { kind: 'rolling', basisPoints: 1_000, days: 30 } },
    })
    const { florin, run, pay, advance, tick } = shop
    await pay()
    const settled = await settleNow(shop)
    expect(settled).toMatchObject({ due: '97.75', paid: '87.98', reserved: '9.77', reserve: { state: 'held' } })
    await advance(29 * DAY_MS)
    await tick()
    expect(await run(florin.wallets.get())).toMatchObject({ balances: [{ available: '87.98', reserved: '9.77' }] })
    await advance(DAY_MS + HOUR_MS)
    await tick()
    expect(await run(florin.wallets.get())).toMatchObject({ balances: [{ available: '97.75', reserved: '0.00' }] })
    expect(await run(florin.settlements.get(settled.id))).toMatchObject({ reserve: { state: 'released' } })
    expect((await run(florin.verify())).ok).toBe(true)
  })

  test('covers first what the owner owes by then', async () => {
    const shop = await settling({
      daily: { mode: 'batch', reserve: { kind: 'rolling', basisPoints: 5_000, days: 30 } },
    })
    const { florin, run, pay, advance, tick } = shop
    const one = await pay()
    await settleNow(shop)
    await run(florin.payments.refund(one.id, { amount: '20.00' }))
    await advance(31 * DAY_MS)
    await tick()
    expect(await run(florin.wallets.get())).toMatchObject({
      balances: [{ pending: '0.00', reserved: '0.00', available: '77.75' }],
    })
    expect(await settleNow(shop)).toMatchObject({ refunds: '-20.00', reserveCover: '20.00', due: '0.00', paid: '0.00' })
  })

  test('without an end is released by an operator, once, and is never above its limit', async () => {
    const shop = await settling({
      daily: { mode: 'batch', reserve: { kind: 'fixed', basisPoints: 1_000, upTo: { EUR: '15.00' } } },
    })
    const { florin, run, pay, refusal } = shop
    await pay()
    const first = await settleNow(shop)
    await pay()
    expect(await settleNow(shop)).toMatchObject({ reserved: '5.23', reserve: { state: 'held', due: null } })
    await pay()
    const third = await settleNow(shop)
    expect(third).toMatchObject({ reserved: '0.00', paid: '97.75', reserve: { state: 'none' } })
    const released = await run(florin.settlements.releaseReserve(first.id, { by: 'op_1' }))
    expect(released.reserve.state).toBe('released')
    expect(await run(florin.wallets.get())).toMatchObject({ balances: [{ reserved: '5.23' }] })
    expect(await refusal(florin.settlements.releaseReserve(first.id, { by: 'op_1' }))).toMatchObject({
      code: 'invalid_state',
    })
    expect(await story(shop, first.id)).toContain('settlement.reserve_released')
  })
})

test('the first plan that names an owner settles it', async () => {
  const shop = await settling({
    big: { mode: 'batch', owners: ['ann'] },
    sellers: { mode: 'batch', owners: 'sellers' },
    own: { mode: 'batch', owners: 'merchant', currencies: ['EUR'] },
  })
  const { florin, run, pay } = shop
  const orders = [
    { reference: 'a-1', seller: 'ann', amount: '60.00' },
    { reference: 'b-1', seller: 'bob', amount: '40.00' },
  ]
  await run(florin.payments.create(order({ orders })))
  await pay()
  await pay({ currency: 'CHF', method: card() })
  for (const plan of ['big', 'sellers', 'own']) await run(florin.settlements.run({ plan }))
  const { data } = await run(florin.settlements.list())
  expect(data.map(({ seller, plan, currency }) => [seller, plan, currency]).sort()).toEqual([
    [null, 'own', 'EUR'],
    ['ann', 'big', 'EUR'],
    ['bob', 'sellers', 'EUR'],
  ])
})

test('two servers at once settle once', async () => {
  const shop = await settling(BATCH)
  const { run, pay, inner } = shop
  const other = await shop.another({
    options: { merchants: { mer_default: { fee: { basisPoints: 200, fixed: { EUR: '0.25' } }, settlement: BATCH } } },
  })
  for (let i = 0; i < 5; i++) await pay({ amount: '10.00' })
  await run(Promise.all([shop.florin, other, shop.florin, other].map((one) => one.settlements.run({ plan: 'daily' }))))
  const found = await rows<{ state: string }>(inner, 'settlements')
  expect(found.map(({ state }) => state)).toEqual(['completed'])
  expect(await newest(shop)).toMatchObject({ paid: '47.75' })
  expect(await run(shop.florin.wallets.get())).toMatchObject({ balances: [{ available: '47.75', pending: '0.00' }] })
  expect((await run(shop.florin.verify())).ok).toBe(true)
})

test('another merchant sees nothing of it', async () => {
  const shop = await settling(BATCH, { options: { merchants: { mer_other: {} } } })
  await shop.pay()
  const { id } = await settleNow(shop)
  const other = shop.florin.for('mer_other')
  expect(await shop.refusal(other.settlements.get(id))).toMatchObject({ code: 'not_found' })
  expect(await shop.refusal(other.settlements.hold(id, { by: 'op_1' }))).toMatchObject({ code: 'not_found' })
  expect(await shop.refusal(other.settlements.statement(id))).toMatchObject({ code: 'not_found' })
  expect(await shop.refusal(other.settlements.run({ plan: 'daily' }))).toMatchObject({ code: 'not_found' })
  expect((await shop.run(other.settlements.list())).data).toEqual([])
})
