import type { Gateway, GatewayFact, Sent } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, recover } from '../audit.ts'
import { event, listening, patched } from '../inbox.ts'
import { type AttemptCells, rows } from '../rows.ts'
import { type World, world } from '../world.ts'

const attempt = async (w: World, kind: string): Promise<AttemptCells | undefined> =>
  (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === kind)

/** A transport that says that nothing was sent, although it was: a bug of its author, which money must survive. */
const lying =
  (about: 'charges' | 'captures') =>
  (inner: SandboxGateway): Gateway => ({
    ...inner,
    transport: {
      ...inner.transport,
      send: async (request, context): Promise<Sent> => {
        const sent = await inner.transport.send(request, context)
        const meant = about === 'charges' ? /charges$/ : /capture/
        return meant.test(request.path) && request.method === 'POST' ? { outcome: 'not_sent', reason: 'a lie' } : sent
      },
    },
  })

describe('what happens once in a lifetime', () => {
  test('a capture is reported as failed while its own answer is still on the way', async () => {
    const { w, mail, hand } = await listening()
    const { id } = await w.pay({ capture: 'manual' })
    w.acquirer.fail({ how: 'slow', ms: 5_000, when: { operation: 'capture' } })
    const capturing = w.florin.payments.capture(id)
    await w.advance(100)
    expect(await attempt(w, 'capture')).toMatchObject({ state: 'sent' })
    w.acquirer.dashboard.failCapture((await attempt(w, 'capture'))?.id ?? '')
    await w.advance(10)
    await hand(mail.at(-1))
    await w.advance(10)
    expect(await attempt(w, 'capture')).toMatchObject({ state: 'undone' })
    await w.run(capturing)
    await recover(w)
    expect(await w.get(id)).toMatchObject({ captured: '0.00', needsReview: true })
    await audit(w)
  })

  test('a transfer is reported as sent back, and nobody had told that it came', async () => {
    const { w, mail, hand } = await listening()
    const { id } = await w.pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
    const charge = w.acquirer.books().charges[0]?.id ?? ''
    w.acquirer.settlePending(charge, 'approve')
    await w.advance(10)
    w.acquirer.dashboard.returnSale(charge)
    await w.advance(10)
    await hand(mail.at(-1))
    await w.advance(10)
    expect(await attempt(w, 'sale')).toMatchObject({ state: 'undone' })
    await recover(w)
    expect(await w.get(id)).toMatchObject({ captured: '0.00' })
    await audit(w)
  })

  test('a capture that was never sent, as its transport said, succeeds: it is booked', async () => {
    const w = await world({ webhooks: true, gateway: lying('captures') })
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(w.florin.payments.capture(id).catch(() => undefined))
    await w.advance(10)
    expect(await attempt(w, 'capture')).toMatchObject({ state: 'applied' })
    await recover(w)
    expect(await w.get(id)).toMatchObject({ captured: '100.00' })
    await audit(w)
  })

  test('a charge that was never sent, as its transport said, holds money: it is reversed', async () => {
    const w = await world({ webhooks: true, gateway: lying('charges') })
    const { id } = await w.pay({ capture: 'manual' })
    expect((await w.get(id)).status).toBe('declined')
    await w.advance(10)
    await recover(w)
    expect(await attempt(w, 'authorize')).toMatchObject({ state: 'reversed' })
    expect(await w.get(id)).toMatchObject({ status: 'declined', authorized: '0.00' })
    await audit(w)
  })

  test('a webhook about another shop’s charge, ignored for long, is looked at again by a person, and waits again', async () => {
    const fact = {
      attempt: null,
      of: 'sale',
      gatewayId: 'ch_x',
      parentGatewayId: null,
      amount: 1n,
      currency: 'EUR',
    } as const
    const told: GatewayFact = { ...fact, occurredAt: null, answer: { effect: 'applied', gatewayId: 'ch_x' } }
    const { w, hand, list } = await listening({ gateway: patched(() => ({ parse: () => [told] })) })
    await hand(event(w, { object: 'any' }))
    for (let hour = 0; hour < 24 * 20; hour += 6) {
      await w.advance(6 * 3_600_000)
      await w.tick()
    }
    const [ignored] = await list('ignored')
    await w.run(w.florin.webhooks.redrive(ignored?.id ?? ''))
    expect(await list('waiting')).toMatchObject([{ id: ignored?.id, note: 'unmatched', tries: 1 }])
  })
})
