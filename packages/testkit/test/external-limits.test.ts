import type { GatewayFact } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { auditAlways } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { type World, world } from './world.ts'

const NOTHING = {
  class: 'technical',
  code: 'failed',
  gatewayCode: null,
  networkAdvice: null,
  message: 'It failed.',
} as const

/** A world whose webhooks say whatever a test wants them to: each body is a list of facts. */
const told = async () => {
  const facts: GatewayFact[] = []
  let deliveries = 0
  const w = await world({
    gateway: (inner) => ({
      ...inner,
      verify: () => {},
      parse: (body) => [facts[Number(Buffer.from(body).toString())] as GatewayFact],
    }),
  })
  const tell = async (fact: Partial<GatewayFact> & Pick<GatewayFact, 'of' | 'gatewayId'>): Promise<void> => {
    const made: GatewayFact = {
      attempt: null,
      parentGatewayId: w.acquirer.books().charges[0]?.id ?? null,
      amount: null,
      currency: 'EUR',
      occurredAt: null,
      answer: { effect: 'applied', gatewayId: fact.gatewayId },
      ...fact,
    }
    facts.push(made)
    const body = Buffer.from(String(deliveries))
    deliveries += 1
    await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', account: 'default', headers: {}, body }))
    await w.advance(10)
  }
  return { w, tell }
}

const balance = async (w: World, account: string): Promise<string | undefined> =>
  (await w.run(w.florin.ledger.balances())).data.find((one) => one.account === account)?.posted

const review = async (w: World) => (await rows<{ needsReview: string | null }>(w.inner, 'payments'))[0]?.needsReview
const only = async (w: World, kind: string) =>
  (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === kind)?.id ?? ''

describe('limits bind our commands, never reports', () => {
  test('a refund of more than was captured is booked, below zero, and asks for a person', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay()
    await tell({ of: 'refund', gatewayId: 're_ext', amount: 12_000n })
    expect(await w.get(id)).toMatchObject({ refunded: '120.00', refundable: '0.00', refundState: 'full' })
    expect(await balance(w, 'merchant/pending/EUR')).toBe('-20.00')
    expect(await review(w)).toBe('over_refunded')
    expect((await w.refusal(w.florin.payments.refund(id, { amount: '0.01' }))).code).toBe('amount_too_large')
    await auditAlways(w)
  })

  test('a capture of more than is held is booked, and asks for a person', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay({ capture: 'manual' })
    await tell({ of: 'capture', gatewayId: 'cap_ext', amount: 11_000n })
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '110.00', capturable: '0.00' })
    expect(await balance(w, 'merchant/pending/EUR')).toBe('110.00')
    expect(await review(w)).toBe('over_captured')
    expect((await w.refusal(w.florin.payments.capture(id))).code).toBe('invalid_state')
    await auditAlways(w)
  })

  test('a capture of what was canceled opens the payment again, and asks for a person', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(w.florin.payments.cancel(id))
    await tell({ of: 'capture', gatewayId: 'cap_ext', amount: 4_000n, occurredAt: w.runtime.clock.now() })
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '40.00', capturable: '0.00' })
    expect(await review(w)).toBe('captured_after_close')
    await auditAlways(w)
  })

  test('an increase raises what may be captured; told late, it changes nothing', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay({ capture: 'manual' })
    await tell({ of: 'increment', gatewayId: 'inc_2', amount: 15_000n })
    await tell({ of: 'increment', gatewayId: 'inc_1', amount: 12_000n })
    expect(await w.get(id)).toMatchObject({ authorized: '150.00', capturable: '150.00' })
    await auditAlways(w)
  })

  test('a capture of a charge that counts for nobody is kept in suspense', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay({ method: { type: 'card', token: 'tok_do_not_honor' } })
    await tell({ of: 'capture', gatewayId: 'cap_ext', amount: 4_000n })
    expect(await w.get(id)).toMatchObject({ status: 'declined', captured: '0.00', needsReview: true })
    expect(await balance(w, 'suspense/EUR')).toBe('40.00')
    await auditAlways(w)
  })

  test('money of another currency is never booked for a payment', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay()
    await tell({ of: 'refund', gatewayId: 're_ext', amount: 1_000n, currency: 'USD' })
    expect(await w.get(id)).toMatchObject({ refunded: '0.00', needsReview: true })
    expect(await review(w)).toBe('currency_mismatch')
    await auditAlways(w)
  })

  test('one that does not tell how much waits for a person', async () => {
    const { w, tell } = await told()
    await w.pay()
    await tell({ of: 'refund', gatewayId: 're_ext', amount: null })
    expect(await rows(w.inner, 'webhook_inbox')).toMatchObject([{ state: 'waiting' }])
    expect(await rows<AttemptCells>(w.inner, 'attempts')).toHaveLength(2)
  })
})

describe('a report about something of ours', () => {
  test('with another amount does not change what is booked, and asks for a person', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay()
    await tell({ attempt: await only(w, 'capture'), of: 'capture', gatewayId: 'cap', amount: 1n })
    expect(await w.get(id)).toMatchObject({ captured: '100.00' })
    expect(await review(w)).toBe('amount_mismatch')
    await auditAlways(w)
  })

  test('under the reference of another kind is about what was done to that charge', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay()
    await tell({
      attempt: await only(w, 'authorize'),
      parentGatewayId: null,
      of: 'refund',
      gatewayId: 're_1',
      amount: 100n,
    })
    expect(await w.get(id)).toMatchObject({ refunded: '1.00' })
    await auditAlways(w)
  })

  test('taken back before it was known to be done nets to nothing, and is done when it is done again', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay()
    const refund = { of: 'refund', gatewayId: 're_1', amount: 1_000n } as const
    await tell({ ...refund, occurredAt: 2, answer: { effect: 'undone', decline: NOTHING } })
    await tell({ ...refund, occurredAt: 1 })
    expect((await w.get(id)).refunds).toMatchObject([{ status: 'failed' }])
    expect(await w.get(id)).toMatchObject({ refunded: '0.00', needsReview: true })
    await tell({ ...refund, occurredAt: 3 })
    await tell({ ...refund, occurredAt: 2, answer: { effect: 'undone', decline: { ...NOTHING, code: 'told again' } } })
    expect(await w.get(id)).toMatchObject({ refunded: '10.00' })
    await auditAlways(w)
  })

  test('of the same instant stays taken back, whichever came first', async () => {
    for (const undoneFirst of [true, false]) {
      const { w, tell } = await told()
      const { id } = await w.pay()
      const refund = { of: 'refund', gatewayId: 're_1', amount: 1_000n, occurredAt: 5 } as const
      const undone = { ...refund, answer: { effect: 'undone', decline: NOTHING } } as const
      for (const fact of undoneFirst ? [undone, refund] : [refund, undone]) await tell(fact)
      expect(await w.get(id)).toMatchObject({ refunded: '0.00' })
      await auditAlways(w)
    }
  })

  test('from the future does not keep a later one from counting', async () => {
    const { w, tell } = await told()
    const { id } = await w.pay()
    const refund = { of: 'refund', gatewayId: 're_1', amount: 1_000n } as const
    await tell({ ...refund, occurredAt: w.runtime.clock.now() + 10 * 365 * 86_400_000 })
    expect(await w.get(id)).toMatchObject({ refunded: '10.00' })
    await w.advance(600_000)
    await tell({ ...refund, occurredAt: w.runtime.clock.now(), answer: { effect: 'undone', decline: NOTHING } })
    expect(await w.get(id)).toMatchObject({ refunded: '0.00' })
    await auditAlways(w)
  })
})
