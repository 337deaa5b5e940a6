/*
 * Where a settlement can be cut off, and what has to hold then:
 * - a process dies at any call of the storage, before or after it took effect: whoever runs the plan next ends it, with the money moved once;
 * - it dies after it ordered the payout, and before it wrote that down: the same payout is found, and there is no second one;
 * - a calculation of many lines dies in the middle: it goes on from what was committed, and may be held meanwhile;
 * - the process is alone: its own timer goes on with what an operator had begun;
 * - money leaves the account between calculation and move: the move does not happen, and what is left is divided anew.
 */
import type { SettlementView } from '@florin/core'
import { type Change, createCommitter } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { appendEvent } from '../../../core/src/events/index.ts'
import { ledgerTransaction, pendingOf, receivable } from '../../../core/src/ledger/index.ts'
import { type Death, mortal } from '../mortal.ts'
import { payoutWorld } from '../payouts/payout-world.ts'
import { rows } from '../rows.ts'
import type { World } from '../world.ts'
import { BATCH, MERCHANT, newest, settleNow, settling } from './settling.ts'

const PLANS = { daily: { mode: 'batch', reserve: { kind: 'rolling', basisPoints: 1_000, days: 5 } } } as const

const crashed = async (death: Death | null) => {
  const shop = await payoutWorld({ options: { settlement: PLANS } })
  await shop.destination()
  const one = await shop.pay()
  await shop.pay({ amount: '20.00' })
  await shop.run(shop.florin.payments.refund(one.id, { amount: '30.00' }))
  const process = mortal(shop.runtime, death)
  const dying = await shop.another({
    ...process.parts,
    options: { settlement: PLANS, payouts: { rails: { sandbox: shop.rail } } },
  })
  process.arm()
  await process.live(dying.settlements.run({ plan: 'daily' }))
  return { shop, process }
}

const whatHolds = async (shop: World, where: string): Promise<void> => {
  const { florin, run, inner } = shop
  const { id, payout } = await settleNow(shop)
  expect(await newest(shop), where).toMatchObject({
    id,
    state: 'completed',
    due: '90.00',
    paid: '81.00',
    reserved: '9.00',
  })
  expect(await rows(inner, 'settlements'), where).toHaveLength(1)
  const ordered = await rows<{ id: string; reference: string }>(inner, 'payouts')
  expect(
    ordered.map((one) => [one.id, one.reference]),
    where,
  ).toEqual([[payout, id]])
  await shop.advance(6 * 86_400_000)
  await shop.tick()
  const [balance] = (await run(florin.wallets.get())).balances
  expect(balance, where).toMatchObject({ pending: '0.00', reserved: '0.00', available: '9.00' })
  expect((await run(florin.verify())).ok, where).toBe(true)
}

test('a crash anywhere within a run is recovered from by the next, with the money moved once', async () => {
  const { process: whole } = await crashed(null)
  expect(whole.calls.length).toBeGreaterThan(10)
  for (let call = 1; call <= whole.calls.length; call++) {
    for (const when of ['before', 'after'] as const) {
      const { shop } = await crashed({ call, when })
      await whatHolds(shop, `${when} ${call}: ${whole.calls[call - 1]}`)
    }
  }
})

test('what an operator had begun is ended by its timer, where nobody else does', async () => {
  const plans = { daily: { mode: 'batch', approval: 'operator' } } as const
  const shop = await settling(plans)
  await shop.pay()
  const { id } = await settleNow(shop)
  const process = mortal(shop.runtime, { call: 2, when: 'after' })
  const dying = await shop.another({ ...process.parts, options: { merchants: { [MERCHANT]: { settlement: plans } } } })
  process.arm()
  await process.live(dying.settlements.approve(id, { by: 'op_1' }))
  expect(await newest(shop)).toMatchObject({ state: 'approved' })
  await shop.advance(61_000)
  await shop.tick()
  expect(await newest(shop)).toMatchObject({ state: 'completed', paid: '97.75' })
})

test('money that leaves between calculation and move is not paid', async () => {
  const shop = await settling(BATCH)
  const one = await shop.pay()
  let refunded = false
  const slow = await shop.another({
    options: { merchants: { [MERCHANT]: { settlement: BATCH } } },
    storage: (inner) => ({
      ...inner,
      load: async (table, keys) => {
        const found = await inner.load(table, keys)
        if (table.name === 'accounts' && !refunded) {
          refunded = true // what it has just read is old now
          await shop.florin.payments.refund(one.id, { amount: '80.00' })
        }
        return found
      },
    }),
  })
  await shop.run(slow.settlements.run({ plan: 'daily' }))
  expect(await newest(shop)).toMatchObject({ state: 'completed', due: '97.75', paid: '17.75', carriedOut: '80.00' })
  expect(await settleNow(shop)).toMatchObject({ refunds: '-80.00', due: '0.00', paid: '0.00' })
  expect((await shop.run(shop.florin.verify())).ok).toBe(true)
})

describe('a settlement of many lines', () => {
  const LINES = 11_500

  /** Captures by the thousand, as a storage sees them: a cent each. */
  const fill = async (shop: World): Promise<void> => {
    const { runtime, inner } = shop
    const committer = createCommitter({ storage: inner, runtime })
    const at = runtime.clock.now()
    const change = (index: number): Change => {
      const subject = `capture_${index}`
      const money = { debit: receivable('sandbox', 'main', 'EUR'), credit: pendingOf(null, 'EUR'), amount: 1n }
      const { guards, digest } = ledgerTransaction({
        ...{ merchant: MERCHANT, reference: `${subject}/capture`, subject, type: 'capture' },
        ...{ effectiveAt: at, recordedAt: at, postings: [{ ...money, currency: 'EUR', phase: 'posted' }] },
      })
      const told = { merchant: MERCHANT, subject, version: 1, id: runtime.ids.make('evt'), type: 'test.captured', at }
      return { guards, effects: [appendEvent({ ...told, data: {}, ledger: digest })] }
    }
    for (let from = 0; from < LINES; from += 1_000) {
      const some = Array.from({ length: Math.min(1_000, LINES - from) }, (_, index) => change(from + index))
      await shop.run(Promise.all(some.map((one) => committer.commit(one, { lane: 'outcome', merchant: MERCHANT }))))
    }
  }

  test('that dies in the middle goes on from there, also after it was held', async () => {
    const shop = await settling(BATCH)
    await fill(shop)
    const process = mortal(shop.runtime, { call: 1, when: 'after' })
    let counting = false
    const dying = await shop.another({
      ...process.parts,
      options: { merchants: { [MERCHANT]: { settlement: BATCH } } },
      storage: (inner) => {
        const mine = process.parts.storage?.(inner) ?? inner
        return {
          ...mine,
          commit: (batch) => {
            if (!counting) process.arm()
            counting = true
            return mine.commit(batch)
          },
        }
      },
    })
    await process.live(dying.settlements.run({ plan: 'daily' }))
    const left = await newest(shop)
    expect(left).toMatchObject({ state: 'calculating' })
    expect(left.lines).toBeGreaterThanOrEqual(10_000)
    expect(left.lines).toBeLessThan(LINES)
    expect(await shop.refusal(shop.florin.settlements.statement(left.id))).toMatchObject({ code: 'invalid_state' })
    await shop.run(shop.florin.settlements.hold(left.id, { by: 'op_1' }))
    const done: SettlementView = await shop.run(shop.florin.settlements.release(left.id, { by: 'op_1' }))
    expect(done).toMatchObject({ state: 'completed', lines: LINES, captures: '115.00', paid: '115.00' })
  })
})
