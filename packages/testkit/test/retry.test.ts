import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { card, type World, world } from './world.ts'

const payload = (w: World, at = 0, result: 'pass' | 'fail' = 'pass') => ({
  payload: w.acquirer.challenge(w.acquirer.books().charges[at]?.id ?? '', result).payload,
})

describe('retry', () => {
  test('after a decline is another attempt on the same payment', async () => {
    const w = await world()
    const first = await w.pay({ method: card('tok_do_not_honor') })
    const second = await w.run(w.florin.payments.retry(first.id, { method: card('tok_insufficient_funds') }))
    expect(second).toMatchObject({ id: first.id, status: 'declined', decline: { code: 'insufficient_funds' } })
    const third = await w.run(w.florin.payments.retry(first.id, { method: card('tok_approve_amex') }))
    expect(third).toMatchObject({ id: first.id, status: 'succeeded', method: { network: 'amex' } })
    expect(third.decline).toBeUndefined()
    await audit(w)
  })

  test('by another method', async () => {
    const w = await world()
    const { id } = await w.pay({ method: card('tok_do_not_honor') })
    const method = { type: 'bank_transfer', token: 'tok_approve' } as const
    expect(await w.run(w.florin.payments.retry(id, { method }))).toMatchObject({
      status: 'succeeded',
      method: { type: 'bank_transfer' },
    })
    await audit(w)
  })

  test.each(['succeeded', 'authorized', 'canceled', 'expired'])(
    'of a payment that is %s is refused',
    async (status) => {
      const w = await world()
      const capture = status === 'authorized' ? 'manual' : 'automatic'
      const token = status === 'canceled' || status === 'expired' ? 'tok_do_not_honor' : 'tok_approve'
      const { id } = await w.pay({ capture, method: card(token) })
      if (status === 'canceled') await w.run(w.florin.payments.cancel(id))
      if (status === 'expired') await w.advance(8 * 86_400_000)
      if (status === 'expired') await recover(w)
      const refused = await w.refusal(w.florin.payments.retry(id, { method: card() }))
      expect(refused).toMatchObject({ code: 'invalid_state', details: { payment: id, status } })
      await audit(w)
    },
  )

  test('while the outcome is unknown asks first: found paid, it is refused', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay()
    expect(await w.refusal(w.florin.payments.retry(id, { method: card('tok_approve_amex') }))).toMatchObject({
      code: 'invalid_state',
    })
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', method: { network: 'visa' } })
    await audit(w)
  })

  test('while the outcome is unknown asks first: found declined, it goes on', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay({ method: card('tok_do_not_honor') })
    expect(await w.run(w.florin.payments.retry(id, { method: card() }))).toMatchObject({ status: 'succeeded' })
    await audit(w)
  })

  test('while the outcome is unknown and the gateway is away is refused: the attempt is open', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay()
    w.acquirer.pause()
    const refused = await w.refusal(w.florin.payments.retry(id, { method: card() }))
    expect(refused).toMatchObject({ code: 'attempt_open', details: { payment: id, retryAfterMs: expect.any(Number) } })
    await recover(w)
    expect((await w.get(id)).status).toBe('succeeded')
    await audit(w)
  })

  test('while the first attempt is in flight is refused', async () => {
    const w = await world()
    const creating = w.florin.payments.create({
      reference: 'in-flight',
      amount: '5.00',
      currency: 'EUR',
      method: card('tok_slow'),
    })
    await w.advance(100)
    const { data } = await w.run(w.florin.payments.list())
    const id = data[0]?.id ?? ''
    expect(await w.refusal(w.florin.payments.retry(id, { method: card() }))).toMatchObject({ code: 'attempt_open' })
    await w.run(creating)
    await w.advance(10_000)
    expect((await w.get(id)).status).toBe('succeeded')
    await audit(w)
  })
})

describe('two tabs: 3-D Secure in one, a second card in the other', () => {
  test('the second card first: the challenge that is passed later keeps nothing', async () => {
    const w = await world()
    const { id } = await w.pay({ method: card('tok_3ds') })
    const back = payload(w)
    expect((await w.run(w.florin.payments.retry(id, { method: card() }))).status).toBe('succeeded')
    expect((await w.run(w.florin.payments.resume(id, back))).status).toBe('succeeded')
    await recover(w)
    await audit(w)
    expect(w.acquirer.books().charges.filter((one) => one.captured > 0n)).toHaveLength(1)
  })

  test('the challenge first: the second card is refused', async () => {
    const w = await world()
    const { id } = await w.pay({ method: card('tok_3ds') })
    expect((await w.run(w.florin.payments.resume(id, payload(w)))).status).toBe('succeeded')
    expect(await w.refusal(w.florin.payments.retry(id, { method: card() }))).toMatchObject({ code: 'invalid_state' })
    await recover(w)
    await audit(w)
  })

  test.each(['resume', 'retry'] as const)('at once, %s a moment before: one charge', async (first) => {
    for (const slow of ['complete', 'charge', null] as const) {
      const w = await world()
      const { id } = await w.pay({ method: card('tok_3ds') })
      const back = payload(w)
      if (slow !== null) w.acquirer.fail({ how: 'slow', ms: 700, when: { operation: slow } })
      const other = await w.another()
      const calls = {
        resume: () => w.florin.payments.resume(id, back),
        retry: () => other.payments.retry(id, { method: card('tok_approve_amex') }),
      }
      const started = [calls[first]()]
      await w.advance(50)
      started.push(calls[first === 'resume' ? 'retry' : 'resume']())
      await w.run(Promise.allSettled(started))
      await recover(w)
      expect((await w.get(id)).status).toBe('succeeded')
      await audit(w)
      expect(w.acquirer.books().charges.filter((one) => one.captured > 0n)).toHaveLength(1)
    }
  })

  test('and the second card is declined: the abandoned challenge does not come back', async () => {
    const w = await world()
    const { id } = await w.pay({ method: card('tok_3ds') })
    const back = payload(w)
    expect((await w.run(w.florin.payments.retry(id, { method: card('tok_stolen_card') }))).status).toBe('declined')
    await w.run(w.florin.payments.resume(id, back))
    await recover(w)
    expect((await w.get(id)).status).toBe('declined')
    await audit(w)
  })

  test('ten cards at once in place of a challenge: one charge', async () => {
    const w = await world()
    const { id } = await w.pay({ method: card('tok_3ds') })
    const florins = [w.florin, await w.another()]
    const calls = Array.from({ length: 10 }, (_, i) =>
      (florins[i % 2] ?? w.florin).payments.retry(id, { method: card() }),
    )
    await w.run(Promise.allSettled(calls))
    await recover(w)
    expect((await w.get(id)).status).toBe('succeeded')
    expect(w.acquirer.books().charges.filter((one) => one.captured > 0n)).toHaveLength(1)
    await audit(w)
  })

  test('reversing what was abandoned survives a gateway that is away for an hour', async () => {
    const w = await world()
    const { id } = await w.pay({ method: card('tok_3ds') })
    const [charge] = w.acquirer.books().charges
    const back = payload(w)
    await w.run(w.florin.payments.retry(id, { method: card() }))
    w.acquirer.fail({ how: 'drop_before', times: Number.POSITIVE_INFINITY, when: { operation: 'cancel' } })
    // The buyer passes the abandoned challenge behind our back, and the gateway holds the money.
    w.acquirer.handle(
      {
        method: 'POST',
        path: `/v1/charges/${charge?.id}/complete`,
        headers: { 'idempotency-key': 'elsewhere' },
        body: JSON.stringify({ reference: 'elsewhere', ...back }),
      },
      'Bearer sandbox_default',
    )
    expect(w.acquirer.books().currencies.EUR?.held).toBe(10_000n)
    for (let i = 0; i < 60; i++) {
      await w.advance(60_000)
      await w.tick()
    }
    expect((await w.get(id)).needsReview).toBe(true)
    await recover(w)
    await audit(w)
  })
})
