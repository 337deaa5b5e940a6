import type { Florin, PaymentView } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { type Death, mortal } from './mortal.ts'
import { rows } from './rows.ts'
import { type CreateInput, card, order, type World, world } from './world.ts'

/** One flow, and how the payment may stand once a crash within it is recovered from. */
interface Flow {
  readonly name: string
  readonly prepare: (w: World) => Promise<PaymentView | undefined>
  readonly act: (florin: Florin<'sandbox'>, payment: PaymentView | undefined, w: World) => Promise<PaymentView>
  /** Undefined: no payment came about. */
  readonly ends: readonly (Partial<PaymentView> | undefined)[]
}

const input: CreateInput = order({ reference: 'crash-1', amount: '80.00' })
const manual = (w: World): Promise<PaymentView> => w.pay({ ...input, capture: 'manual' })
const sale = (w: World): Promise<PaymentView> => w.pay(input)
const waiting = (w: World): Promise<PaymentView> => w.pay({ ...input, method: card('tok_3ds') })
const idOf = (payment: PaymentView | undefined): string => payment?.id ?? ''
const key = { idempotencyKey: 'crash-key' }
const passed = (w: World, payment: PaymentView | undefined) => ({
  payload: w.acquirer.challenge(chargeOf(w, payment), 'pass').payload,
})
const chargeOf = (w: World, _: PaymentView | undefined): string => w.acquirer.books().charges[0]?.id ?? ''

const FLOWS: readonly Flow[] = [
  {
    name: 'create, automatic capture',
    prepare: async () => undefined,
    act: (florin) => florin.payments.create(input, key),
    ends: [undefined, { status: 'succeeded', captured: '80.00' }],
  },
  {
    name: 'create, manual capture',
    prepare: async () => undefined,
    act: (florin) => florin.payments.create({ ...input, capture: 'manual' }, key),
    ends: [undefined, { status: 'authorized', capturable: '80.00' }],
  },
  {
    name: 'create, declined',
    prepare: async () => undefined,
    act: (florin) => florin.payments.create({ ...input, method: card('tok_do_not_honor') }, key),
    ends: [undefined, { status: 'declined' }],
  },
  {
    name: 'create, bank transfer',
    prepare: async () => undefined,
    act: (florin) => florin.payments.create({ ...input, method: { type: 'bank_transfer', token: 'tok_pending' } }, key),
    ends: [undefined, { status: 'succeeded', captured: '80.00' }],
  },
  {
    name: 'capture',
    prepare: manual,
    act: (florin, payment) => florin.payments.capture(idOf(payment), { amount: '30.00' }, key),
    ends: [
      { status: 'authorized', captured: '0.00' },
      { status: 'succeeded', captured: '30.00', capturable: '0.00' },
    ],
  },
  {
    name: 'cancel',
    prepare: manual,
    act: (florin, payment) => florin.payments.cancel(idOf(payment), key),
    ends: [{ status: 'authorized' }, { status: 'canceled', capturable: '0.00' }],
  },
  {
    name: 'cancel of a payment that waits for the buyer',
    prepare: waiting,
    act: (florin, payment) => florin.payments.cancel(idOf(payment), key),
    ends: [{ status: 'requires_action' }, { status: 'canceled' }],
  },
  {
    name: 'refund',
    prepare: sale,
    act: (florin, payment) => florin.payments.refund(idOf(payment), { amount: '12.34' }, key),
    ends: [{ refunded: '0.00' }, { refunded: '12.34', refundState: 'partial' }],
  },
  {
    name: 'increment',
    prepare: manual,
    act: (florin, payment) => florin.payments.increment(idOf(payment), { amount: '90.00' }, key),
    ends: [{ authorized: '80.00' }, { authorized: '90.00' }],
  },
  {
    name: 'retry after a decline',
    prepare: (w) => w.pay({ ...input, method: card('tok_insufficient_funds') }),
    act: (florin, payment) => florin.payments.retry(idOf(payment), { method: card() }, key),
    ends: [{ status: 'declined' }, { status: 'succeeded' }],
  },
  {
    name: 'retry in place of a challenge',
    prepare: waiting,
    act: (florin, payment) => florin.payments.retry(idOf(payment), { method: card() }, key),
    ends: [{ status: 'requires_action' }, { status: 'succeeded' }],
  },
  {
    name: 'resume',
    prepare: waiting,
    act: (florin, payment, w) => florin.payments.resume(idOf(payment), passed(w, payment)),
    ends: [{ status: 'requires_action' }, { status: 'succeeded' }],
  },
]

const run = async (flow: Flow, death: Death | null) => {
  const w = await world({ options: { whenInFlight: 'wait' } })
  const payment = await flow.prepare(w)
  const process = mortal(w.runtime, death)
  const florin = await w.another(process.parts)
  process.arm()
  await process.live(flow.act(florin, payment, w))
  return { w, payment, process }
}

describe.each(FLOWS)('a crash anywhere within: $name', (flow) => {
  test('is recovered from, with one charge', async () => {
    const { process: whole } = await run(flow, null)
    expect(whole.calls.length).toBeGreaterThan(2)
    for (let call = 1; call <= whole.calls.length; call++) {
      for (const when of ['before', 'after'] as const) {
        const { w, payment, process } = await run(flow, { call, when })
        const where = `${when} call ${call}, ${whole.calls[call - 1]}`
        expect(process.isDead(), where).toBe(true)
        await recover(w)
        await audit(w)
        const [row] = await rows<{ id: string }>(w.inner, 'payments')
        const found = row === undefined ? undefined : await w.get(row.id)
        expectOneOf(flow.ends, found, where)
        // The caller, who heard nothing, asks again under the same key: it happens once.
        const again = await w.run(flow.act(w.florin, payment, w).catch((error: Error) => error))
        await recover(w)
        await audit(w)
        const last = await w.get(row?.id ?? (again as PaymentView).id)
        expectOneOf(flow.ends.slice(-1), last, `asked again after a crash ${where}`)
        expect(w.errors, where).toEqual([])
      }
    }
  })
})

const expectOneOf = (ends: Flow['ends'], found: PaymentView | undefined, where: string): void => {
  const fits = ends.some((end) => {
    if (end === undefined || found === undefined) return end === found
    return Object.entries(end).every(([name, value]) => found[name as keyof PaymentView] === value)
  })
  const { status, authorized, captured, refunded } = found ?? {}
  expect({ where, fits, found: fits ? undefined : { status, authorized, captured, refunded } }).toEqual({
    where,
    fits: true,
  })
}
