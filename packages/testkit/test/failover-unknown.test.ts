import type { Gateway } from '@florin/core/gateways'
import type { FaultKind, SandboxGateway } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { cards, failoverWorld, OPTED_IN, order } from './failover-world.ts'

/** What leaves nobody knowing whether the buyer was charged. */
const UNKNOWN: readonly FaultKind[] = [
  'drop_after',
  'error_500_before',
  'error_500_after',
  'error_500_cached',
  'cut_body',
]

describe('an outcome that nobody knows', () => {
  test.each(UNKNOWN)('%s: without the opt-in the payment waits, and the truth is found', async (how) => {
    const w = await failoverWorld()
    w.first.fail({ how, when: { operation: 'charge' } })
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'processing', gateway: 'first' })
    expect(w.second.books().charges).toEqual([])
    await w.end()
    expect((await w.get(payment.id)).status).toBe('succeeded')
    expect(await w.charges(payment.id)).toEqual(['first authorize applied'])
  })

  test.each(UNKNOWN)('%s: with it the next gateway is asked, and the first is reversed', async (how) => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail({ how, when: { operation: 'charge' } })
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second', captured: '100.00' })
    expect(await w.story(payment.id)).toEqual([
      'payment.created',
      'attempt.unknown',
      'attempt.abandoned',
      'attempt.failed_over',
      'payment.authorized',
      'payment.captured',
    ])
    await w.end()
    expect(w.errors).toEqual([])
  })

  test.each([...UNKNOWN, 'drop_before' as const])(
    '%s: a gateway that cancels by its own id only is left, too, where it finds that id by our reference',
    async (how) => {
      const byId = (inner: SandboxGateway): Gateway => {
        const { card } = inner.capabilities.methods
        if (card === undefined) throw new Error('the sandbox takes cards')
        const methods = { ...inner.capabilities.methods, card: { ...card, reverseBy: ['gateway_id'] as const } }
        return { ...inner, capabilities: { ...inner.capabilities, methods } }
      }
      const w = await failoverWorld({ options: OPTED_IN, gateway: byId })
      w.first.fail({ how, when: { operation: 'charge' } })
      const payment = await w.pay()
      expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second', captured: '100.00' })
      await w.end()
      expect(w.first.books().currencies.EUR?.held ?? 0n).toBe(0n)
      expect(w.errors).toEqual([])
    },
  )

  test('the first is reversed as well where the next one declines: the buyer keeps all of it', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay({ method: cards('tok_approve', 'tok_stolen_card') })
    expect(payment).toMatchObject({ status: 'declined', decline: { class: 'hard' } })
    expect(w.first.books().currencies.EUR?.held).toBe(10_000n)
    await w.end()
    expect((await w.get(payment.id)).status).toBe('declined')
    expect(w.first.books().currencies.EUR).toMatchObject({ held: 0n, captured: 0n, released: 10_000n })
  })

  test('a method that takes the money at once is never left, whatever the merchant wants', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay({ method: { ...cards(), type: 'redirect' } })
    expect(payment).toMatchObject({ status: 'processing', gateway: 'first' })
    await w.end()
    expect((await w.get(payment.id)).status).toBe('succeeded')
  })

  test('with nobody else to ask nothing is left behind', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay({ method: { type: 'card', tokens: { first: 'tok_approve' } } })
    expect(payment.status).toBe('processing')
    await w.end()
    expect((await w.get(payment.id)).status).toBe('succeeded')
  })

  test('a charge that waits for the buyer is never left', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    const payment = await w.pay({ method: cards('tok_3ds') })
    w.first.fail({ how: 'drop_after', when: { operation: 'complete' } })
    const { payload } = w.first.challenge(w.first.books().charges[0]?.id ?? '', 'pass')
    await w.run(w.florin.payments.resume(payment.id, { payload }))
    await w.end()
    expect((await w.get(payment.id)).status).toBe('succeeded')
    expect(w.second.books().charges).toEqual([])
  })

  test('a merchant opts in for itself', async () => {
    const w = await failoverWorld({ options: { merchants: { mer_default: {}, mer_bold: OPTED_IN } } })
    w.first.fail({ how: 'drop_after', times: 2, when: { operation: 'charge' } })
    expect((await w.pay()).status).toBe('processing')
    expect((await w.run(w.florin.for('mer_bold').payments.create(order()))).status).toBe('succeeded')
    await w.end()
  })

  test('found out later to have taken nothing, it goes on at the next gateway while the buyer may still be there', async () => {
    const w = await failoverWorld()
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay({ method: cards('tok_do_not_honor') })
    expect(payment.status).toBe('processing')
    await w.advance(5_000)
    await w.tick()
    expect(await w.get(payment.id)).toMatchObject({ status: 'succeeded', gateway: 'second' })
    await w.end()
  })

  test('and no more once the buyer has gone', async () => {
    const w = await failoverWorld({ options: { failover: { withinMs: 60_000 } } })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay({ method: cards('tok_do_not_honor') })
    await w.advance(61_000)
    await w.tick()
    expect(await w.get(payment.id)).toMatchObject({ status: 'declined', gateway: 'first' })
    await w.end()
  })
})

describe('a gateway that hangs', () => {
  const SLOW = { how: 'slow', ms: 30_000, when: { operation: 'charge' } } as const

  test('what a webhook tells meanwhile is the buyer’s answer, and nobody else is asked', async () => {
    const w = await failoverWorld({ options: OPTED_IN, webhooks: true })
    w.first.fail(SLOW)
    const started = w.runtime.clock.now()
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'first' })
    expect(w.runtime.clock.now() - started).toBeLessThan(6_500)
    expect(w.second.books().charges).toEqual([])
    await w.advance(30_000) // its own answer comes, and changes nothing
    await w.end()
    expect(w.errors).toEqual([])
  })

  test('without the opt-in the buyer has that answer when the deadline passes', async () => {
    const w = await failoverWorld({ webhooks: true })
    w.first.fail(SLOW)
    expect(await w.pay()).toMatchObject({ status: 'succeeded', gateway: 'first', captured: '100.00' })
    await w.advance(30_000)
    await w.end()
  })

  test('without the opt-in: the caller has an answer by its own deadline, and the charge counts when it comes', async () => {
    const w = await failoverWorld()
    w.first.fail(SLOW)
    const start = w.runtime.clock.now()
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'processing', gateway: 'first' })
    expect(w.runtime.clock.now() - start).toBeLessThanOrEqual(10_050)
    await w.advance(30_000)
    expect((await w.get(payment.id)).status).toBe('succeeded')
    await w.end()
  })

  test('with it: left after `afterMs`, the next gateway takes the payment; the late success is reversed', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail(SLOW)
    const start = w.runtime.clock.now()
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second' })
    expect(w.runtime.clock.now() - start).toBeLessThanOrEqual(6_050)
    await w.advance(30_000)
    expect(await w.story(payment.id)).toContain('attempt.late_success')
    await w.end()
    expect(await w.charges(payment.id)).toEqual(['first authorize reversed', 'second authorize applied'])
    expect(w.errors).toEqual([])
  })

  test('the late answer may be a decline: proof that nothing is to be reversed', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail(SLOW)
    const payment = await w.pay({ method: cards('tok_do_not_honor') })
    expect(payment.status).toBe('succeeded')
    await w.advance(30_000)
    expect(await w.charges(payment.id)).toEqual(['first authorize rejected', 'second authorize applied'])
    await w.end()
  })

  test('both hang: processing, and in the end one charge', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail(SLOW)
    w.second.fail(SLOW)
    const payment = await w.pay()
    expect(payment.status).toBe('processing')
    await w.advance(90_000)
    await w.end()
    expect((await w.get(payment.id)).status).toBe('succeeded')
    expect(await w.charges(payment.id)).toEqual(['first authorize reversed', 'second authorize applied'])
  })

  test('past the deadline of the attempt it is left too, however long a merchant is willing to wait', async () => {
    const options = { failover: { onUnknown: true, afterMs: 200_000 } }
    const w = await failoverWorld({ options })
    w.first.fail({ ...SLOW, ms: 100_000 })
    const payment = await w.pay()
    expect(payment.status).toBe('processing')
    await w.advance(85_000)
    expect(await w.get(payment.id)).toMatchObject({ status: 'succeeded', gateway: 'second' })
    await w.advance(20_000)
    await w.end()
  })
})
