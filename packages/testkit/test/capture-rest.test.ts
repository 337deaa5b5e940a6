import type { Answer, Command, Decline, Gateway, MethodCapabilities } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from './audit.ts'
import { lateBank } from './late-bank.ts'
import { type World, world } from './world.ts'

const EVERYTHING: MethodCapabilities = {
  separateCapture: true,
  multiCapture: true,
  partialCapture: true,
  increment: true,
  refund: true,
  partialRefund: true,
  reverseBy: ['gateway_id'],
}

const REFUSED: Decline = {
  class: 'hard',
  code: 'refused',
  gatewayCode: null,
  networkAdvice: null,
  message: 'The bank refused.',
}

/** The sandbox as a gateway none of whose captures gives anything back, whatever Florin calls it. */
const keepsTheRest = (inner: SandboxGateway): Gateway => {
  const { card } = inner.capabilities.methods
  if (card === undefined) throw new Error('the sandbox takes cards')
  const never = (command: Command): Command => (command.kind === 'capture' ? { ...command, final: false } : command)
  return {
    ...inner,
    capabilities: { ...inner.capabilities, methods: { card: { ...card, finalCaptureReleases: false } } },
    request: (command) => inner.request(never(command)),
    read: (response, command) => inner.read(response, never(command)),
  }
}

const authorized = async () => {
  const w = await world({ gateway: keepsTheRest })
  const { id } = await w.pay({ capture: 'manual' })
  const capture = (amount: string, final = true) => w.run(w.florin.payments.capture(id, { amount, final }))
  return { w, id, capture }
}

const held = (w: World) => w.acquirer.books().currencies.EUR?.held
const story = async (w: World, id: string) =>
  (await w.run(w.florin.payments.timeline(id))).entries.map(({ type }) => type)

describe('at a gateway whose captures give nothing back, what the final one leaves', () => {
  test('is canceled in the same act, and the caller hears the end of it', async () => {
    const { w, id, capture } = await authorized()
    expect(await capture('60.00')).toMatchObject({ status: 'succeeded', captured: '60.00', capturable: '0.00' })
    expect(held(w)).toBe(0n)
    expect(await w.run(w.florin.ledger.holds(id))).toEqual([])
    expect((await story(w, id)).slice(-5)).toEqual([
      'payment.capture_requested',
      'payment.captured',
      'payment.cancel_requested',
      'payment.released',
      'payment.rest_canceled',
    ])
    await audit(w)
  })

  test('is left alone where there is nothing, or where more is to be captured', async () => {
    const { w, id, capture } = await authorized()
    expect(await capture('60.00', false)).toMatchObject({ status: 'authorized', capturable: '40.00' })
    expect(await capture('40.00')).toMatchObject({ status: 'succeeded', captured: '100.00' })
    expect(await story(w, id)).not.toContain('payment.cancel_requested')
    await audit(w)
  })

  test('is held in the books until the gateway has given it back', async () => {
    const { w, id, capture } = await authorized()
    w.acquirer.fail({ how: 'drop_before', times: 3, when: { operation: 'cancel' } })
    expect(await capture('60.00')).toMatchObject({ status: 'authorized', captured: '60.00', capturable: '40.00' })
    await auditAlways(w)
    expect(await w.run(w.florin.ledger.holds(id))).toMatchObject([{ amount: '40.00' }])
    await recover(w) // nobody else would cancel it again
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '60.00', capturable: '0.00' })
    expect(held(w)).toBe(0n)
    await audit(w)
  })

  test('is tried until it is given back, where the gateway has no room for the cancel', async () => {
    const { w, id, capture } = await authorized()
    w.acquirer.fail({ how: 'rate_limit', times: 4, when: { operation: 'cancel' } })
    expect(await capture('60.00')).toMatchObject({ status: 'authorized', captured: '60.00' })
    await recover(w)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '60.00' })
    await audit(w)
  })

  test('keeps the key of the capture: a repetition shows the same end', async () => {
    const { w, id } = await authorized()
    const once = () => w.run(w.florin.payments.capture(id, { amount: '60.00' }, { idempotencyKey: 'last' }))
    const first = await once()
    expect(await once()).toEqual(first)
    expect((await story(w, id)).filter((type) => type === 'payment.cancel_requested')).toHaveLength(1)
    await audit(w)
  })
})

/** A bank that acknowledges captures and cancels, and decides on them by webhook. */
const decidesLater = async (cancel: Answer['effect'] = 'pending') => {
  const w = await lateBank(
    ({ kind, attempt }) =>
      kind === 'authorize'
        ? { effect: 'applied', gatewayId: `bank_${attempt}` }
        : kind === 'cancel' && cancel === 'rejected'
          ? { effect: 'rejected', decline: REFUSED }
          : { effect: 'pending', gatewayId: `bank_${attempt}`, awaits: 'gateway', expiresAt: Date.UTC(2100, 0, 1) },
    { capabilities: { methods: { card: { ...EVERYTHING, finalCaptureReleases: false } } } },
  )
  const method = { type: 'card', tokens: { bank: 'tok_bank' } } as const
  const order = { reference: 'rest', amount: '100.00', currency: 'EUR', capture: 'manual', method } as const
  const { id } = await w.run(w.florin.payments.create(order))
  const capture = async (amount: string, final: boolean): Promise<string> => {
    await w.run(w.florin.payments.capture(id, { amount, final }))
    const bodies = w.bodies('capture')
    return String(bodies[bodies.length - 1]?.attempt)
  }
  const made = (attempt: string) =>
    w.tell({ attempt, of: 'capture', answer: { effect: 'applied', gatewayId: `bank_${attempt}` } })
  return { w, id, capture, made }
}

describe('at a bank that decides later, what the final capture leaves', () => {
  test('is canceled once the last capture is made, whichever that is: a cancel could overtake one', async () => {
    const { w, id, capture, made } = await decidesLater()
    const some = await capture('40.00', false)
    const last = await capture('20.00', true)
    await made(last)
    expect(w.sends('cancel')).toBe(0)
    expect(await w.run(w.florin.payments.get(id))).toMatchObject({ status: 'authorized', captured: '20.00' })
    await made(some)
    expect(w.bodies('cancel')).toMatchObject([{ amount: '4000' }])
    const [cancel] = w.bodies('cancel')
    await w.tell({ attempt: String(cancel?.attempt), of: 'cancel', answer: { effect: 'applied', gatewayId: 'bank_c' } })
    const end = await w.run(w.florin.payments.get(id))
    expect(end).toMatchObject({ status: 'succeeded', captured: '60.00', capturable: '0.00' })
    expect(await w.run(w.florin.ledger.holds(id))).toEqual([])
    expect(await w.run(w.florin.verify())).toMatchObject({ ok: true })
  })

  test('is canceled with what another capture had set aside, where that fails', async () => {
    const { w, id, capture, made } = await decidesLater()
    const some = await capture('40.00', false)
    await made(await capture('20.00', true))
    await w.tell({ attempt: some, of: 'capture', answer: { effect: 'rejected', decline: REFUSED } })
    expect(w.bodies('cancel')).toMatchObject([{ amount: '8000' }])
    expect(await w.run(w.florin.payments.get(id))).toMatchObject({ status: 'authorized', captured: '20.00' })
    expect(await w.run(w.florin.verify())).toMatchObject({ ok: true })
  })

  test('stays held in the books where the bank refuses to give it back, and may be canceled again', async () => {
    const { w, id, capture, made } = await decidesLater('rejected')
    await made(await capture('20.00', true))
    expect(await w.run(w.florin.payments.get(id))).toMatchObject({ status: 'authorized', capturable: '80.00' })
    expect((await w.story(id)).at(-1)).toBe('payment.cancel_failed')
    await w.run(w.florin.payments.cancel(id))
    expect(w.sends('cancel')).toBe(2)
  })
})
