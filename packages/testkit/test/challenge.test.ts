import type { PaymentView } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { scripted } from './scripted.ts'
import { card, type World, world } from './world.ts'

const CAPTURES = ['automatic', 'manual'] as const

const challenged = async (capture: (typeof CAPTURES)[number] = 'automatic', token = 'tok_3ds') => {
  const w = await world()
  const payment = await w.pay({ capture, method: card(token), returnUrl: 'https://shop.test/return' })
  expect(payment).toMatchObject({ status: 'requires_action', authorized: '0.00' })
  return { w, payment }
}

const answer = (w: World, result: 'pass' | 'fail' = 'pass') => {
  const [charge] = w.acquirer.books().charges
  return { payload: w.acquirer.challenge(charge?.id ?? '', result).payload }
}

const paid = (payment: PaymentView, capture: (typeof CAPTURES)[number] = 'automatic'): void => {
  expect(payment).toMatchObject({ status: capture === 'automatic' ? 'succeeded' : 'authorized', authorized: '100.00' })
  expect(payment.action).toBeUndefined()
}

describe.each(CAPTURES)('3-D Secure, capture %s', (capture) => {
  test('passed', async () => {
    const { w, payment } = await challenged(capture)
    expect(payment.action).toMatchObject({ type: 'redirect', url: expect.stringContaining('/challenge/') })
    paid(await w.run(w.florin.payments.resume(payment.id, answer(w))), capture)
    await audit(w)
  })

  test('failed', async () => {
    const { w, payment } = await challenged(capture)
    const resumed = await w.run(w.florin.payments.resume(payment.id, answer(w, 'fail')))
    expect(resumed).toMatchObject({ status: 'declined', decline: { code: 'authentication_failed' } })
    await audit(w)
  })

  test('passed, and declined by the issuer', async () => {
    const { w, payment } = await challenged(capture, 'tok_3ds_declined')
    const resumed = await w.run(w.florin.payments.resume(payment.id, answer(w)))
    expect(resumed).toMatchObject({ status: 'declined', decline: { code: 'insufficient_funds' } })
    await audit(w)
  })

  test('abandoned: it lapses at the gateway, and the sweep finds out', async () => {
    const { w, payment } = await challenged(capture)
    await w.advance(16 * 60_000)
    await recover(w)
    expect(await w.get(payment.id)).toMatchObject({ status: 'declined', decline: { code: 'challenge_expired' } })
    await audit(w)
  })

  test('resumed twice, one after the other: the second shows what the first did', async () => {
    const { w, payment } = await challenged(capture)
    const back = answer(w)
    const first = await w.run(w.florin.payments.resume(payment.id, back))
    expect(await w.run(w.florin.payments.resume(payment.id, back))).toEqual(first)
    paid(first, capture)
    await audit(w)
  })

  test('resumed from several tabs at once: one completion, one charge', async () => {
    const { w, payment } = await challenged(capture)
    const back = answer(w)
    const tabs = Array.from({ length: 5 }, () => w.florin.payments.resume(payment.id, back))
    const shown = await w.run(Promise.all(tabs))
    for (const one of shown) expect(['processing', 'succeeded', 'authorized']).toContain(one.status)
    paid(await w.get(payment.id), capture)
    const [charge] = w.acquirer.books().charges
    expect(w.acquirer.effects(charge?.reference ?? '')).toEqual({ requests: 2, effects: 1 }) // the charge, one completion
    await audit(w)
  })
})

test('a buyer who comes back without having answered still has the challenge before them', async () => {
  const { w, payment } = await challenged()
  const resumed = await w.run(w.florin.payments.resume(payment.id))
  expect(resumed).toMatchObject({ status: 'requires_action', action: payment.action })
  paid(await w.run(w.florin.payments.resume(payment.id, answer(w))))
  await audit(w)
})

test('a forged result changes nothing: the buyer can still pass the challenge', async () => {
  const { w, payment } = await challenged()
  const charge = w.acquirer.books().charges[0]?.id ?? ''
  await w.run(w.florin.payments.resume(payment.id, { payload: { charge, challenge_result: 'res_forged' } }))
  await recover(w)
  expect((await w.get(payment.id)).status).toBe('requires_action')
  paid(await w.run(w.florin.payments.resume(payment.id, answer(w))))
  await audit(w)
})

test.each([
  'drop_before',
  'drop_after',
  'error_500_before',
  'error_500_after',
  'error_500_cached',
  'cut_body',
] as const)('a completion that meets %s ends in one charge, or leaves the buyer the challenge', async (how) => {
  const { w, payment } = await challenged()
  const back = answer(w)
  w.acquirer.fail({ how, when: { operation: 'complete' } })
  const resumed = await w.run(w.florin.payments.resume(payment.id, back))
  expect(['processing', 'requires_action']).toContain(resumed.status)
  await recover(w)
  const later = await w.get(payment.id)
  if (later.status === 'requires_action') {
    expect(later.action).toEqual(payment.action)
    paid(await w.run(w.florin.payments.resume(payment.id, back)))
  } else paid(later)
  await audit(w)
})

test('a payment that waits for the buyer can be canceled, and a late answer then changes nothing', async () => {
  const { w, payment } = await challenged()
  const back = answer(w)
  expect((await w.run(w.florin.payments.cancel(payment.id))).status).toBe('canceled')
  expect((await w.run(w.florin.payments.resume(payment.id, back))).status).toBe('canceled')
  await recover(w)
  await audit(w)
})

test('canceled in one tab while another completes the challenge: one of them wins, and the books follow', async () => {
  for (const first of ['cancel', 'resume'] as const) {
    for (const slow of ['cancel', 'complete', null] as const) {
      const { w, payment } = await challenged()
      const back = answer(w)
      if (slow !== null) w.acquirer.fail({ how: 'slow', ms: 500, when: { operation: slow } })
      const calls = {
        cancel: () => w.florin.payments.cancel(payment.id).catch((error: Error) => error),
        resume: () => w.florin.payments.resume(payment.id, back).catch((error: Error) => error),
      }
      const second = first === 'cancel' ? 'resume' : 'cancel'
      await w.run(Promise.all([calls[first](), calls[second]()]))
      await recover(w)
      const { status } = await w.get(payment.id)
      expect(['succeeded', 'canceled']).toContain(status)
      await audit(w)
      expect(w.errors).toEqual([])
    }
  }
})

test('resume of a payment that waits for nobody shows it as it is', async () => {
  const w = await world()
  const payment = await w.pay()
  expect(await w.run(w.florin.payments.resume(payment.id))).toEqual(payment)
})

test.each(['unknown', 'crashed'] as const)(
  'where nothing can be looked up, a completion whose answer is %s is sent again, the very same',
  async (how) => {
    let completions = 0
    const { gateway, sent } = scripted(
      ({ kind, attempt }) => {
        if (kind === 'capture') return { effect: 'applied', gatewayId: 'gw_capture' }
        const expiresAt = 4_000_000_000_000
        const action = { type: 'redirect', url: 'https://bank.test/' } as const
        if (kind !== 'complete')
          return { effect: 'pending', gatewayId: `gw_${attempt}`, awaits: 'customer', expiresAt, action }
        completions += 1
        if (completions > 2) return { effect: 'applied', gatewayId: `gw_${attempt}` }
        if (how === 'crashed') throw new Error('the adapter broke')
        return { effect: 'unknown', reason: 'reset' }
      },
      { capabilities: { lookupBy: [], webhooks: true, reports: true } },
    )
    const w = await world({ gateway: () => gateway })
    const payment = await w.pay({ returnUrl: 'https://shop.test/return' })
    const resumed = await w.run(w.florin.payments.resume(payment.id, { payload: { result: 'pass' } }))
    expect(resumed.status).toBe('processing')
    await recover(w)
    expect(await w.get(payment.id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    const sentAgain = sent.filter(({ bytes }) => bytes.startsWith('/complete'))
    expect(sentAgain).toHaveLength(3)
    expect(new Set(sentAgain.map(({ key, bytes }) => `${key} ${bytes}`)).size).toBe(1)
  },
)
