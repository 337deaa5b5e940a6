import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { card, type World, world } from './world.ts'

const DAY = 86_400_000
const holds = (w: World, id: string) => w.run(w.florin.ledger.holds(id))

describe('an authorization that nobody captures', () => {
  test('expires when it lapses at the gateway, and not before', async () => {
    const w = await world()
    const { id, authorizedUntil } = await w.pay({ capture: 'manual' })
    expect(authorizedUntil).toBe('2026-01-08T00:00:00.000Z')
    await w.advance(7 * DAY - 1_000)
    await w.tick()
    expect((await w.get(id)).status).toBe('authorized')
    await w.advance(1_000)
    await w.tick()
    expect(await w.get(id)).toMatchObject({ status: 'expired', capturable: '0.00', captured: '0.00' })
    expect(await holds(w, id)).toEqual([])
    expect(await w.refusal(w.florin.payments.capture(id))).toMatchObject({ code: 'invalid_state' })
    await audit(w)
  })

  test('keeps what was captured of it, and gives the rest back', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(w.florin.payments.capture(id, { amount: '25.00', final: false }))
    await w.advance(8 * DAY)
    await recover(w)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '25.00', capturable: '0.00' })
    expect(await holds(w, id)).toEqual([])
    await audit(w)
  })

  test('and is captured too late: the gateway refuses, and it expires', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    await w.advance(8 * DAY)
    const payment = await w.run(w.florin.payments.capture(id)) // before the timer ran
    expect(payment.captured).toBe('0.00')
    await recover(w)
    expect((await w.get(id)).status).toBe('expired')
    await audit(w)
  })

  test('while a capture is unknown is left alone until that is known', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    await w.advance(7 * DAY - 30_000)
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'capture' } })
    w.acquirer.fail({ how: 'drop_before', times: 20, when: { operation: 'lookup' } })
    await w.run(w.florin.payments.capture(id))
    w.acquirer.pause()
    for (let i = 0; i < 10; i++) {
      await w.advance(30_000)
      await w.tick()
    }
    expect((await w.get(id)).status).toBe('processing')
    await recover(w)
    expect((await w.get(id)).captured).toBe('100.00')
    await audit(w)
  })
})

describe('a payment that is not paid', () => {
  test.each(['tok_do_not_honor', 'tok_3ds'])(
    'expires after its time (%s), and takes no attempt any more',
    async (token) => {
      const w = await world()
      const { id, expiresAt } = await w.pay({ method: card(token) })
      expect(expiresAt).toBe('2026-01-08T00:00:00.000Z')
      await w.advance(7 * DAY - 1)
      await w.tick()
      expect((await w.get(id)).status).toBe('declined')
      await w.advance(1)
      await w.tick()
      expect((await w.get(id)).status).toBe('expired')
      expect(await w.refusal(w.florin.payments.retry(id, { method: card() }))).toMatchObject({ code: 'invalid_state' })
      await audit(w)
    },
  )

  test('is not expired while an attempt of it may still succeed', async () => {
    const w = await world({ options: { timings: { paymentExpiryMs: 10_000 } }, acquirer: { pendingMs: 3_600_000 } })
    const { id } = await w.pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
    await w.advance(1_000_000)
    await w.tick()
    expect((await w.get(id)).status).toBe('processing')
    await recover(w)
    expect((await w.get(id)).status).toBe('succeeded')
    await audit(w)
  })

  test('and waits for the buyer is put aside at the gateway too', async () => {
    const w = await world({ options: { timings: { paymentExpiryMs: 60_000 } } })
    const { id } = await w.pay({ method: card('tok_3ds') })
    const { payload } = w.acquirer.challenge(w.acquirer.books().charges[0]?.id ?? '', 'pass')
    await w.advance(61_000)
    await recover(w)
    expect((await w.get(id)).status).toBe('expired')
    expect((await w.run(w.florin.payments.resume(id, { payload }))).status).toBe('expired')
    expect(w.acquirer.books().charges[0]?.status).toBe('canceled')
    await audit(w)
  })

  test('and whose outcome is unknown is asked about, never sent again after its time, and ends', async () => {
    const w = await world({ options: { timings: { paymentExpiryMs: 60_000 } } })
    w.acquirer.fail({ how: 'error_500_before', when: { operation: 'charge' } })
    const { id } = await w.pay()
    await w.advance(61_000)
    await recover(w)
    await w.advance(1_200_000)
    await recover(w)
    expect((await w.get(id)).status).toBe('expired')
    expect(w.acquirer.books().charges).toEqual([])
    await audit(w)
  })
})

test('two processes whose timers fire at once expire a payment once', async () => {
  const w = await world()
  const { id } = await w.pay({ capture: 'manual' })
  const other = await w.another()
  await w.advance(8 * DAY)
  await w.run(Promise.all([w.florin.tick(), other.tick()]))
  await recover(w)
  const { entries } = await w.run(w.florin.payments.timeline(id))
  expect(entries.filter((one) => one.type === 'payment.expired')).toHaveLength(1)
  await audit(w)
})
