import type { FaultKind } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { cards, type FailoverWorld, failoverWorld, order } from './failover-world.ts'
import { mortal } from './mortal.ts'
import { runOn } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const QUEUE = { whenDown: 'queue' } as const

const down = (w: FailoverWorld): void => {
  w.first.pause()
  w.second.pause()
}
const up = (w: FailoverWorld): void => {
  w.first.resume()
  w.second.resume()
}
const pass = async (w: FailoverWorld, ms: number, turns = 1): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) {
    await w.advance(ms)
    await w.tick()
  }
}
const taken = (w: FailoverWorld): number =>
  [w.first, w.second].flatMap((one) => one.books().charges).filter((one) => one.captured > 0n).length

describe('while no gateway can be asked', () => {
  test('a payment is declined, unless somebody wants it to wait', async () => {
    const w = await failoverWorld()
    down(w)
    expect(await w.pay()).toMatchObject({ status: 'declined', decline: { class: 'unavailable' } })
    const parked = await w.pay(QUEUE)
    expect(parked).toMatchObject({ status: 'processing', coarseStatus: 'PROCESSING' })
    expect(parked.decline).toBeUndefined()
    expect(Date.parse(parked.parkedUntil ?? '') - w.runtime.clock.now()).toBe(HOUR_MS)
    expect(await w.story(parked.id)).toEqual(['payment.created', 'attempt.failed_over', 'payment.parked'])
  })

  test.each([
    ['the host', { options: QUEUE }],
    ['the merchant', { options: { merchants: { mer_default: QUEUE } } }],
  ])('%s may want that of every payment; a create may not', async (_, given) => {
    const w = await failoverWorld(given)
    down(w)
    expect((await w.pay()).status).toBe('processing')
    expect((await w.pay({ whenDown: 'fail' })).status).toBe('declined')
  })

  test('it waits, and is taken once one of them is back: once', async () => {
    const w = await failoverWorld({ options: QUEUE })
    down(w)
    const { id } = await w.pay()
    await pass(w, 10_000, 18)
    expect((await w.get(id)).status).toBe('processing')
    expect(taken(w)).toBe(0)
    w.second.resume()
    await pass(w, 10_000, 12)
    const payment = await w.get(id)
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second', captured: '100.00' })
    expect(payment.parkedUntil).toBeUndefined()
    expect(await w.story(id)).toContain('payment.unparked')
    await w.end()
    expect(taken(w)).toBe(1)
    expect(w.errors).toEqual([])
  })

  test('it makes no attempts while the breakers are open', async () => {
    const w = await failoverWorld({ options: QUEUE })
    down(w)
    for (let i = 0; i < 6; i++) await w.pay({ whenDown: 'fail' })
    const { id } = await w.pay()
    await pass(w, 2_000, 2)
    expect(await w.charges(id)).toHaveLength(1)
    up(w)
    await pass(w, 10_000, 30)
    expect((await w.get(id)).status).toBe('succeeded')
    await w.end()
  })

  test('a decline that it meets then is its answer', async () => {
    const w = await failoverWorld({ options: QUEUE })
    down(w)
    const { id } = await w.pay({ method: cards('tok_stolen_card', 'tok_stolen_card') })
    up(w)
    await pass(w, 15_000, 3)
    expect(await w.get(id)).toMatchObject({ status: 'declined', decline: { class: 'hard' } })
    await w.end()
  })

  test('it may have to be authenticated then: the buyer is asked to act', async () => {
    const w = await failoverWorld({ options: QUEUE })
    down(w)
    const { id } = await w.pay({ method: cards('tok_3ds', 'tok_3ds') })
    up(w)
    await pass(w, 15_000, 3)
    expect(await w.get(id)).toMatchObject({ status: 'requires_action', action: { type: 'redirect' } })
  })

  test('only the gateway that the host named is waited for', async () => {
    const w = await failoverWorld({ options: QUEUE })
    w.first.pause()
    const { id } = await w.pay({ gateway: 'first' })
    expect((await w.get(id)).status).toBe('processing')
    await pass(w, 10_000, 6)
    expect(w.second.books().charges).toEqual([])
    w.first.resume()
    await pass(w, 10_000, 12)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', gateway: 'first' })
    await w.end()
  })
})

describe('a payment that waits', () => {
  const parked = async (given: Parameters<typeof failoverWorld>[0] = {}, key?: string) => {
    const w = await failoverWorld({ options: QUEUE, ...given })
    down(w)
    const input = order()
    const create = () => w.run(w.florin.payments.create(input, key === undefined ? {} : { idempotencyKey: key }))
    const { id, status } = await create()
    expect(status).toBe('processing')
    return { w, id, create }
  }

  test('is declined at its deadline, and takes nothing after it', async () => {
    const { w, id } = await parked({ options: { ...QUEUE, timings: { parkedForMs: 5 * MINUTE_MS } } })
    await pass(w, 30_000, 9)
    expect((await w.get(id)).status).toBe('processing')
    await pass(w, 30_000, 3)
    expect(await w.get(id)).toMatchObject({ status: 'declined', decline: { class: 'unavailable', next: 'try_again' } })
    up(w)
    await pass(w, MINUTE_MS, 10)
    expect((await w.get(id)).status).toBe('declined')
    expect(taken(w)).toBe(0)
    await w.end()
  })

  test('waits no longer than it may be paid', async () => {
    const { w, id } = await parked({ options: { ...QUEUE, timings: { paymentExpiryMs: 2 * MINUTE_MS } } })
    expect((await w.get(id)).parkedUntil).toBe((await w.get(id)).expiresAt)
    await pass(w, 30_000, 6)
    expect(['expired', 'declined']).toContain((await w.get(id)).status)
    up(w)
    await pass(w, MINUTE_MS, 3)
    expect((await w.get(id)).status).toBe('expired')
    expect(taken(w)).toBe(0)
    await w.end()
  })

  test('shows itself to repetitions of its create; what becomes of it is frozen', async () => {
    const { w, id, create } = await parked({}, 'once')
    expect(await create()).toMatchObject({ id, status: 'processing' })
    up(w)
    await pass(w, 10_000, 3)
    const first = await create()
    expect(first).toMatchObject({ id, status: 'succeeded' })
    await w.run(w.florin.payments.refund(id))
    expect(await create()).toEqual(first)
    await w.end()
  })

  test('that nobody took in time has its create answered with that', async () => {
    const { w, id, create } = await parked({ options: { ...QUEUE, timings: { parkedForMs: MINUTE_MS } } }, 'late')
    await pass(w, 30_000, 4)
    expect(await create()).toMatchObject({ id, status: 'declined' })
    up(w)
    await w.run(w.florin.payments.retry(id, { method: cards() }))
    expect((await w.get(id)).status).toBe('succeeded')
    expect(await create()).toMatchObject({ id, status: 'declined' })
    await w.end()
  })

  test('is canceled at once, without anybody being asked', async () => {
    const { w, id } = await parked()
    expect(await w.run(w.florin.payments.cancel(id))).toMatchObject({ status: 'canceled' })
    expect((await w.get(id)).parkedUntil).toBeUndefined()
    up(w)
    await pass(w, MINUTE_MS, 5)
    expect((await w.get(id)).status).toBe('canceled')
    expect(taken(w)).toBe(0)
    await w.end()
  })

  test('may be retried with another card meanwhile: one charge is made', async () => {
    const { w, id } = await parked()
    up(w)
    expect((await w.run(w.florin.payments.retry(id, { method: cards() }))).status).toBe('succeeded')
    await pass(w, MINUTE_MS, 5)
    expect(taken(w)).toBe(1)
    await w.end()
  })

  test.each(['drop_after', 'error_500_after', 'cut_body'] as const)(
    'and meets an outcome that nobody knows (%s) does not wait any more: the truth is found',
    async (how: FaultKind) => {
      const { w, id } = await parked()
      up(w)
      w.first.fail({ how, when: { operation: 'charge' } })
      await pass(w, 12_000, 2)
      await w.end()
      expect((await w.get(id)).status).toBe('succeeded')
      expect(taken(w)).toBe(1)
    },
  )

  test('is tried by one of several processes at a time', async () => {
    const { w, id } = await parked()
    const others = [await w.another(), await w.another()]
    up(w)
    for (let turn = 0; turn < 12; turn++) {
      await w.advance(5_000)
      await w.run(Promise.all([w.florin, ...others].map((one) => one.tick())))
    }
    expect((await w.get(id)).status).toBe('succeeded')
    expect(await w.charges(id)).toHaveLength(3) // both gateways at first, and one of them once it was back
    await w.end()
    expect(taken(w)).toBe(1)
  })
})

describe('kill -9 while a parked payment is tried', () => {
  const attempt = async (call: number, when: 'before' | 'after'): Promise<boolean> => {
    const w = await failoverWorld({ options: QUEUE })
    down(w)
    const { id } = await w.pay()
    up(w)
    await w.advance(30_000)
    const process = mortal(w.runtime, { call, when })
    const doomed = await runOn(w.runtime, w.another(process.parts as Parameters<typeof w.another>[0]))
    process.arm()
    await process.live(doomed.tick())
    if (!process.isDead()) return false
    await w.advance(200_000)
    await w.end()
    await pass(w, MINUTE_MS, 5)
    expect((await w.get(id)).status).toBe('succeeded')
    expect(taken(w)).toBe(1)
    return true
  }

  test.each(['before', 'after'] as const)('%s any call of a port: it is charged once', async (when) => {
    let call = 1
    while (await attempt(call, when)) call += 1
    expect(call).toBeGreaterThan(8)
  })
})
