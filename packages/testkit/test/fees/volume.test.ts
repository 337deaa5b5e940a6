import type { FeeSchedule } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audit, recover } from '../audit.ts'
import { mortal } from '../mortal.ts'
import { type AccountCells, type AttemptCells, rows } from '../rows.ts'
import { type World, type WorldOptions, world } from '../world.ts'

/*
 * Where fees by a month's volume can break, and what is right:
 *   captures at the same time           each goes by what was committed before it was recorded; all of them are counted
 *   two servers                         both count in the same place, in the commits of the captures
 *   a crash anywhere within a sale      it is counted with its capture, once, or not at all
 *   the volume cannot be read           the answer waits and is recorded by recovery: no fee is guessed
 *   a capture fails after all           it counts no more, in its own month, though that is over
 *   the month turns                     the next one begins at nothing, on the clocks of the schedule's zone
 *   a true-up later in the month        goes by the volume that counted then
 */

const DAY_MS = 86_400_000

const graduated = (more: Partial<FeeSchedule> = {}): FeeSchedule => ({
  rules: [
    {
      name: 'all',
      percent: '3',
      volume: {
        mode: 'graduated',
        tiers: [
          { from: { EUR: '200.00' }, percent: '2' },
          { from: { EUR: '500.00' }, percent: '1' },
        ],
      },
    },
  ],
  ...more,
})

const whole: FeeSchedule = {
  rules: [{ name: 'all', percent: '3', volume: { mode: 'whole', tiers: [{ from: { EUR: '200.00' }, percent: '1' }] } }],
}

const open = async (schedule: FeeSchedule, given: WorldOptions = {}): Promise<World> => {
  const w = await world(given)
  await w.run(w.florin.fees.set(schedule, { expect: 0 }))
  return w
}

const feeOf = async (w: World, amount = '100.00'): Promise<string> => {
  const { id } = await w.pay({ amount })
  return (await w.run(w.florin.fees.of(id))).fee
}

const volumeOf = async (w: World, month?: string): Promise<unknown> =>
  (await w.run(w.florin.fees.volume(month === undefined ? {} : { month }))).volumes

describe('a fee by the month’s volume', () => {
  test('goes by what was captured before it, and ledger, event and view name tier and volume', async () => {
    const w = await open(graduated())
    const { month } = await w.run(w.florin.fees.volume())
    expect(await feeOf(w, '150.00')).toBe('4.50')
    const { id } = await w.pay({ amount: '100.00' })
    expect(await w.run(w.florin.fees.of(id))).toMatchObject({
      fee: '2.50', // 50.00 at 3 %, and 50.00 at 2 %
      bookings: [{ rule: 'all', schedule: 1, volume: { month, before: '150.00', tier: '0.00' } }],
    })
    const { entries } = await w.run(w.florin.payments.timeline(id))
    const captured = entries.find((entry) => entry.type === 'payment.captured')
    expect(captured?.data).toMatchObject({ feeMonth: month, feeVolume: '150.00', feeTier: '0.00' })
    expect(await feeOf(w, '300.00')).toBe('5.50')
    expect(await volumeOf(w)).toEqual([{ currency: 'EUR', amount: '550.00' }])
    expect(await w.run(w.florin.fees.quote({ amount: '10.00', currency: 'EUR' }))).toMatchObject({
      fee: '0.10',
      volume: { month, before: '550.00', tier: '500.00' },
    })
    const asked = { amount: '10.00', currency: 'EUR', volume: '195.00' }
    expect(await w.run(w.florin.fees.quote(asked))).toMatchObject({
      fee: '0.25',
      volume: { before: '195.00', tier: '0.00' },
      parts: [{ amount: '0.15' }, { amount: '0.10' }],
    })
    await audit(w)
  })

  test('of a whole tier is the one that the month had reached', async () => {
    const w = await open(whole)
    expect([await feeOf(w, '199.99'), await feeOf(w), await feeOf(w)]).toEqual(['6.00', '3.00', '1.00'])
  })

  test('of captures in whatever order is that of the month, to the rounding of its parts', async () => {
    const cents = fc.integer({ min: 1, max: 40_000 })
    const property = fc.asyncProperty(fc.array(cents, { minLength: 1, maxLength: 6 }), async (amounts) => {
      const w = await open(graduated())
      let sum = 0
      for (const amount of amounts) sum += Number(await feeOf(w, (amount / 100).toFixed(2)))
      const all = amounts.reduce((total, amount) => total + amount, 0)
      const naive =
        Math.min(all, 20_000) * 3 + Math.max(0, Math.min(all, 50_000) - 20_000) * 2 + Math.max(0, all - 50_000)
      const parts = amounts.length + 2 // each tier's edge lies in one capture at most
      expect(Math.abs(Math.round(sum * 100) - naive / 100)).toBeLessThanOrEqual(parts / 2)
    })
    await fc.assert(property, { numRuns: 15 })
  })

  test('of captures at once goes by what was committed before each, and all are counted', async () => {
    const w = await open(whole)
    const other = await w.another()
    const method = { type: 'card', token: 'tok_approve' } as const
    const pay = (index: number) =>
      (index % 2 === 0 ? w.florin : other).payments.create({
        reference: `at-once-${index}`,
        amount: '100.00',
        currency: 'EUR',
        method,
      })
    const paid = await w.run(Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(pay)))
    const booked = await Promise.all(paid.map(({ id }) => w.run(w.florin.fees.of(id))))
    const seen = booked.flatMap(({ bookings }) => bookings.map((one) => ({ fee: one.fee, ...one.volume })))
    expect(seen).toHaveLength(8)
    // None goes by more than there is, and the fee follows from what it names.
    for (const { fee, before } of seen) {
      expect(Number(before)).toBeLessThanOrEqual(700)
      expect(fee).toBe(Number(before) >= 200 ? '1.00' : '3.00')
    }
    expect(await volumeOf(w)).toEqual([{ currency: 'EUR', amount: '800.00' }])
    expect(await feeOf(w)).toBe('1.00')
    await audit(w)
  })

  test('counts where another server has captured', async () => {
    const w = await open(whole)
    await w.pay({ amount: '200.00' })
    const other = await w.another()
    const method = { type: 'card', token: 'tok_approve' } as const
    const { id } = await w.run(other.payments.create({ reference: 'there', amount: '100.00', currency: 'EUR', method }))
    expect((await w.run(other.fees.of(id))).fee).toBe('1.00')
    await w.pay({ amount: '50.00' })
    expect(await volumeOf(w)).toEqual([{ currency: 'EUR', amount: '350.00' }])
  })

  test('is of its own currency, and of its own merchant', async () => {
    const w = await open(whole)
    await w.pay({ amount: '500.00', currency: 'USD' })
    await w.run(w.florin.for('mer_b').fees.set(whole, { expect: 0 }))
    expect(await feeOf(w)).toBe('3.00')
    expect(await volumeOf(w)).toEqual([
      { currency: 'EUR', amount: '100.00' },
      { currency: 'USD', amount: '500.00' },
    ])
    expect((await w.run(w.florin.for('mer_b').fees.volume())).volumes).toEqual([])
  })
})

describe('a month', () => {
  test('begins at nothing, on the clocks of the schedule’s zone', async () => {
    const w = await open({ zone: 'Pacific/Auckland', ...whole })
    const now = new Date(w.runtime.clock.now())
    const { month } = await w.run(w.florin.fees.volume())
    const local = (at: number): string =>
      new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Auckland', year: 'numeric', month: '2-digit' }).format(at)
    expect(month).toBe(local(now.getTime()))
    await w.pay({ amount: '500.00' })
    expect(await feeOf(w)).toBe('1.00')
    let turn = now.getTime()
    while (local(turn) === month) turn += 3_600_000
    await w.advance(turn - w.runtime.clock.now() - 3_600_000)
    expect(await feeOf(w)).toBe('1.00')
    await w.advance(3_600_000)
    expect(await feeOf(w)).toBe('3.00')
    expect(await volumeOf(w, month)).toEqual([{ currency: 'EUR', amount: '700.00' }])
    expect(await volumeOf(w)).toEqual([{ currency: 'EUR', amount: '100.00' }])
    await audit(w)
  })

  test('is counted from the announcement of the version that goes by it', async () => {
    const w = await open({ rules: [{ name: 'flat', percent: '2' }] })
    await w.pay({ amount: '300.00' })
    await w.run(w.florin.fees.set(whole, { expect: 1 }))
    expect(await feeOf(w, '250.00')).toBe('5.00')
    expect(await volumeOf(w)).toEqual([{ currency: 'EUR', amount: '250.00' }])
    await w.advance(300_000)
    expect(await feeOf(w)).toBe('1.00')
  })
})

describe('what is counted', () => {
  test('is no more where the capture fails after all, also when its month is over', async () => {
    const w = await open(whole, { webhooks: true })
    const { month } = await w.run(w.florin.fees.volume())
    const { id } = await w.pay({ amount: '250.00' })
    const capture = (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === 'capture')
    await w.advance(32 * DAY_MS)
    w.acquirer.dashboard.failCapture(capture?.id ?? '')
    for (let turn = 0; turn < 3; turn++) {
      await w.advance(60_000)
      await w.tick()
    }
    expect((await w.get(id)).captured).toBe('0.00')
    expect(await volumeOf(w, month)).toEqual([{ currency: 'EUR', amount: '0.00' }])
    const counted = (await rows<AccountCells>(w.inner, 'accounts')).filter((one) =>
      one.account.startsWith('volume/counted/'),
    )
    expect(counted.map((one) => one.debitsPosted - one.creditsPosted)).toEqual([0n])
    expect((await w.run(w.florin.fees.of(id))).fee).toBe('0.00')
  })

  test('is no more where a sale is returned, and is again where it is presented again', async () => {
    const w = await open(whole, { webhooks: true })
    await w.pay({ amount: '250.00', method: { type: 'redirect', token: 'tok_approve' } })
    const sale = (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === 'sale')?.id ?? ''
    const deliver = async (): Promise<unknown> => {
      await w.advance(100)
      return volumeOf(w)
    }
    expect(await deliver()).toEqual([{ currency: 'EUR', amount: '250.00' }])
    w.acquirer.dashboard.returnSale(sale)
    expect(await deliver()).toEqual([{ currency: 'EUR', amount: '0.00' }])
    w.acquirer.dashboard.representSale(sale)
    expect(await deliver()).toEqual([{ currency: 'EUR', amount: '250.00' }])
    w.acquirer.dashboard.returnSale(sale)
    expect(await deliver()).toEqual([{ currency: 'EUR', amount: '0.00' }])
    await audit(w)
  })

  test('survives a crash anywhere within a sale: counted with its capture, once', async () => {
    for (let call = 1, dead = true; dead; call++) {
      for (const when of ['before', 'after'] as const) {
        const w = await open(whole)
        await w.pay({ amount: '200.00' })
        const process = mortal(w.runtime, { call, when })
        const florin = await w.another(process.parts)
        process.arm()
        const method = { type: 'card', token: 'tok_approve' } as const
        const sale = { reference: 'crash', amount: '30.00', currency: 'EUR', method }
        await process.live(florin.payments.create(sale))
        dead = process.isDead()
        await recover(w)
        await w.run(w.florin.payments.create(sale))
        await recover(w)
        await audit(w)
        expect([call, when, await volumeOf(w)]).toEqual([call, when, [{ currency: 'EUR', amount: '230.00' }]])
        expect(dead || call > 4).toBe(true)
      }
    }
  })

  test('stays with a refund, and is a count: the merchant’s money is what it would be without', async () => {
    const w = await open(whole)
    const { id } = await w.pay({ amount: '250.00' })
    await w.run(w.florin.payments.refund(id))
    expect(await volumeOf(w)).toEqual([{ currency: 'EUR', amount: '250.00' }])
    const { data } = await w.run(w.florin.ledger.balances())
    expect(data.find((one) => one.account === 'merchant/pending/EUR')?.posted).toBe('-7.50')
    await audit(w)
  })

  test('is nothing for merchants whose fees do not go by it', async () => {
    const w = await open({ rules: [{ name: 'flat', percent: '2' }] })
    await w.pay()
    expect((await rows<AccountCells>(w.inner, 'accounts')).filter((one) => one.account.startsWith('volume/'))).toEqual(
      [],
    )
  })
})

test('a fee that is trued up later goes by the volume that counted then', async () => {
  const interchange = { estimate: { percent: '1' } }
  const [rule] = whole.rules
  const w = await open({ rules: [{ ...rule, name: 'all', percent: '3', interchange }] }, { gateway: silent })
  const { id } = await w.pay()
  const capture = (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === 'capture')?.id ?? ''
  await w.pay({ amount: '500.00' })
  await w.run(w.florin.fees.trueUp(id, { attempt: capture, cost: '0.40' }))
  expect((await w.run(w.florin.fees.of(id))).fee).toBe('3.40')
})

/** A gateway that leaves what it charges to its reports. */
const silent: NonNullable<WorldOptions['gateway']> = (inner) => ({
  ...inner,
  read: (response, command) => {
    const answer = inner.read(response, command)
    return answer.effect === 'applied' ? { ...answer, cost: undefined } : answer
  },
})

test('while the volume cannot be read, no fee is guessed: the answer is recorded by recovery', async () => {
  let broken = false
  const storage = (inner: Storage): Storage => ({
    ...inner,
    load: (table, keys) =>
      broken && table.name === 'accounts' ? Promise.reject(new Error('cannot be read')) : inner.load(table, keys),
  })
  const w = await open(whole, { storage })
  await w.pay({ amount: '250.00' })
  broken = true
  const { id } = await w.pay()
  expect((await w.get(id)).status).toBe('processing')
  broken = false
  for (let turn = 0; turn < 4; turn++) {
    await w.advance(60_000)
    await w.tick()
  }
  expect((await w.run(w.florin.fees.of(id))).fee).toBe('1.00')
  await audit(w)
})
