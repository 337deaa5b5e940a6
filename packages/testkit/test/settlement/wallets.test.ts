import { expect, test } from 'vitest'
import { order, world } from '../world.ts'
import { BATCH, settling } from './settling.ts'

const ordersOf = (...sellers: string[]) =>
  sellers.map((seller) => ({ reference: `${seller}-${sellers.length}`, seller, amount: '10.00' }))

test('every seller has a wallet, and lists come by the page', async () => {
  const shop = await settling(BATCH)
  const { florin, run } = shop
  const sellers = ['ann', 'ann-x', 'ann.y', 'bob', 'Zoe']
  await run(florin.payments.create(order({ amount: '50.00', orders: ordersOf(...sellers) })))
  await run(florin.settlements.run({ plan: 'daily' }))
  const found: (string | null)[] = []
  let after: string | undefined
  do {
    const page = await run(florin.wallets.list({ limit: 2, ...(after === undefined ? {} : { after }) }))
    found.push(...page.data.map(({ seller }) => seller))
    for (const { balances } of page.data) expect(balances).toMatchObject([{ currency: 'EUR', pending: '0.00' }])
    after = page.next
  } while (after !== undefined)
  expect([...found].sort()).toEqual([...sellers].sort())
})

test('a wallet holds an owner and nobody else, currency by currency', async () => {
  const shop = await settling({})
  const { florin, run, pay } = shop
  await pay({ amount: '10.00' })
  await pay({ amount: '20.00', currency: 'CHF' })
  await run(florin.payments.create(order({ amount: '10.00', orders: ordersOf('ann') })))
  const own = await run(florin.wallets.get())
  expect(own.balances.map(({ currency, pending }) => [currency, pending])).toEqual([
    ['CHF', '19.60'],
    ['EUR', '9.55'],
  ])
  expect(await run(florin.wallets.get({ seller: 'ann' }))).toMatchObject({ balances: [{ pending: '9.55' }] })
  expect(await run(florin.wallets.get({ seller: 'nobody' }))).toEqual({
    object: 'wallet',
    seller: 'nobody',
    balances: [],
  })
  expect(await shop.refusal(florin.wallets.get({ seller: '' }))).toMatchObject({ code: 'invalid_request' })
})

test('a merchant without a plan keeps its money pending', async () => {
  const shop = await world()
  await shop.pay()
  await shop.tick()
  expect(await shop.run(shop.florin.settlements.plans())).toEqual([])
  expect(await shop.run(shop.florin.wallets.get())).toMatchObject({
    balances: [{ pending: '100.00', available: '0.00' }],
  })
})
