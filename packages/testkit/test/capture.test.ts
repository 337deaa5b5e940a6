import type { GatewayFact } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { scripted } from './scripted.ts'
import { card, type World, world } from './world.ts'

const authorized = async (amount = '100.00') => {
  const w = await world()
  const { id } = await w.pay({ capture: 'manual', amount })
  return { w, id }
}
const held = (w: World) => w.acquirer.books().currencies.EUR?.held

describe('capture', () => {
  test('in full', async () => {
    const { w, id } = await authorized()
    expect(await w.run(w.florin.payments.capture(id))).toMatchObject({
      status: 'succeeded',
      captured: '100.00',
      capturable: '0.00',
      captureState: 'full',
    })
    await audit(w)
  })

  test('in part: the rest is given back at once', async () => {
    const { w, id } = await authorized()
    expect(await w.run(w.florin.payments.capture(id, { amount: '60.00' }))).toMatchObject({
      status: 'succeeded',
      captured: '60.00',
      capturable: '0.00',
      captureState: 'partial',
    })
    expect(held(w)).toBe(0n)
    expect(await w.run(w.florin.ledger.holds(id))).toEqual([])
    await audit(w)
  })

  test('in several parts, until the last one is final', async () => {
    const { w, id } = await authorized()
    for (const [amount, captured] of [
      ['30.00', '30.00'],
      ['0.01', '30.01'],
      ['19.99', '50.00'],
    ] as const) {
      const payment = await w.run(w.florin.payments.capture(id, { amount, final: false }))
      expect(payment).toMatchObject({ status: 'authorized', captured, captureState: 'partial' })
      await audit(w)
    }
    expect(await w.run(w.florin.payments.capture(id))).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await audit(w)
  })

  test('in parts that leave nothing open ends it, final or not', async () => {
    const { w, id } = await authorized()
    await w.run(w.florin.payments.capture(id, { amount: '40.00', final: false }))
    const payment = await w.run(w.florin.payments.capture(id, { amount: '60.00', final: false }))
    expect(payment).toMatchObject({ status: 'succeeded', captured: '100.00', captureState: 'full' })
    expect(payment.authorizedUntil).toBeUndefined()
    await audit(w)
  })

  test('above what is authorized is refused with both amounts, and nothing changes', async () => {
    const { w, id } = await authorized()
    const before = await w.get(id)
    const refused = await w.refusal(w.florin.payments.capture(id, { amount: '100.01' }))
    expect(refused).toMatchObject({ code: 'amount_too_large', details: { payment: id } })
    expect(refused.message).toMatch(/100\.00 EUR.*100\.01 EUR/)
    await w.run(w.florin.payments.capture(id, { amount: '70.00', final: false }))
    expect(await w.refusal(w.florin.payments.capture(id, { amount: '30.01' }))).toMatchObject({
      code: 'amount_too_large',
    })
    expect(before.version).toBe(2)
    await audit(w)
  })

  test.each<[status: string, make: (w: World) => Promise<string>, says: string]>([
    ['succeeded', async (w) => (await w.pay()).id, 'captured already'],
    ['declined', async (w) => (await w.pay({ method: card('tok_fraud') })).id, 'retry'],
    ['requires_action', async (w) => (await w.pay({ capture: 'manual', method: card('tok_3ds') })).id, 'resume'],
    [
      'canceled',
      async (w) => {
        const { id } = await w.pay({ capture: 'manual' })
        await w.run(w.florin.payments.cancel(id))
        return id
      },
      'is canceled',
    ],
  ])('of a payment that is %s is refused, and the message says what to do', async (status, make, says) => {
    const w = await world()
    const id = await make(w)
    const refused = await w.refusal(w.florin.payments.capture(id))
    expect(refused).toMatchObject({ code: 'invalid_state', details: { payment: id, status } })
    expect(refused.message).toContain(says)
  })

  test('twice at once: one capture, the other is told to wait or that it is done', async () => {
    const { w, id } = await authorized()
    const settled = await w.run(Promise.allSettled([w.florin.payments.capture(id), w.florin.payments.capture(id)]))
    expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of settled) {
      if (one.status === 'rejected') expect(['attempt_open', 'invalid_state', 'conflict']).toContain(one.reason.code)
    }
    expect((await w.get(id)).captured).toBe('100.00')
    await audit(w)
  })

  test('twenty parts at once never take more than was authorized', async () => {
    const { w, id } = await authorized()
    const florins = [w.florin, await w.another()]
    const calls = Array.from({ length: 20 }, (_, i) =>
      (florins[i % 2] ?? w.florin).payments.capture(id, { amount: '9.00', final: false }),
    )
    await w.run(Promise.allSettled(calls))
    await recover(w)
    expect(Number((await w.get(id)).captured)).toBeLessThanOrEqual(100)
    await audit(w)
  })

  test('refused where the gateway cannot do it that way, before anything is sent', async () => {
    const { gateway, sent } = scripted(() => ({ effect: 'applied', gatewayId: 'gw_1' }), {
      can: { multiCapture: false, partialCapture: false, increment: false },
    })
    const w = await world({ gateway: () => gateway })
    const { id } = await w.pay({ capture: 'manual' })
    const before = sent.length
    for (const call of [
      () => w.florin.payments.capture(id, { final: false }),
      () => w.florin.payments.capture(id, { amount: '1.00' }),
      () => w.florin.payments.increment(id, { amount: '200.00' }),
    ]) {
      expect(await w.refusal(call())).toMatchObject({ code: 'unsupported' })
    }
    expect(sent).toHaveLength(before)
    expect((await w.run(w.florin.payments.capture(id))).status).toBe('succeeded')
  })
})

describe('increment', () => {
  test('raises what can be captured', async () => {
    const { w, id } = await authorized()
    expect(await w.run(w.florin.payments.increment(id, { amount: '150.00' }))).toMatchObject({
      status: 'authorized',
      authorized: '150.00',
      capturable: '150.00',
    })
    await audit(w)
    await w.run(w.florin.payments.capture(id, { amount: '120.00' }))
    expect(held(w)).toBe(0n)
    await audit(w)
  })

  test.each(['100.00', '99.99'])('to %s, which is not more, is refused', async (amount) => {
    const { w, id } = await authorized()
    const refused = await w.refusal(w.florin.payments.increment(id, { amount }))
    expect(refused).toMatchObject({ code: 'invalid_request' })
    expect(refused.message).toMatch(/100\.00 EUR/)
  })

  test('that the gateway refuses leaves everything as it was', async () => {
    const { w, id } = await authorized()
    await w.run(w.florin.payments.capture(id, { amount: '10.00', final: false }))
    const payment = await w.run(w.florin.payments.increment(id, { amount: '150.00' })) // not after a capture
    expect(payment).toMatchObject({ status: 'authorized', authorized: '100.00', capturable: '90.00' })
    await audit(w)
  })
})

test('an automatic capture that is finally refused keeps the authorization, and asks for a person', async () => {
  let refusing = true
  const w = await world({
    gateway: (inner) => ({
      ...inner,
      read: (response, command) =>
        command.kind === 'capture' && refusing
          ? {
              effect: 'rejected',
              decline: { class: 'configuration', code: 'no', gatewayCode: null, networkAdvice: null, message: 'No.' },
            }
          : inner.read(response, command),
      transport: {
        send: (request, context) =>
          refusing && request.path.endsWith('/capture')
            ? Promise.resolve({ outcome: 'answered', response: { status: 400, headers: {}, body: '' } })
            : inner.transport.send(request, context),
      },
    }),
  })
  const payment = await w.pay()
  expect(payment).toMatchObject({ status: 'authorized', needsReview: true, capturable: '100.00' })
  refusing = false
  expect((await w.run(w.florin.payments.capture(payment.id))).status).toBe('succeeded')
  await audit(w)
  // Nobody captures the second: its hold lapses at the gateway, and here.
  refusing = true
  const lost = await w.pay()
  await w.advance(8 * 86_400_000)
  await recover(w)
  expect((await w.get(lost.id)).status).toBe('expired')
  await audit(w)
})

test('while a final capture is on its way nothing more can be captured or refunded; once it failed, it can', async () => {
  const captures: string[] = []
  const { gateway } = scripted(({ kind, attempt }) => {
    if (kind !== 'capture') return { effect: 'applied', gatewayId: `gw_${attempt}` }
    captures.push(attempt)
    return { effect: 'pending', gatewayId: `gw_${attempt}`, awaits: 'gateway', expiresAt: 4_000_000_000_000 }
  })
  const fail = (body: Uint8Array): GatewayFact[] => {
    const attempt = Buffer.from(body).toString()
    const decline = {
      class: 'configuration',
      code: 'no',
      gatewayCode: null,
      networkAdvice: null,
      message: 'No.',
    } as const
    const answer = { effect: 'rejected', decline } as const
    const of = { attempt, of: 'capture', gatewayId: `gw_${attempt}`, parentGatewayId: null } as const
    return [{ ...of, amount: 6_000n, currency: 'EUR', occurredAt: null, answer }]
  }
  const w = await world({ gateway: () => ({ ...gateway, parse: fail }) })
  const { id } = await w.pay({ capture: 'manual' })
  const pending = await w.run(w.florin.payments.capture(id, { amount: '60.00' }))
  expect(pending).toMatchObject({ captureState: 'pending', capturable: '0.00' })
  expect((await w.refusal(w.florin.payments.capture(id, { amount: '40.00' }))).message).toContain(
    'final capture on the way',
  )
  expect((await w.refusal(w.florin.payments.refund(id))).message).toContain('refund it when that is done')
  const body = Buffer.from(captures[0] ?? '')
  await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', account: 'default', headers: {}, body }))
  await w.advance(100)
  expect(await w.get(id)).toMatchObject({ capturable: '100.00' })
  expect(await w.run(w.florin.payments.capture(id, { amount: '40.00' }))).toMatchObject({ captureState: 'pending' })
  expect(captures).toHaveLength(2)
})
