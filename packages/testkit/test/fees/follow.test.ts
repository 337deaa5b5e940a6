import type { FeeRule } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from '../audit.ts'
import { mortal } from '../mortal.ts'
import { type AttemptCells, rows } from '../rows.ts'
import { type World, type WorldOptions, world } from '../world.ts'

/*
 * What follows a fee later, where it can break, and what is right:
 *   a refund's answer is lost, or told twice     the fee is given back with the refund, in its commit, once
 *   refunds in many parts, one of them bounces   what was given back is always pro rata; nothing is left once all is refunded
 *   the capture itself is taken back               its fee goes with it, and what a refund had given back of it is not given twice
 *   the real cost is told twice, by two servers  the difference is booked once
 *   another cost is told later                   refused: a person corrects it
 *   crash while it is trued up                   told again, it is booked, once
 */

const withRule = async (rule: Partial<FeeRule>, given: WorldOptions = {}): Promise<World> => {
  const w = await world({ webhooks: true, ...given })
  await w.run(w.florin.fees.set({ rules: [{ name: 'all', percent: '2.9', ...rule }] }, { expect: 0 }))
  return w
}

const feesOf = async (w: World, id: string) => w.run(w.florin.fees.of(id))
const typesOf = async (w: World, id: string): Promise<readonly string[]> =>
  (await w.run(w.florin.payments.timeline(id))).entries.map((entry) => entry.type)
const attempt = async (w: World, kind: string): Promise<string> =>
  (await rows<AttemptCells>(w.inner, 'attempts')).findLast((one) => one.kind === kind)?.id ?? ''

describe('the fee of a capture that is refunded', () => {
  test('is kept unless its rule says otherwise', async () => {
    const w = await withRule({})
    const { id } = await w.pay()
    await w.run(w.florin.payments.refund(id))
    expect(await feesOf(w, id)).toMatchObject({ fee: '2.90' })
    expect(await typesOf(w, id)).not.toContain('payment.fee_returned')
    await audit(w)
  })

  test('is given back pro rata, to the cent once all is refunded, in a transaction that names the rule', async () => {
    const w = await withRule({ onRefund: 'returned' })
    const { id } = await w.pay({ amount: '99.99' })
    expect(await feesOf(w, id)).toMatchObject({ fee: '2.90' })
    await w.run(w.florin.payments.refund(id, { amount: '33.33' }))
    expect(await feesOf(w, id)).toMatchObject({ fee: '1.93' }) // 2.90 × 33.33 / 99.99 = 0.9667
    await w.run(w.florin.payments.refund(id, { amount: '33.33' }))
    await w.run(w.florin.payments.refund(id))
    const { fee, bookings } = await feesOf(w, id)
    expect(fee).toBe('0.00')
    expect(bookings).toHaveLength(4)
    for (const one of bookings) expect(one).toMatchObject({ rule: 'all', schedule: 1 })
    const { entries } = await w.run(w.florin.payments.timeline(id))
    const returned = entries.filter((entry) => entry.type === 'payment.fee_returned')
    expect(returned.map((entry) => entry.data)).toMatchObject([
      { returned: '0.97' },
      { returned: '0.96' },
      { returned: '0.97' },
    ])
    await audit(w)
  })

  test('is taken again when the refund bounces, and given back when it is paid after all', async () => {
    const w = await withRule({ onRefund: 'returned' })
    const { id } = await w.pay()
    await w.advance(10)
    await w.run(w.florin.payments.refund(id, { amount: '50.00' }))
    expect(await feesOf(w, id)).toMatchObject({ fee: '1.45' })
    w.acquirer.dashboard.failRefund(await attempt(w, 'refund'))
    await w.advance(10)
    expect(await feesOf(w, id)).toMatchObject({ fee: '2.90' })
    await recover(w)
    await auditAlways(w)
  })

  test('goes once with its capture that is taken back, also where that is heard of before its refund bounced', async () => {
    const w = await withRule({ onRefund: 'returned' }, { webhooks: false })
    const told: Parameters<Parameters<World['acquirer']['onWebhook']>[0]>[0][] = []
    w.acquirer.onWebhook((delivery) => void told.push(delivery))
    const { id } = await w.pay()
    const capture = await attempt(w, 'capture')
    await w.run(w.florin.payments.refund(id))
    await w.advance(10)
    const done = told.length
    w.acquirer.dashboard.failRefund(await attempt(w, 'refund'))
    await w.advance(10)
    w.acquirer.dashboard.failCapture(capture)
    await w.advance(10)
    const hear = async (delivery: (typeof told)[number]): Promise<string> => {
      await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery }))
      await w.tick()
      return (await feesOf(w, id)).fee
    }
    for (const delivery of told.splice(done).reverse()) expect(await hear(delivery)).toBe('0.00')
    expect(await w.get(id)).toMatchObject({ captured: '0.00', refunded: '0.00' })
    w.acquirer.dashboard.recapture(capture)
    await w.advance(10)
    for (const delivery of told.splice(done)) expect(await hear(delivery)).toBe('2.90')
    await recover(w)
    await auditAlways(w)
  })

  test('is given back for a refund in the dashboard too, and to each seller of a checkout', async () => {
    const w = await withRule({ onRefund: 'returned' })
    const orders = [
      { reference: 'a', seller: 'ann', amount: '75.00' },
      { reference: 'b', seller: 'bob', amount: '25.00' },
    ]
    const { id } = await w.pay({ orders })
    await w.advance(10)
    const [charge] = w.acquirer.books().charges
    w.acquirer.dashboard.refund(charge?.id ?? '', 10_000n)
    await w.advance(1_000)
    await w.tick()
    expect(await w.get(id)).toMatchObject({ refunded: '100.00' })
    expect(await feesOf(w, id)).toMatchObject({ fee: '0.00' })
    const { data } = await w.run(w.florin.ledger.balances({ under: 'seller' }))
    expect(data.map((one) => one.posted)).toEqual(['0.00', '0.00'])
    await audit(w)
  })
})

/** A gateway that says what it charges with its answer, as Stripe does, or leaves that to its reports, as Adyen does. */
const costing =
  (cost: bigint | undefined) =>
  (inner: SandboxGateway): Gateway => ({
    ...inner,
    read: (response, command) => {
      const answer = inner.read(response, command)
      return answer.effect === 'applied' && command.kind === 'capture' ? { ...answer, cost } : answer
    },
  })

describe('interchange++', () => {
  const SILENT = { gateway: costing(undefined) }
  const rule = { percent: '0.5', interchange: { estimate: { percent: '1', fixed: { EUR: '0.05' } } } }

  test('passes on what the gateway says that it charged', async () => {
    const w = await withRule(rule, { gateway: costing(88n) })
    const { id } = await w.pay()
    expect(await feesOf(w, id)).toMatchObject({ fee: '1.38', cost: '0.88', margin: '0.50' })
    expect(await w.run(w.florin.fees.margin())).toEqual([
      { currency: 'EUR', fees: '1.38', costs: '0.88', margin: '0.50' },
    ])
    expect(await w.run(w.florin.fees.trueUp(id, { attempt: await attempt(w, 'capture'), cost: '0.99' }))).toBeNull()
    await audit(w)
  })

  test.each([
    ['0.40', '0.90', '-0.65'],
    ['2.00', '2.50', '0.95'],
  ])('stands on its estimate until the cost is told: of %s the fee becomes %s', async (cost, fee, by) => {
    const w = await withRule(rule, SILENT)
    const { id } = await w.pay()
    expect(await feesOf(w, id)).toMatchObject({ fee: '1.55' })
    const input = { attempt: await attempt(w, 'capture'), cost }
    const other = await w.another()
    const told = await w.run(Promise.all([w.florin.fees.trueUp(id, input), other.fees.trueUp(id, input)]))
    expect(told.map((one) => one?.fee)).toEqual([fee, fee])
    expect(await w.run(w.florin.fees.trueUp(id, input))).toMatchObject({ fee })
    const types = await typesOf(w, id)
    expect(types.filter((type) => type === 'payment.fee_trued_up')).toHaveLength(1)
    const { entries } = await w.run(w.florin.payments.timeline(id))
    expect(entries.at(-1)?.data).toMatchObject({ fee, by, cost, feeRule: 'all', feeSchedule: 1 })
    const different = w.florin.fees.trueUp(id, { ...input, cost: '7.00' })
    expect(await w.refusal(different)).toMatchObject({ code: 'conflict' })
    await audit(w)
  })

  test('that was estimated right books nothing', async () => {
    const w = await withRule(rule, SILENT)
    const { id } = await w.pay()
    const input = { attempt: await attempt(w, 'capture'), cost: '1.05' }
    expect(await w.run(w.florin.fees.trueUp(id, input))).toMatchObject({ fee: '1.55', bookings: [{ type: 'capture' }] })
    expect((await feesOf(w, id)).bookings).toHaveLength(1)
    const foreign = w.florin.fees.trueUp(id, { attempt: 'att_none', cost: '1.05' })
    expect(await w.refusal(foreign)).toMatchObject({ code: 'not_found' })
  })

  test('is trued up by the rule that counted at its capture, not by a later one', async () => {
    const w = await withRule(rule, SILENT)
    const { id } = await w.pay()
    await w.run(w.florin.fees.set({ rules: [{ name: 'dear', percent: '50' }] }, { expect: 1 }))
    await w.advance(600_000)
    const input = { attempt: await attempt(w, 'capture'), cost: '0.40' }
    expect(await w.run(w.florin.fees.trueUp(id, input))).toMatchObject({ fee: '0.90' })
  })

  test('survives a crash anywhere within its truing up', async () => {
    for (let call = 1; call <= 8; call++) {
      const w = await withRule(rule, SILENT)
      const { id } = await w.pay()
      const input = { attempt: await attempt(w, 'capture'), cost: '0.40' }
      const process = mortal(w.runtime, { call, when: call % 2 === 0 ? 'before' : 'after' })
      const florin = await w.another(process.parts)
      process.arm()
      await process.live(florin.fees.trueUp(id, input))
      expect(['1.55', '0.90']).toContain((await feesOf(w, id)).fee)
      expect(await w.run(w.florin.fees.trueUp(id, input))).toMatchObject({ fee: '0.90' })
      await audit(w)
    }
  })

  test('goes back with the capture that is taken back, as it was trued up', async () => {
    const w = await withRule(rule, SILENT)
    const { id } = await w.pay()
    await w.advance(10)
    const capture = await attempt(w, 'capture')
    await w.run(w.florin.fees.trueUp(id, { attempt: capture, cost: '0.40' }))
    w.acquirer.dashboard.failCapture(capture)
    await w.advance(10)
    expect(await feesOf(w, id)).toMatchObject({ fee: '0.00' })
    await recover(w)
    await auditAlways(w)
  })
})

describe('a quote of a fee', () => {
  test('explains what a capture has, at that instant', async () => {
    const w = await withRule({ fixed: { EUR: '0.25' }, maximum: { EUR: '3.00' } })
    expect(await w.run(w.florin.fees.quote({ amount: '100.00', currency: 'EUR', method: 'card' }))).toEqual({
      object: 'fee_quote',
      amount: '100.00',
      currency: 'EUR',
      fee: '3.00',
      net: '97.00',
      rule: 'all',
      schedule: 1,
      onRefund: 'kept',
      estimated: false,
      volume: null,
      parts: [
        { what: 'percent', amount: '2.90' },
        { what: 'fixed', amount: '0.25' },
        { what: 'maximum', amount: '-0.15' },
      ],
    })
    const before = { amount: '1.00', currency: 'EUR', at: '2000-01-01T00:00:00Z' }
    expect(await w.run(w.florin.fees.quote(before))).toMatchObject({ fee: '0.00', rule: null, schedule: null })
    const wrong = w.florin.fees.quote({ amount: '1.001', currency: 'EUR' })
    expect(await w.refusal(wrong)).toMatchObject({ code: 'invalid_request' })
  })
})
