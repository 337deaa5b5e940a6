import type { SettlementPlansInput } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { type PayoutWorld, payoutWorld } from '../payouts/payout-world.ts'
import { newest, settleNow } from './settling.ts'

const NONE = 'dst_01920000-0000-7000-8000-000000000000'

/** A shop, and the same one with a plan that names accounts: they are known only once the shop is there. */
const shopWith = async (plan: (accounts: { first: string; anns: string }) => SettlementPlansInput) => {
  const shop = await payoutWorld()
  const first = await shop.destination()
  const anns = await shop.destination(undefined, 'ann')
  const newer = await shop.destination()
  await shop.destination(undefined, 'ann')
  const florin = await again(shop, plan({ first, anns }))
  return { shop, florin, first, anns, newer }
}

const again = (shop: PayoutWorld, settlement: SettlementPlansInput) =>
  shop.another({ options: { settlement, payouts: { rails: { sandbox: shop.rail } } } })

const toldOf = async ({ florin, run }: PayoutWorld, type: string) => {
  const { events } = await run(florin.events.read({ partition: 0, position: 0 }, { limit: 500 }))
  return events.filter((one) => one.type === type).map(({ data }) => data)
}

const removed = async (w: PayoutWorld, id: string): Promise<string> => {
  await w.run(w.florin.payouts.destinations.remove(id))
  return id
}

describe('a plan may name the bank account that it pays out to', () => {
  test('of the merchant, in place of the newest', async () => {
    const { shop, florin, first } = await shopWith(({ first }) => ({ daily: { mode: 'batch', destination: first } }))
    await shop.pay()
    const { payout } = await settleNow({ ...shop, florin })
    expect(await shop.payout(payout ?? '')).toMatchObject({ destination: { id: first } })
  })

  test('of each seller by name; who is not named gets the newest', async () => {
    const { shop, florin, anns } = await shopWith(({ anns }) => ({
      daily: { mode: 'batch', owners: 'sellers', destination: { ann: anns } },
    }))
    const bobs = await shop.destination(undefined, 'bob')
    const orders = ['ann', 'bob'].map((seller) => ({ reference: seller, seller, amount: '50.00' }))
    await shop.pay({ amount: '100.00', orders })
    await shop.run(florin.settlements.run({ plan: 'daily' }))
    const { data } = await shop.run(florin.payouts.list())
    expect(new Map(data.map((one) => [one.owner, one.destination.id]))).toEqual(
      new Map([
        ['ann', anns],
        ['bob', bobs],
      ]),
    )
  })

  test.each([
    ['was removed', 'destination_closed', removed],
    ['is another owner’s', 'destination_of_another_owner', async (w: PayoutWorld) => w.destination(undefined, 'ann')],
    ['nobody knows', 'destination_unknown', async () => NONE],
  ])('one that %s is refused by name, and the money goes once the plan names another', async (_, code, make) => {
    const { shop, first } = await shopWith(() => ({}))
    const destination = await make(shop, first)
    const wrong = await again(shop, { daily: { mode: 'batch', destination } })
    await shop.pay()
    const failed = await settleNow({ ...shop, florin: wrong })
    expect(failed).toMatchObject({ state: 'failed', failure: 'payout_refused', payout: null })
    const [told] = await toldOf(shop, 'settlement.failed')
    expect(told).toMatchObject({ reason: 'payout_refused', code, destination })
    expect(told?.why).toMatch(new RegExp(`^plan 'daily' pays out to ${destination}, which .*: name`))
    const right = await shop.destination()
    const mended = await again(shop, { daily: { mode: 'batch', destination: right } })
    await shop.run(mended.settlements.run({ plan: 'daily' }))
    const done = await newest({ ...shop, florin: mended })
    expect(done).toMatchObject({ id: failed.id, state: 'completed' })
    expect(await shop.payout(done.payout ?? '')).toMatchObject({ destination: { id: right } })
  })

  test.each([
    [{ mode: 'batch', owners: 'sellers', destination: NONE }, /plans\.daily|settlement\.daily.*destination.*by seller/],
    [{ mode: 'batch', owners: ['ann', 'bob'], destination: NONE }, /destination.*by seller/],
    [{ mode: 'batch', owners: ['ann'], destination: { bob: NONE } }, /destination\.bob.*does not settle/],
    [{ mode: 'batch', owners: 'merchant', destination: { bob: NONE } }, /destination\.bob.*does not settle/],
    [{ mode: 'batch', destination: 'acct_1' }, /dst_/],
    [{ mode: 'batch', payout: 'none', destination: NONE }, /destination.*payout/],
  ] as const)('%j is refused by the options', async (plan, why) => {
    await expect(
      payoutWorld({ options: { settlement: { daily: plan as SettlementPlansInput[string] } } }),
    ).rejects.toThrow(why)
  })
})
