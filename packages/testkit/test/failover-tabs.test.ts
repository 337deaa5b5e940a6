import { isFlorinError } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { cards, type FailoverWorld, failoverWorld, OPTED_IN, order } from './failover-world.ts'

const SLOW = { how: 'slow', ms: 3_000, when: { operation: 'charge' } } as const

/** A payment that was left at the first gateway, and is on its way at the second. */
const underWay = async (w: FailoverWorld, input = order()) => {
  w.second.fail(SLOW)
  const paying = w.florin.payments.create(input, { idempotencyKey: 'tab' })
  await w.advance(100)
  const [payment] = (await w.run(w.florin.payments.list())).data
  expect(payment).toMatchObject({ status: 'processing', gateway: 'second' })
  return { paying, id: payment?.id ?? '' }
}

const kept = (w: FailoverWorld) =>
  w.acquirers.flatMap((acquirer) => acquirer.books().charges).filter((one) => one.captured > one.refunded)

describe('another tab, while the second gateway is being asked', () => {
  test.each(['cancel', 'retry'] as const)('%s is told to wait, and nothing happens', async (what) => {
    const w = await failoverWorld()
    w.first.pause()
    const { paying, id } = await underWay(w)
    const other = await w.another()
    const call = what === 'cancel' ? other.payments.cancel(id) : other.payments.retry(id, { method: cards() })
    const refused = await w.run(call.catch((error) => error))
    expect(isFlorinError(refused, 'attempt_open')).toBe(true)
    expect((await w.run(paying)).status).toBe('succeeded')
    await w.end()
    expect(kept(w)).toHaveLength(1)
  })

  test('the same call again waits for the one answer, or is refused; it never charges twice', async () => {
    const w = await failoverWorld({ options: { whenInFlight: 'wait' } })
    w.first.pause()
    const input = order()
    const { paying } = await underWay(w, input)
    const other = await w.another()
    const again = [w.florin, other].map((florin) => florin.payments.create(input, { idempotencyKey: 'tab' }))
    const first = await w.run(paying)
    expect(await w.run(Promise.all(again))).toEqual([first, first])
    await w.end()
    expect(kept(w)).toHaveLength(1)
  })

  test('the reversal of what was left, meanwhile, by another process: one charge', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { paying, id } = await underWay(w)
    const other = await w.another()
    await w.run(other.tick())
    expect(await w.charges(id)).toEqual(['first authorize reversed', 'second authorize sent'])
    expect((await w.run(paying)).status).toBe('succeeded')
    await w.end()
    expect(kept(w)).toHaveLength(1)
  })
})

describe('what the first gateway reports, while the second is being asked', () => {
  test('its success comes by webhook: it is reversed, and the second one counts', async () => {
    const w = await failoverWorld({ options: OPTED_IN, webhooks: 'first' })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { paying, id } = await underWay(w)
    await w.first.webhooksIdle()
    await w.tick()
    expect(await w.story(id)).toContain('attempt.late_success')
    expect((await w.run(paying)).status).toBe('succeeded')
    await w.end()
    expect((await w.charges(id))[0]).toBe('first authorize reversed')
    expect(kept(w)).toHaveLength(1)
  })

  test('its success comes by webhook, and the second one declines: nothing is kept anywhere', async () => {
    const w = await failoverWorld({ options: OPTED_IN, webhooks: 'first' })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { paying, id } = await underWay(w, order({ method: cards('tok_approve', 'tok_stolen_card') }))
    await w.first.webhooksIdle()
    await w.tick()
    expect((await w.run(paying)).status).toBe('declined')
    await w.end()
    expect((await w.get(id)).status).toBe('declined')
    expect(kept(w)).toEqual([])
  })

  test('its decline comes by webhook after the connection broke: the webhook goes on elsewhere, and the caller sees it', async () => {
    const w = await failoverWorld({ webhooks: true })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay({ method: cards('tok_do_not_honor') })
    await w.first.webhooksIdle()
    await w.tick()
    expect(await w.get(payment.id)).toMatchObject({ status: 'succeeded', gateway: 'second' })
    await w.end()
  })

  test('every delivery twice, and in any number: the same end', async () => {
    const w = await failoverWorld({ options: OPTED_IN, webhooks: true })
    for (const acquirer of w.acquirers)
      acquirer.fail({ how: 'duplicate_webhook', times: 20, when: { operation: 'capture' } })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay()
    await Promise.all(w.acquirers.map((acquirer) => acquirer.webhooksIdle()))
    await w.end()
    expect((await w.get(payment.id)).status).toBe('succeeded')
    expect(kept(w)).toHaveLength(1)
  })
})

test('many payments at once while the first gateway refuses: each is taken once, at the second', async () => {
  const w = await failoverWorld()
  w.first.pause()
  const paid = await w.run(Promise.all(Array.from({ length: 30 }, () => w.florin.payments.create(order()))))
  expect(new Set(paid.map(({ status, gateway }) => `${status} ${gateway}`))).toEqual(new Set(['succeeded second']))
  await w.end()
  expect(kept(w)).toHaveLength(30)
})
