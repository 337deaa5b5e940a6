import type { Gateway, RawDelivery } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { cards, type FailoverWorld, failoverWorld, OPTED_IN } from './failover-world.ts'
import { type AttemptCells, type ObligationCells, rows } from './rows.ts'

// What somebody captures, in a dashboard or by an account's default, of a charge that counts for nobody here (FAILURES 2.12, 2.20, 6.12).

/** The first gateway's authorisation is left behind; its webhooks are delivered when a test says so. */
const leftBehind = async (second = 'tok_approve') => {
  const w = await failoverWorld({ options: OPTED_IN })
  const mail: RawDelivery[] = []
  w.first.onWebhook((delivery) => void mail.push(delivery))
  w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
  const { id } = await w.pay({ method: cards('tok_approve', second) })
  const deliver = async (type?: string): Promise<void> => {
    await w.advance(10) // they leave by themselves
    for (const delivery of mail.filter(({ body }) => type === undefined || Buffer.from(body).includes(`"${type}"`)))
      await w.run(w.florin.webhooks.receive({ gateway: 'first', ...delivery }))
    await w.advance(10)
  }
  return { w, id, deliver, charge: w.first.books().charges[0]?.id ?? '' }
}

const suspense = async (w: FailoverWorld) =>
  (await w.run(w.florin.ledger.balances())).data.find(({ account }) => account === 'suspense/EUR')?.posted

const duties = async (w: FailoverWorld) =>
  (await rows<ObligationCells>(w.inner, 'obligations')).map(({ proof }) => proof)

const reversals = async (w: FailoverWorld) =>
  (await rows<AttemptCells>(w.inner, 'attempts'))
    .filter((one) => one.parent !== null && (one.kind === 'refund' || one.kind === 'cancel'))
    .map(({ kind, state, amount }) => `${kind} ${amount} ${state}`)

/** All that was taken is the buyer's again, nobody's money is with us, and the payment is what it was. */
const allGoesBack = async (w: FailoverWorld): Promise<void> => {
  await recover(w)
  const [charge] = w.first.books().charges
  expect(charge?.refunded).toBe(charge?.captured)
  expect(charge?.held).toBe(0n)
  expect(await suspense(w)).toBe('0.00')
  expect(w.errors).toEqual([])
}

describe('an authorisation that was left behind, and is captured at the gateway', () => {
  test('in full is refunded: that is the proof which ends its duty, and no cancel was', async () => {
    const { w, id, deliver, charge } = await leftBehind()
    w.first.dashboard.capture(charge, 10_000n)
    await deliver()
    expect(await suspense(w)).toBe('100.00')
    expect(await duties(w)).toEqual([null])
    const { stuck } = await w.run(w.florin.reviews.get(id))
    expect(stuck.map(({ actions }) => actions)).toEqual([['retry_now']]) // money goes back by a refund, not by a word
    await allGoesBack(w)
    expect(await duties(w)).toEqual(['refunded'])
    expect(await reversals(w)).toEqual(['refund 10000 applied'])
    expect(await w.get(id)).toMatchObject({
      status: 'succeeded',
      captured: '100.00',
      refunded: '0.00',
      needsReview: true,
    })
    const story = await w.story(id)
    expect(story).toContain('attempt.orphan_captured')
    expect(story.at(-1)).toBe('attempt.reversed')
  })

  test('in part is refunded, and the rest is released', async () => {
    const { w, deliver, charge } = await leftBehind()
    w.first.dashboard.capture(charge, 4_000n)
    await deliver()
    await allGoesBack(w)
    expect(await duties(w)).toEqual(['refunded'])
    expect(await reversals(w)).toEqual(['refund 4000 applied', 'cancel 10000 applied'])
  })

  test('after which the payment was declined, keeps no money anywhere', async () => {
    const { w, id, deliver, charge } = await leftBehind('tok_stolen_card')
    w.first.dashboard.capture(charge, 10_000n)
    await deliver()
    await allGoesBack(w)
    expect((await w.get(id)).status).toBe('declined')
    await audit(w)
  })

  test('just before it was canceled, and told of after that, opens the duty anew', async () => {
    const { w, deliver, charge } = await leftBehind()
    await deliver()
    w.first.dashboard.capture(charge, 4_000n)
    await recover(w)
    expect(await duties(w)).toEqual(['voided'])
    await deliver()
    expect(await duties(w)).toEqual(['voided', null])
    await allGoesBack(w)
    expect(await duties(w)).toEqual(['voided', 'refunded'])
  })

  test('and refunded in the dashboard too, of which the refund is told first, is refunded once', async () => {
    const { w, deliver, charge } = await leftBehind()
    w.first.dashboard.capture(charge, 10_000n)
    w.first.dashboard.refund(charge, 10_000n)
    await deliver('refund.succeeded')
    expect(await duties(w)).toEqual([null])
    await deliver()
    await allGoesBack(w)
    expect(w.first.books().charges[0]?.refunded).toBe(10_000n)
  })

  test('twice, is refunded twice; webhooks that come again change nothing', async () => {
    const { w, deliver, charge } = await leftBehind()
    w.first.dashboard.capture(charge, 3_000n)
    await deliver()
    await w.tick()
    w.first.dashboard.capture(charge, 7_000n)
    await deliver()
    await deliver()
    await allGoesBack(w)
    expect(w.first.books().charges[0]?.refunded).toBe(10_000n)
    await deliver()
    await allGoesBack(w)
    expect((await duties(w)).filter((proof) => proof === null)).toEqual([])
  })

  test('and fails after all, is nobody’s money any more, and its hold is released', async () => {
    const { w, id, deliver, charge } = await leftBehind()
    const { id: capture } = w.first.dashboard.capture(charge, 10_000n)
    await deliver()
    w.first.dashboard.failCapture(capture)
    await deliver()
    expect(await suspense(w)).toBe('0.00')
    await allGoesBack(w)
    expect(await duties(w)).toEqual(['voided'])
    expect(await w.story(id)).toContain('attempt.orphan_capture_undone')
  })
})

test('a charge that was declined as far as anybody knew, and is captured: a duty to give it back is opened', async () => {
  const decline = { class: 'hard', code: 'x', gatewayCode: null, networkAdvice: null, message: 'x' } as const
  const misread = (inner: SandboxGateway): Gateway => ({
    ...inner,
    read: (response, command) => {
      const said = inner.read(response, command)
      if (command.kind !== 'authorize' || said.effect !== 'applied') return said
      return { effect: 'rejected', decline, gatewayId: said.gatewayId }
    },
  })
  const w = await failoverWorld({ gateway: misread })
  const mail: RawDelivery[] = []
  w.first.onWebhook((delivery) => void mail.push(delivery))
  const { id } = await w.pay()
  w.first.dashboard.capture(w.first.books().charges[0]?.id ?? '', 4_000n)
  await w.advance(10)
  const told = mail.filter(({ body }) => Buffer.from(body).includes('"capture.succeeded"'))
  for (const delivery of told) await w.run(w.florin.webhooks.receive({ gateway: 'first', ...delivery }))
  expect(await duties(w)).toEqual([null])
  expect(await suspense(w)).toBe('40.00')
  await allGoesBack(w)
  expect(await duties(w)).toEqual(['refunded'])
  expect((await w.get(id)).status).toBe('declined')
  await audit(w)
})
