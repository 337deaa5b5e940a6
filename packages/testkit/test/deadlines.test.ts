import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { card, order, type World, world } from './world.ts'

const attemptIds = async (w: World) => (await rows<{ id: string }>(w.inner, 'attempts')).map((one) => one.id)

describe('the caller’s deadline is not the call’s', () => {
  test('a slow gateway: `processing` after the deadline, and the payment succeeds by itself', async () => {
    const w = await world()
    const started = w.runtime.clock.now()
    const payment = await w.pay({ method: card('tok_slow') })
    expect(payment).toMatchObject({ status: 'processing', coarseStatus: 'PROCESSING' })
    const waited = w.runtime.clock.now() - started
    expect(waited).toBeGreaterThanOrEqual(10_000)
    expect(waited).toBeLessThan(10_200)
    await w.advance(5_100)
    expect((await w.get(payment.id)).status).toBe('succeeded') // no tick: the call itself went on
    await audit(w)
  })

  test('is an option', async () => {
    const w = await world({ options: { timings: { callerDeadlineMs: 500 } } })
    w.acquirer.fail({ how: 'slow', ms: 900, when: { operation: 'refund' } })
    const { id } = await w.pay()
    const started = w.runtime.clock.now()
    const payment = await w.run(w.florin.payments.refund(id))
    expect(payment.refundState).toBe('pending')
    expect(w.runtime.clock.now() - started).toBeLessThan(700)
    await w.advance(500)
    expect((await w.get(id)).refundState).toBe('full')
    await audit(w)
  })

  test('also while an earlier outcome has to be asked for first', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay({ capture: 'manual' })
    w.acquirer.fail({ how: 'slow', ms: 60_000, when: { operation: 'charge' } })
    const started = w.runtime.clock.now()
    expect(await w.refusal(w.florin.payments.capture(id))).toMatchObject({ code: 'attempt_open' })
    expect(w.runtime.clock.now() - started).toBeLessThan(10_500)
    await w.advance(60_000)
    expect(await w.run(w.florin.payments.capture(id))).toMatchObject({ status: 'succeeded' })
    await audit(w)
  })

  test('a call that outlasts even its own deadline is unknown, and found out', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'slow', ms: 200_000, when: { operation: 'charge' } })
    const payment = await w.pay()
    expect(payment.status).toBe('processing')
    await w.advance(300_000)
    await recover(w)
    expect((await w.get(payment.id)).status).toBe('succeeded')
    await audit(w)
  })
})

describe('a call in flight is left alone', () => {
  test('by the same process, however often it ticks', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'slow', ms: 60_000, when: { operation: 'charge' } })
    const payment = await w.pay()
    for (let i = 0; i < 45; i++) {
      await w.advance(1_000)
      await w.tick()
    }
    const [id = ''] = await attemptIds(w)
    expect(w.acquirer.effects(id).requests).toBe(1)
    await w.advance(10_000)
    await recover(w)
    expect((await w.get(payment.id)).status).toBe('succeeded')
    await audit(w)
  })

  test.each(['start', 'tick'] as const)('by another process, while the first renews its lease by %s', async (how) => {
    const w = await world()
    const other = await w.another()
    if (how === 'start') w.florin.start()
    w.acquirer.fail({ how: 'slow', ms: 60_000, when: { operation: 'charge' } })
    const payment = await w.pay()
    for (let i = 0; i < 45; i++) {
      await w.advance(1_000)
      if (how === 'tick') await w.tick()
      await w.run(other.tick())
    }
    const [id = ''] = await attemptIds(w)
    expect(w.acquirer.effects(id).requests).toBe(1)
    await w.advance(10_000)
    await recover(w)
    expect((await w.get(payment.id)).status).toBe('succeeded')
    await audit(w)
    await w.run(w.florin.close())
  })

  test('until its lease ran out: another process resolves it, under the same key, and nothing happens twice', async () => {
    const w = await world()
    const other = await w.another()
    w.acquirer.fail({ how: 'slow', ms: 60_000, when: { operation: 'charge' } })
    const payment = await w.pay() // this process neither ticks nor renews: as if it hung
    for (let i = 0; i < 80; i++) {
      await w.advance(1_000)
      await w.run(other.tick())
    }
    expect((await w.get(payment.id)).status).toBe('succeeded')
    for (const id of await attemptIds(w)) expect(w.acquirer.effects(id).effects).toBe(1)
    await audit(w)
  })
})

test('a call that a report overtakes is settled for good: its renewed lease puts nothing back into the queue of recovery', async () => {
  const w = await world({ webhooks: true })
  w.acquirer.fail({ how: 'slow', ms: 60_000, when: { operation: 'charge' } })
  const payment = await w.pay()
  for (let i = 0; i < 45; i++) {
    await w.advance(1_000) // the report comes at once, the answer after a minute
    await w.tick()
  }
  expect((await w.get(payment.id)).status).toBe('succeeded')
  for (const { state, due } of await rows<AttemptCells>(w.inner, 'attempts')) {
    expect({ state, due }).toEqual({ state: 'applied', due: null })
  }
  await w.advance(60_000)
  await audit(w)
})

test('three processes that tick at once never double anything', async () => {
  const w = await world()
  const florins = [w.florin, await w.another(), await w.another()]
  const faults = ['drop_after', 'error_500_after', 'cut_body', 'error_500_before'] as const
  for (const [i, how] of faults.entries()) {
    w.acquirer.fail({ how, when: { operation: 'charge' } })
    await w.pay(order({ capture: i % 2 === 0 ? 'automatic' : 'manual' }))
  }
  const paid = await w.pay({ capture: 'manual' })
  w.acquirer.fail({ how: 'drop_after', when: { operation: 'capture' } })
  await w.run(w.florin.payments.capture(paid.id, { amount: '10.00', final: false }))
  for (let i = 0; i < 12; i++) {
    await w.run(Promise.all(florins.map((florin) => florin.tick())))
    await w.advance(8_000)
  }
  await recover(w)
  for (const id of await attemptIds(w)) expect(w.acquirer.effects(id).effects).toBe(1)
  expect(w.errors).toEqual([])
  await audit(w)
})

test('close lets what is on its way end', async () => {
  const w = await world()
  const payment = await w.pay({ method: card('tok_slow') })
  const closed = w.florin.close()
  await w.run(closed)
  const [row] = await rows<{ id: string; status: string }>(w.inner, 'payments').catch(() => [])
  expect(row?.status ?? 'closed').toMatch(/succeeded|closed/)
  expect(await w.refusal(w.florin.payments.get(payment.id))).toMatchObject({ code: 'closed' })
})
