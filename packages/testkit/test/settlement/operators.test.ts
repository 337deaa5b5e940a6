import { FlorinError } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { mortal } from '../mortal.ts'
import { payoutWorld } from '../payouts/payout-world.ts'
import { MERCHANT, newest, settleNow, settling, story } from './settling.ts'

const OPERATOR = { by: 'op_1' }
const ASKS = { daily: { mode: 'batch', approval: 'operator' } } as const

/** A shop with one settlement that waits for approval. */
const waiting = async () => {
  const shop = await settling(ASKS)
  const paid = await shop.pay()
  return { shop, paid, waits: await settleNow(shop) }
}

describe('a plan that wants an operator', () => {
  test('moves nothing before somebody has approved, and says who', async () => {
    const { shop, waits } = await waiting()
    const { florin, run, refusal } = shop
    expect(waits).toMatchObject({ state: 'calculated', paid: '97.75' })
    expect(await run(florin.wallets.get())).toMatchObject({ balances: [{ pending: '97.75', available: '0.00' }] })
    expect(await run(florin.settlements.run({ plan: 'daily' }))).toMatchObject({ settlements: 0 })
    expect(await run(florin.settlements.approve(waits.id, OPERATOR))).toMatchObject({ state: 'completed' })
    expect(await run(florin.wallets.get())).toMatchObject({ balances: [{ pending: '0.00', available: '97.75' }] })
    expect(await refusal(florin.settlements.approve(waits.id, OPERATOR))).toMatchObject({ code: 'invalid_state' })
    const { events } = await run(florin.events.read({ partition: 0, position: 0 }, { limit: 500 }))
    expect(events.find(({ type }) => type === 'settlement.approved')?.data).toEqual({ by: 'op_1' })
  })

  test('is asked again where less is left than was approved', async () => {
    const { shop, paid, waits } = await waiting()
    const { florin, run } = shop
    await run(florin.payments.refund(paid.id, { amount: '50.00' }))
    expect(await run(florin.settlements.approve(waits.id, OPERATOR))).toMatchObject({
      state: 'calculated',
      paid: '47.75',
      carriedOut: '50.00',
    })
    expect(await run(florin.settlements.approve(waits.id, OPERATOR))).toMatchObject({
      state: 'completed',
      paid: '47.75',
    })
    expect(await story(shop, waits.id)).toContain('settlement.recalculated')
    expect(await settleNow(shop)).toMatchObject({ carriedIn: '50.00', refunds: '-50.00', due: '0.00' })
  })

  test('lets one of two operators who decide at once', async () => {
    const { shop, waits } = await waiting()
    const both = await shop.run(
      Promise.allSettled([
        shop.florin.settlements.approve(waits.id, OPERATOR),
        shop.florin.settlements.hold(waits.id, { by: 'op_2' }),
      ]),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await shop.run(shop.florin.verify())).ok).toBe(true)
  })
})

describe('a settlement that is held', () => {
  test('waits, with what comes behind it, until it is released', async () => {
    const { shop, waits } = await waiting()
    const { florin, run, refusal } = shop
    expect(await run(florin.settlements.hold(waits.id, OPERATOR))).toMatchObject({ state: 'held' })
    await shop.pay()
    expect(await run(florin.settlements.run({ plan: 'daily' }))).toMatchObject({ settlements: 0 })
    for (const act of ['approve', 'hold', 'rerun'] as const) {
      expect(await refusal(florin.settlements[act](waits.id, OPERATOR)), act).toMatchObject({ code: 'invalid_state' })
    }
    expect(await run(florin.settlements.release(waits.id, OPERATOR))).toMatchObject({
      state: 'calculated',
      paid: '97.75',
    })
    expect(await refusal(florin.settlements.release(waits.id, OPERATOR))).toMatchObject({ code: 'invalid_state' })
    await run(florin.settlements.approve(waits.id, OPERATOR))
    expect(await settleNow(shop)).toMatchObject({ captures: '100.00', carriedIn: '0.00' })
  })

  test('was completed: too late', async () => {
    const { shop, waits } = await waiting()
    const { florin, run, refusal } = shop
    await run(florin.settlements.approve(waits.id, OPERATOR))
    expect(await refusal(florin.settlements.hold(waits.id, OPERATOR))).toMatchObject({ code: 'invalid_state' })
  })

  test.each([
    ['approved', 'approve'],
    ['pending', 'release'],
  ] as const)('is taken out of %s, where a crash left it, and then goes on', async (state, act) => {
    const { shop, waits } = await waiting()
    const { florin, run } = shop
    if (act === 'release') await run(florin.settlements.hold(waits.id, OPERATOR))
    const process = mortal(shop.runtime, { call: 2, when: 'after' }) // it reads, and commits the decision
    const dying = await shop.another({ ...process.parts, options: { merchants: { [MERCHANT]: { settlement: ASKS } } } })
    process.arm()
    await process.live(dying.settlements[act](waits.id, OPERATOR))
    expect(await run(florin.settlements.get(waits.id))).toMatchObject({ state })
    await run(florin.settlements.hold(waits.id, OPERATOR))
    await run(florin.settlements.release(waits.id, OPERATOR))
    await run(florin.settlements.approve(waits.id, OPERATOR))
    expect(await newest(shop)).toMatchObject({ state: 'completed', paid: '97.75' })
  })
})

describe('a settlement that fails', () => {
  test('because the books differ moves nothing, and is calculated anew once they are right', async () => {
    const shop = await settling({ daily: { mode: 'batch' } })
    await shop.pay()
    const broken = await shop.another({
      options: { merchants: { [MERCHANT]: { settlement: { daily: { mode: 'batch' } } } } },
      storage: (inner) => ({
        ...inner,
        find: async (table, query) => {
          const page = await inner.find(table, query)
          if (table.name !== 'entries') return page
          const rows = page.rows.map((row) => {
            const { amount, transaction } = row as unknown as { amount: bigint; transaction: string }
            return transaction.endsWith('/capture') && amount === 225n ? { ...row, amount: 224n } : row
          })
          return { ...page, rows }
        },
      }),
    })
    await shop.run(broken.settlements.run({ plan: 'daily' }))
    const failed = await newest(shop)
    expect(failed).toMatchObject({ state: 'failed', failure: 'books_differ', paid: '0.00', movedAt: null })
    expect(await shop.refusal(shop.florin.settlements.hold(failed.id, OPERATOR))).toMatchObject({
      code: 'invalid_state',
    })
    expect(await shop.run(shop.florin.settlements.rerun(failed.id, OPERATOR))).toMatchObject({
      ...{ state: 'completed', paid: '97.75', lines: 2, failure: null },
    })
    expect(await story(shop, failed.id)).toEqual(expect.arrayContaining(['settlement.failed', 'settlement.retried']))
  })

  test('because its payout is refused has settled, holds up nothing, and orders it in the next run', async () => {
    const plans = { daily: { mode: 'batch' } } as const
    const shop = await payoutWorld({ options: { settlement: plans } })
    const { run } = shop
    await shop.destination()
    await shop.pay()
    const picky = {
      ...shop.rail,
      check: () => {
        throw new FlorinError('invalid_request', 'name: the bank does not take it')
      },
    }
    const strict = await shop.another({ options: { settlement: plans, payouts: { rails: { sandbox: picky } } } })
    const failed = await settleNow({ ...shop, florin: strict })
    expect(failed).toMatchObject({ state: 'failed', failure: 'payout_refused', paid: '100.00' })
    expect(await run(strict.wallets.get())).toMatchObject({ balances: [{ available: '100.00', onItsWay: '0.00' }] })
    await shop.pay({ amount: '20.00' })
    expect((await settleNow({ ...shop, florin: strict })).id).not.toBe(failed.id)
    await run(shop.florin.settlements.run({ plan: 'daily' }))
    const done = (await run(shop.florin.settlements.list())).data
    expect(done.map(({ state, failure, paid }) => [state, failure, paid])).toEqual([
      ['completed', null, '20.00'],
      ['completed', null, '100.00'],
    ])
    for (const { id, payout, paid } of done) {
      expect(await shop.payout(payout ?? '')).toMatchObject({ amount: paid, reference: id })
    }
    expect(await run(shop.florin.wallets.get())).toMatchObject({
      balances: [{ available: '0.00', onItsWay: '120.00' }],
    })
    expect((await run(shop.florin.verify())).ok).toBe(true)
  })

  test('never for want of a rail: the money stays available', async () => {
    const shop = await payoutWorld({ options: { settlement: { daily: { mode: 'batch' } }, payouts: {} } })
    await shop.destination()
    await shop.pay()
    expect(await settleNow(shop)).toMatchObject({ state: 'completed', payout: null, paid: '100.00' })
    expect(await shop.run(shop.florin.wallets.get())).toMatchObject({ balances: [{ available: '100.00' }] })
  })
})

test('a payout of what was settled is ordered to the newest bank account, once', async () => {
  const shop = await payoutWorld({ options: { settlement: { daily: { mode: 'batch' }, off: { mode: 'batch' } } } })
  const { florin, run } = shop
  await shop.destination()
  const newer = await shop.destination()
  await shop.pay()
  const { payout, state } = await settleNow(shop)
  expect(state).toBe('completed')
  expect(await shop.payout(payout ?? '')).toMatchObject({ destination: { id: newer } })
  await shop.tick()
  await shop.advance(60_000)
  await shop.tick()
  const wallet = await run(florin.wallets.get())
  expect(wallet).toMatchObject({ balances: [{ available: '0.00', paidOut: '100.00', onItsWay: '0.00' }] })
})

test('what an operator writes is checked', async () => {
  const { shop, waits } = await waiting()
  const { florin, refusal } = shop
  expect(await refusal(florin.settlements.approve(waits.id, { by: 'Ada Lovelace' }))).toMatchObject({
    code: 'invalid_request',
    details: { path: 'by' },
  })
  expect(await refusal(florin.settlements.approve('stl_1', OPERATOR))).toMatchObject({ code: 'not_found' })
  expect(await refusal(florin.settlements.run({ plan: 'weekly' }))).toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('there are: daily'),
  })
  expect(await refusal(florin.settlements.list({ owner: 'merchant' }))).toMatchObject({ details: { path: 'currency' } })
})
