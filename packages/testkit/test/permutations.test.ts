import type { PaymentView } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { type World, world } from './world.ts'

/** What happens at the acquirer, and nobody hears of until the webhooks come. */
const ACTS = [
  'our_capture',
  'our_refund',
  'our_cancel',
  'their_capture',
  'their_refund',
  'their_cancel',
  'fail_capture',
  'recapture',
  'fail_refund',
  'repay_refund',
  'return_sale',
  'represent_sale',
] as const
type Act = (typeof ACTS)[number]

interface Scenario {
  readonly kind: 'automatic' | 'manual' | 'sale'
  readonly acts: readonly Act[]
  /** The answer to the charge never arrived. */
  readonly unheard: boolean
}

interface Wire {
  readonly id: string
  readonly object: string
  readonly reference: string | null
  readonly status: string
}

const wireOf = (delivery: RawDelivery): Wire =>
  (JSON.parse(Buffer.from(delivery.body).toString()) as { data: Wire }).data

const failed = (one: Wire): boolean => one.status === 'failed' || one.status === 'returned'

/** Plays a scenario to its end, and keeps the webhooks back. What the acquirer refuses did not happen. */
const play = async ({ kind, acts, unheard }: Scenario) => {
  const w = await world()
  const mail: RawDelivery[] = []
  w.acquirer.onWebhook((delivery) => void mail.push(delivery))
  if (unheard) w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
  const method = kind === 'sale' ? ({ type: 'redirect', token: 'tok_approve' } as const) : undefined
  const input = { reference: 'one', ...(method === undefined ? {} : { method }) }
  const { id } = await w.pay({ ...input, capture: kind === 'manual' ? 'manual' : 'automatic' })
  for (const act of acts) {
    await w.advance(10) // every act has an instant of its own
    await perform(w, mail, id, act).catch(() => undefined)
  }
  await w.advance(10)
  return { w, mail: [...mail], id }
}

const perform = async (w: World, mail: readonly RawDelivery[], id: string, act: Act): Promise<unknown> => {
  const { dashboard } = w.acquirer
  const charge = w.acquirer.books().charges[0]?.id ?? ''
  const last = (object: string): string => mail.map(wireOf).findLast((one) => one.object === object)?.id ?? 'none'
  switch (act) {
    case 'our_capture':
      return w.run(w.florin.payments.capture(id, { amount: '30.00', final: false }))
    case 'our_refund':
      return w.run(w.florin.payments.refund(id, { amount: '7.00' }))
    case 'our_cancel':
      return w.run(w.florin.payments.cancel(id))
    case 'their_capture':
      return dashboard.capture(charge, 2_000n)
    case 'their_refund':
      return dashboard.refund(charge, 500n)
    case 'their_cancel':
      return dashboard.cancel(charge)
    case 'fail_capture':
      return dashboard.failCapture(last('capture'))
    case 'recapture':
      return dashboard.recapture(last('capture'))
    case 'fail_refund':
      return dashboard.failRefund(last('refund'))
    case 'repay_refund':
      return dashboard.repayRefund(last('refund'))
    case 'return_sale':
      return dashboard.returnSale(charge)
    case 'represent_sale':
      return dashboard.representSale(charge)
  }
}

/**
 * Which webhooks may never come, and be made up for by asking: whatever the acquirer knows under a reference of ours, but for the last
 * word that something was taken back, about which nothing here has a reason to ask.
 */
const mayBeLost = (mail: readonly RawDelivery[]): readonly boolean[] =>
  mail.map((delivery, index) => {
    const one = wireOf(delivery)
    if (one.reference === null) return false
    const later = mail.slice(index + 1).map(wireOf)
    return !failed(one) || later.some((other) => other.id === one.id && !failed(other))
  })

/** An authorisation that was given back stays so, also when a capture of it turns out to have come first. */
const stateOf = ({ kind, state }: AttemptCells): string =>
  kind === 'authorize' && state === 'reversed' ? 'applied' : state

/** What a payment has come to, without when, in how many steps, and whether somebody should look at how it came to that. */
const endOf = (view: PaymentView, attempts: readonly AttemptCells[]) => {
  const { status, authorized, captured, refunded, capturable, refundable, captureState, refundState, refunds } = view
  const money = { status, authorized, captured, refunded, capturable, refundable, captureState, refundState }
  return {
    ...money,
    refunds: refunds.map((one) => `${one.status} ${one.amount}`).sort(),
    attempts: attempts.map((one) => `${one.origin} ${one.kind} ${stateOf(one)} ${one.amount}`).sort(),
  }
}

const finish = async ({ w, id }: { readonly w: World; readonly id: string }) => {
  await recover(w)
  await w.advance(60_000)
  await w.tick() // what was taken back is looked at again: the report that it was done anew may be lost
  await recover(w)
  await audit(w)
  expect(w.errors).toEqual([])
  return endOf(await w.get(id), await rows<AttemptCells>(w.inner, 'attempts'))
}

const hand = async (w: World, delivery: RawDelivery): Promise<void> => {
  await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery }))
  await w.advance(1)
}

const inOrder = async (scenario: Scenario) => {
  const { w, mail, id } = await play(scenario)
  for (const delivery of mail) await hand(w, delivery)
  return finish({ w, id })
}

/** For every webhook by its place: when it is handed over, whether twice, and whether it is lost where it may be. */
const fates = fc.array(fc.record({ at: fc.nat(1_000), twice: fc.boolean(), lost: fc.boolean() }), {
  minLength: 16,
  maxLength: 16,
})

const scenario: fc.Arbitrary<Scenario> = fc.record({
  kind: fc.constantFrom('automatic', 'manual', 'manual', 'sale'),
  acts: fc.array(fc.constantFrom(...ACTS), { minLength: 1, maxLength: 7 }),
  unheard: fc.boolean(),
})

const shuffled = async (given: Scenario, how: readonly { at: number; twice: boolean; lost: boolean }[]) => {
  const { w, mail, id } = await play(given)
  const losable = mayBeLost(mail)
  const plan = mail.map((delivery, index) => ({
    delivery,
    index,
    ...(how[index] ?? { at: index, twice: false, lost: false }),
  }))
  for (const one of plan.sort((a, b) => a.at - b.at)) {
    if (one.lost && losable[one.index]) continue
    await hand(w, one.delivery)
    if (one.twice) await hand(w, one.delivery)
  }
  return finish({ w, id })
}

test('any order, duplication or loss of webhooks leads to the same end, which is the acquirer’s', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fates, async (given, how) => {
      expect(await shuffled(given, how)).toEqual(await inOrder(given))
    }),
    { numRuns: 60 },
  )
}, 60_000)

test('captured, failed and captured anew: all orders end captured', async () => {
  const given: Scenario = { kind: 'manual', unheard: false, acts: ['our_capture', 'fail_capture', 'recapture'] }
  const end = await inOrder(given)
  expect(end).toMatchObject({ status: 'authorized', captured: '30.00', capturable: '70.00' })
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    for (const twice of [false, true]) {
      // The first webhook is the authorisation's.
      const how = [-1, ...order].map((at) => ({ at, twice, lost: false }))
      expect(await shuffled(given, how)).toEqual(end)
    }
  }
})

test.each<[what: string, acts: readonly Act[]]>([
  ['returned', ['their_refund', 'fail_refund', 'return_sale']],
  ['returned and collected anew', ['their_refund', 'fail_refund', 'return_sale', 'represent_sale', 'repay_refund']],
])('a refund of a sale that was first heard of as %s is a refund, in any order', async (_, acts) => {
  const given: Scenario = { kind: 'sale', unheard: true, acts }
  const end = await inOrder(given)
  expect(end.refunds).toEqual([acts.length === 3 ? 'failed 5.00' : 'succeeded 5.00'])
  const places = Array.from({ length: acts.length + 1 }, (_, place) => place)
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(places, { minLength: places.length }), async (order) => {
      const how = order.map((at) => ({ at, twice: false, lost: false }))
      expect(await shuffled(given, how)).toEqual(end)
    }),
    { numRuns: 24 },
  )
})

test('it stays one where the buyer paid anew meanwhile, and the books agree all the time', async () => {
  const { w, mail, id } = await play({
    kind: 'sale',
    unheard: true,
    acts: ['their_refund', 'fail_refund', 'return_sale'],
  })
  const [, refunded, bounced, returned] = mail as [RawDelivery, RawDelivery, RawDelivery, RawDelivery]
  await hand(w, returned)
  await hand(w, refunded)
  await w.run(w.florin.payments.retry(id, { method: { type: 'card', token: 'tok_approve' } }))
  expect(await w.get(id)).toMatchObject({
    status: 'succeeded',
    captured: '100.00',
    refunded: '5.00',
    refundable: '95.00',
  })
  expect(await w.run(w.florin.verify())).toMatchObject({ ok: true })
  await hand(w, bounced)
  expect(await w.get(id)).toMatchObject({ status: 'succeeded', refunded: '0.00', refundable: '100.00' })
  expect((await finish({ w, id })).refunds).toEqual(['failed 5.00'])
})

test('what was done to a sale is booked also where its success was never told, and it was taken back', async () => {
  const given: Scenario = { kind: 'sale', unheard: true, acts: ['their_refund', 'fail_refund', 'return_sale'] }
  const how = [0, 1, 2, 3].map((at) => ({ at, twice: false, lost: at === 0 }))
  const { attempts, captured, refunded } = await shuffled(given, how)
  expect({ attempts, captured, refunded }).toEqual({
    attempts: ['external refund undone 500', 'florin sale undone 10000'],
    captured: '0.00',
    refunded: '0.00',
  })
})
