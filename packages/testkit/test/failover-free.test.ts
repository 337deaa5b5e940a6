import { describe, expect, test } from 'vitest'
import { cards, failoverWorld, order } from './failover-world.ts'

describe('a gateway that took nothing is left at no cost', () => {
  test('a refused connection: the next gateway takes the payment, and the buyer notices nothing', async () => {
    const w = await failoverWorld()
    w.first.pause()
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second', captured: '100.00' })
    expect(await w.charges(payment.id)).toEqual(['first authorize not_sent', 'second authorize applied'])
    expect(await w.story(payment.id)).toEqual([
      'payment.created',
      'attempt.failed_over',
      'payment.authorized',
      'payment.captured',
    ])
    await w.end()
    expect(w.errors).toEqual([])
  })

  test.each([
    ['technical', 'tok_processing_error'],
    ['soft and generic', 'tok_do_not_honor'],
  ])('a decline that is %s goes to the next gateway', async (_, token) => {
    const w = await failoverWorld()
    const payment = await w.pay({ method: cards(token) })
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second' })
    expect(payment.decline).toBeUndefined()
    await w.end()
  })

  test('too many requests, documented as without effect: the next gateway takes it, and the first is left alone', async () => {
    const w = await failoverWorld()
    w.first.fail({ how: 'rate_limit', when: { operation: 'charge' } })
    expect(await w.pay()).toMatchObject({ status: 'succeeded', gateway: 'second' })
    const next = await w.pay()
    expect(await w.charges(next.id)).toEqual(['second authorize applied'])
    await w.advance(1_000)
    expect(await w.pay()).toMatchObject({ status: 'succeeded', gateway: 'first' })
    await w.end()
  })

  test.each([
    'tok_insufficient_funds',
    'tok_expired_card',
    'tok_sca_required',
    'tok_stolen_card',
    'tok_never_again',
    'tok_fraud',
  ])('%s is declined where it is: another gateway would not help, or must not be asked', async (token) => {
    const w = await failoverWorld()
    const payment = await w.pay({ method: cards(token) })
    expect(payment).toMatchObject({ status: 'declined', gateway: 'first' })
    expect(w.second.books().charges).toEqual([])
    const { entries } = await w.run(w.florin.payments.timeline(payment.id))
    expect(entries.at(-1)).toMatchObject({ type: 'payment.declined', data: { stays: expect.any(String) } })
    await w.end()
  })

  test('at most one failover after declines; the buyer is told the first decline that says something', async () => {
    const w = await failoverWorld()
    const generic = await w.pay({ method: cards('tok_do_not_honor', 'tok_insufficient_funds') })
    expect(generic).toMatchObject({ status: 'declined', decline: { code: 'do_not_honor' } })
    const technical = await w.pay({ method: cards('tok_processing_error', 'tok_insufficient_funds') })
    expect(technical).toMatchObject({ status: 'declined', decline: { code: 'insufficient_funds' } })
    w.second.pause()
    const away = await w.pay({ method: cards('tok_do_not_honor') })
    expect(away).toMatchObject({ status: 'declined', decline: { code: 'do_not_honor' } })
    await w.end()
  })

  test('a gateway without a token is nobody to go to', async () => {
    const w = await failoverWorld()
    w.first.pause()
    const payment = await w.pay({ method: { type: 'card', tokens: { first: 'tok_approve' } } })
    expect(payment).toMatchObject({ status: 'declined', decline: { class: 'unavailable' } })
    await w.end()
  })

  test('a payment that names its gateway stays there', async () => {
    const w = await failoverWorld()
    w.first.pause()
    expect(await w.pay({ gateway: 'first' })).toMatchObject({ status: 'declined', gateway: 'first' })
    await w.end()
  })

  test('with one attempt allowed there is no failover', async () => {
    const w = await failoverWorld({ options: { failover: { maxAttempts: 1 } } })
    w.first.pause()
    expect(await w.pay()).toMatchObject({ status: 'declined', gateway: 'first' })
    await w.end()
  })

  test('a merchant may allow more, or less, than the others', async () => {
    const merchants = { mer_default: {}, mer_careful: { failover: { maxAttempts: 1 } } }
    const w = await failoverWorld({ options: { merchants } })
    w.first.pause()
    expect((await w.pay()).status).toBe('succeeded')
    const careful = await w.run(w.florin.for('mer_careful').payments.create(order()))
    expect(careful.status).toBe('declined')
    await w.end()
  })

  test('both gateways away: declined, nothing happened, and a retry may follow', async () => {
    const w = await failoverWorld()
    w.first.pause()
    w.second.pause()
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'declined', decline: { class: 'unavailable' } })
    expect(await w.charges(payment.id)).toEqual(['first authorize not_sent', 'second authorize not_sent'])
    w.second.resume()
    expect(await w.run(w.florin.payments.retry(payment.id, { method: cards() }))).toMatchObject({
      status: 'succeeded',
      gateway: 'second',
    })
    await w.end()
  })

  test('a method that cannot be held fails over where nothing was taken', async () => {
    const w = await failoverWorld()
    w.first.pause()
    const payment = await w.pay({ method: { ...cards(), type: 'redirect' } })
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second' })
    expect(await w.charges(payment.id)).toEqual(['first sale not_sent', 'second sale applied'])
    await w.end()
  })

  test('a challenge at the next gateway is a challenge like any other', async () => {
    const w = await failoverWorld()
    const payment = await w.pay({ method: cards('tok_do_not_honor', 'tok_3ds') })
    expect(payment).toMatchObject({ status: 'requires_action', gateway: 'second' })
    const { payload } = w.second.challenge(w.second.books().charges[0]?.id ?? '', 'pass')
    expect(await w.run(w.florin.payments.resume(payment.id, { payload }))).toMatchObject({ status: 'succeeded' })
    await w.end()
  })

  test('a buyer who has authenticated at one gateway is not sent to another', async () => {
    const w = await failoverWorld()
    const payment = await w.pay({ method: cards('tok_3ds_declined') })
    expect(payment.status).toBe('requires_action')
    const { payload } = w.first.challenge(w.first.books().charges[0]?.id ?? '', 'pass')
    expect(await w.run(w.florin.payments.resume(payment.id, { payload }))).toMatchObject({ status: 'declined' })
    expect(w.second.books().charges).toEqual([])
    await w.end()
  })
})

test('nobody sees the payment declined on the way, and its key is frozen with the end', async () => {
  const w = await failoverWorld()
  const seen: string[] = []
  w.second.fail({ how: 'slow', ms: 3_000 })
  const input = order({ method: cards('tok_do_not_honor') })
  const paying = w.florin.payments.create(input, { idempotencyKey: 'k' })
  const other = await w.another()
  for (let i = 0; i < 20; i++) {
    await w.advance(100)
    const [payment] = (await w.run(other.payments.list())).data
    if (payment !== undefined) seen.push(payment.status)
    const replay = await w.run(other.payments.create(input, { idempotencyKey: 'k' }).catch((error) => error))
    expect(replay).toMatchObject({ code: 'idempotency_in_progress' })
  }
  expect(new Set(seen)).toEqual(new Set(['processing']))
  const paid = await w.run(paying)
  expect(paid.status).toBe('succeeded')
  expect(await w.run(other.payments.create(input, { idempotencyKey: 'k' }))).toEqual(paid)
  expect(await w.story(paid.id)).not.toContain('payment.declined')
  await w.end()
})
