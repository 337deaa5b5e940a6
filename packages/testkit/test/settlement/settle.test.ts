import { expect, test } from 'vitest'
import { BATCH, settleNow, settling, story } from './settling.ts'

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
