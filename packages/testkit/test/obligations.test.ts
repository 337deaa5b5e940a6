import type { Answer, Command } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, lateBank, type Says } from './late-bank.ts'

const LOST: Answer = { effect: 'unknown', reason: 'no answer' }
const DECLINED: Answer = {
  effect: 'rejected',
  decline: { class: 'soft_balance', code: 'insufficient_funds', gatewayCode: null, networkAdvice: null, message: 'no' },
}
const NOTHING_TO_CANCEL: Answer = {
  effect: 'rejected',
  decline: { class: 'configuration', code: 'cancel_refused', gatewayCode: null, networkAdvice: null, message: 'no' },
}
const done = (command: Command): Answer => ({ effect: 'applied', gatewayId: `bank_${command.attempt}` })
const authorized = (attempt: string): Answer => ({ effect: 'applied', gatewayId: `bank_${attempt}` })

/** The answer to the charge is lost; cancels are answered as given. */
const charging =
  (cancel: (command: Command) => Answer): Says =>
  (command) =>
    command.kind === 'authorize' ? LOST : cancel(command)

/** A payment that the second gateway took after the bank's answer was lost. */
const left = async (cancel: (command: Command) => Answer, more: Parameters<typeof lateBank>[1] = {}) => {
  const w = await lateBank(charging(cancel), more)
  const { id, status } = await w.pay()
  expect(status).toBe('succeeded')
  return { w, id, charge: await firstCharge(w) }
}

const firstCharge = async (w: Awaited<ReturnType<typeof lateBank>>): Promise<string> => (await w.duty()).attempt

describe('a cancel by our reference', () => {
  test('may have overtaken its charge: it is repeated once that cannot be any more, and only then it is proof', async () => {
    const { w, id } = await left(done)
    await w.tick()
    expect(w.sends('cancel')).toBe(1)
    expect(w.bodies('cancel')[0]).toMatchObject({ target: { gatewayId: null } })
    expect(await w.charges(id)).toEqual(['bank abandoned', 'second applied'])
    await w.pass(5 * 60_000, 11)
    expect(w.sends('cancel')).toBe(1)
    expect((await w.duty()).proof).toBeNull()
    await w.pass(6 * 60_000)
    expect(w.sends('cancel')).toBe(2)
    expect(await w.duty()).toMatchObject({ proof: 'voided', due: null })
    expect(await w.charges(id)).toEqual(['bank reversed', 'second applied'])
    expect(await w.story(id)).toEqual([
      'payment.created',
      'attempt.unknown',
      'attempt.abandoned',
      'attempt.failed_over',
      'payment.authorized',
      'payment.captured',
      'attempt.reversal_requested',
      'attempt.reversal_applied',
      'attempt.reversal_requested',
      'attempt.reversed',
    ])
    await w.pass(DAY_MS, 3)
    expect(w.sends('cancel')).toBe(2)
    expect(w.errors).toEqual([])
  })

  test('is repeated after the time that the gateway names', async () => {
    const { w } = await left(done, { capabilities: { processingMs: 90_000 } })
    await w.tick()
    await w.pass(80_000)
    expect((await w.duty()).proof).toBeNull()
    await w.pass(20_000)
    expect(await w.duty()).toMatchObject({ proof: 'voided' })
    expect(w.sends('cancel')).toBe(2)
  })

  test('while the charge shows up in between: it is canceled by its id at once, and that is proof', async () => {
    const { w, id, charge } = await left(done)
    await w.tick()
    await w.tell({ attempt: charge, of: 'authorize', answer: authorized(charge) })
    await w.tick()
    expect(w.bodies('cancel')).toMatchObject([
      { target: { gatewayId: null } },
      { target: { gatewayId: `bank_${charge}` } },
    ])
    expect(await w.duty()).toMatchObject({ proof: 'voided' })
    expect(await w.charges(id)).toEqual(['bank reversed', 'second applied'])
    expect((await w.run(w.florin.payments.get(id))).status).toBe('succeeded')
  })

  test('that the gateway dates after the charge needs no repetition', async () => {
    const { w, charge } = await left((command) => ({
      effect: 'pending',
      gatewayId: `received_${command.attempt}`,
      awaits: 'gateway',
      expiresAt: Date.UTC(2100, 0, 1),
    }))
    await w.tick()
    const cancel = (await w.bodies('cancel')[0])?.attempt as string
    await w.tell({ attempt: cancel, of: 'cancel', answer: authorized(cancel), at: 2_000 })
    expect((await w.duty()).proof).toBeNull()
    await w.tell({ attempt: charge, of: 'authorize', answer: authorized(charge), at: 1_000 })
    expect(await w.duty()).toMatchObject({ proof: 'voided' })
    expect(w.sends('cancel')).toBe(1)
  })
})

describe('a tombstone', () => {
  /** Reversed, by two cancels that both came too early. */
  const reversed = async () => {
    const all = await left(done)
    await all.w.tick()
    await all.w.pass(HOUR_MS + 1)
    expect(await all.w.duty()).toMatchObject({ proof: 'voided' })
    return all
  }

  test('a success that is told after the proof is reversed once more', async () => {
    const { w, id, charge } = await reversed()
    await w.pass(DAY_MS)
    await w.tell({ attempt: charge, of: 'authorize', answer: authorized(charge) })
    expect(await w.charges(id)).toEqual(['bank abandoned', 'second applied'])
    await w.tick()
    expect((await w.duties()).map(({ proof }) => proof)).toEqual(['voided', 'voided'])
    expect(w.bodies('cancel').at(-1)).toMatchObject({ target: { gatewayId: `bank_${charge}` } })
    expect((await w.story(id)).slice(-3)).toEqual([
      'attempt.late_success',
      'attempt.reversal_requested',
      'attempt.reversed',
    ])
    // Told again, it is no news.
    await w.tell({ attempt: charge, of: 'authorize', answer: authorized(charge), at: 7 })
    await w.pass(DAY_MS)
    expect(await w.duties()).toHaveLength(2)
    expect(w.sends('cancel')).toBe(3)
    expect((await w.run(w.florin.verify())).ok).toBe(true)
  })

  test('a success that the gateway dates before the cancel was released by that', async () => {
    const { w, id, charge } = await left((command) => ({
      effect: 'pending',
      gatewayId: `received_${command.attempt}`,
      awaits: 'gateway',
      expiresAt: Date.UTC(2100, 0, 1),
    }))
    await w.pass(HOUR_MS + 1)
    const cancel = w.bodies('cancel')[0]?.attempt as string
    await w.tell({ attempt: cancel, of: 'cancel', answer: authorized(cancel), at: 2_000 })
    expect(await w.duty()).toMatchObject({ proof: 'voided' })
    await w.tell({ attempt: charge, of: 'authorize', answer: authorized(charge), at: 1_000 })
    await w.pass(DAY_MS)
    expect(await w.charges(id)).toEqual(['bank reversed', 'second applied'])
    expect(await w.duties()).toHaveLength(1)
    expect(w.sends('cancel')).toBe(1)
  })

  test('of a charge that never existed, as far as lookups knew', async () => {
    const says = (command: Command): Answer => (command.kind === 'lookup' ? { effect: 'absent' } : NOTHING_TO_CANCEL)
    const { w, id, charge } = await left(says, { capabilities: { lookupBy: ['reference'], absenceAfterMs: 60_000 } })
    await w.pass(90_000, 3)
    expect(await w.duty()).toMatchObject({ proof: 'never_existed' })
    await w.tell({ attempt: charge, of: 'authorize', answer: authorized(charge) })
    expect(await w.charges(id)).toEqual(['bank abandoned', 'second applied'])
    expect(await w.duties()).toHaveLength(2)
  })

  test('where the payment was declined, nothing is kept by the late success', async () => {
    const w = await lateBank(charging(done))
    const { id, status } = await w.pay({ token: 'tok_stolen_card' })
    expect(status).toBe('declined')
    const charge = await firstCharge(w)
    await w.tick()
    await w.pass(HOUR_MS + 1)
    await w.tell({ attempt: charge, of: 'authorize', answer: authorized(charge) })
    await w.tick()
    expect((await w.run(w.florin.payments.get(id))).status).toBe('declined')
    expect(w.bodies('cancel').at(-1)).toMatchObject({ target: { gatewayId: `bank_${charge}` } })
    expect((await w.duties()).every(({ proof }) => proof === 'voided')).toBe(true)
  })
})

describe('a duty to reverse', () => {
  test.each(['canceled', 'expired'])('is discharged as voided by the report that the charge is %s', async (code) => {
    const { w, id, charge } = await left(() => LOST)
    await w.tick()
    const decline = { class: 'customer_action', code, gatewayCode: code, networkAdvice: null, message: code } as const
    await w.tell({
      attempt: charge,
      of: 'authorize',
      answer: { effect: 'rejected', decline, gatewayId: `bank_${charge}` },
    })
    expect(await w.duty()).toMatchObject({ proof: 'voided' }) // nobody refused it
    expect(await w.charges(id)).toEqual(['bank reversed', 'second applied'])
  })

  test('is discharged by the report that the charge was declined', async () => {
    const { w, id, charge } = await left(() => NOTHING_TO_CANCEL)
    await w.tick()
    await w.tell({ attempt: charge, of: 'authorize', answer: DECLINED })
    expect(await w.duty()).toMatchObject({ proof: 'declined' })
    expect(await w.charges(id)).toEqual(['bank rejected', 'second applied'])
    await w.pass(DAY_MS, 2)
    expect(w.sends('cancel')).toBe(1)
  })

  test('that is discharged holds nothing up, though what became of its cancel is not known', async () => {
    const { w, id, charge } = await left(() => LOST)
    await w.tick()
    expect(w.sends('cancel')).toBe(1)
    await w.tell({ attempt: charge, of: 'authorize', answer: DECLINED }) // as a webhook says while the bank answers nothing
    expect(await w.charges(id)).toEqual(['bank rejected', 'second applied'])
    const refunded = await w.run(w.florin.payments.refund(id, { amount: '1.00' }))
    expect(refunded).toMatchObject({ refunded: '1.00', needsReview: false })
  })

  test('without proof is tried ever more slowly, at least once a day, is shown, and never given up', async () => {
    const { w, id } = await left(() => NOTHING_TO_CANCEL)
    await w.pass(1_000, 60)
    expect(w.sends('cancel')).toBeLessThan(8)
    expect((await w.run(w.florin.payments.get(id))).needsReview).toBe(false)
    await w.pass(HOUR_MS / 2, 96)
    expect((await w.run(w.florin.payments.get(id))).needsReview).toBe(true)
    const before = w.sends('cancel')
    await w.pass(DAY_MS + 1, 30)
    expect(w.sends('cancel') - before).toBeGreaterThanOrEqual(29)
    expect(await w.duty()).toMatchObject({ proof: null, due: expect.any(Number) })
    expect((await w.story(id)).filter((type) => type === 'payment.needs_review')).toHaveLength(1)
  })

  test('whose cancel was received and never decided on is canceled again after the deadline', async () => {
    let now = (): number => 0
    const { w, charge } = await left((command) => ({
      effect: 'pending',
      gatewayId: `received_${command.attempt}`,
      awaits: 'gateway',
      expiresAt: now() + 3 * DAY_MS,
    }))
    now = () => w.runtime.clock.now()
    await w.pass(HOUR_MS, 48)
    expect(w.sends('cancel')).toBe(1)
    await w.pass(DAY_MS, 2)
    expect(w.sends('cancel')).toBe(2)
    const again = w.bodies('cancel')[1]?.attempt as string
    await w.tell({ attempt: again, of: 'cancel', answer: authorized(again) })
    expect(await w.duty()).toMatchObject({ proof: 'voided', attempt: charge })
  })

  test('does not make the payment look as if it were being canceled', async () => {
    const w = await lateBank(
      charging((command) => ({
        effect: 'pending',
        gatewayId: `received_${command.attempt}`,
        awaits: 'gateway',
        expiresAt: Date.UTC(2100, 0, 1),
      })),
    )
    const method = { type: 'card', tokens: { bank: 'b', second: 'tok_approve' } } as const
    const order = { reference: 'held', amount: '5.00', currency: 'EUR', capture: 'manual', method } as const
    const { id } = await w.run(w.florin.payments.create(order))
    await w.tick()
    expect(w.sends('cancel')).toBe(1)
    expect((await w.run(w.florin.payments.get(id))).status).toBe('authorized')
    expect((await w.run(w.florin.payments.capture(id))).status).toBe('succeeded')
  })

  test('keeps the payment as it is when a cancel is told of after it was proven otherwise', async () => {
    const w = await lateBank(
      charging((command) => ({
        effect: 'pending',
        gatewayId: `received_${command.attempt}`,
        awaits: 'gateway',
        expiresAt: Date.UTC(2100, 0, 1),
      })),
    )
    const { id } = await w.pay({ token: 'tok_do_not_honor' })
    const charge = await firstCharge(w)
    await w.tick()
    await w.tell({ attempt: charge, of: 'authorize', answer: DECLINED })
    const cancel = w.bodies('cancel')[0]?.attempt as string
    await w.tell({ attempt: cancel, of: 'cancel', answer: authorized(cancel) })
    expect((await w.run(w.florin.payments.get(id))).status).toBe('declined') // and not canceled: it may be retried
    const method = { type: 'card', tokens: { second: 'tok_approve' } } as const
    expect((await w.run(w.florin.payments.retry(id, { method }))).status).toBe('succeeded')
  })
})
