import type { Florin, PaymentView } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { card, type World, world } from './world.ts'

const key = { idempotencyKey: 'operation-key' }
type Api = Florin<'sandbox'>

interface Case {
  readonly name: string
  readonly operation: 'capture' | 'cancel' | 'refund' | 'increment' | 'charge'
  readonly prepare: (w: World) => Promise<PaymentView>
  readonly act: (florin: Api, id: string) => Promise<PaymentView>
  readonly raw: (florin: Api, id: string) => Promise<string>
  /** The same operation with other content. */
  readonly other: ((florin: Api, id: string) => Promise<PaymentView>) | null
  readonly after: Partial<PaymentView>
}

const manual = (w: World) => w.pay({ capture: 'manual' })

const CASES: readonly Case[] = [
  {
    name: 'capture',
    operation: 'capture',
    prepare: manual,
    act: (florin, id) => florin.payments.capture(id, { amount: '40.00', final: false }, key),
    raw: (florin, id) => florin.raw.capture(id, { amount: '40.00', final: false }, key),
    other: (florin, id) => florin.payments.capture(id, { amount: '41.00', final: false }, key),
    after: { captured: '40.00', capturable: '60.00' },
  },
  {
    name: 'cancel',
    operation: 'cancel',
    prepare: manual,
    act: (florin, id) => florin.payments.cancel(id, key),
    raw: (florin, id) => florin.raw.cancel(id, key),
    other: null,
    after: { status: 'canceled' },
  },
  {
    name: 'refund',
    operation: 'refund',
    prepare: (w) => w.pay(),
    act: (florin, id) => florin.payments.refund(id, { amount: '25.00' }, key),
    raw: (florin, id) => florin.raw.refund(id, { amount: '25.00' }, key),
    other: (florin, id) => florin.payments.refund(id, { amount: '26.00' }, key),
    after: { refunded: '25.00' },
  },
  {
    name: 'increment',
    operation: 'increment',
    prepare: manual,
    act: (florin, id) => florin.payments.increment(id, { amount: '150.00' }, key),
    raw: (florin, id) => florin.raw.increment(id, { amount: '150.00' }, key),
    other: (florin, id) => florin.payments.increment(id, { amount: '160.00' }, key),
    after: { authorized: '150.00' },
  },
  {
    name: 'retry',
    operation: 'charge',
    prepare: (w) => w.pay({ method: card('tok_do_not_honor') }),
    act: (florin, id) => florin.payments.retry(id, { method: card() }, key),
    raw: (florin, id) => florin.raw.retry(id, { method: card() }, key),
    other: (florin, id) => florin.payments.retry(id, { method: card('tok_approve_amex') }, key),
    after: { status: 'succeeded', captured: '100.00' },
  },
]

describe.each(CASES)('$name under a key', ({ operation, prepare, act, raw, other, after }) => {
  const counts = (w: World) => w.acquirer.books().currencies

  test('happens once, and its answer is frozen byte for byte', async () => {
    const w = await world()
    const { id } = await prepare(w)
    const first = await w.run(raw(w.florin, id))
    expect(JSON.parse(first)).toMatchObject(after)
    const before = counts(w)
    await w.advance(60_000)
    expect(await w.run(raw(w.florin, id))).toBe(first)
    expect(await w.run(raw(await w.another(), id))).toBe(first)
    expect(counts(w)).toEqual(before)
    expect(await w.get(id)).toMatchObject(after)
    await audit(w)
  })

  test('twenty at once happen once', async () => {
    const w = await world({ options: { whenInFlight: 'wait' } })
    const { id } = await prepare(w)
    const florins = [w.florin, await w.another()]
    const calls = Array.from({ length: 20 }, (_, i) => act(florins[i % 2] ?? w.florin, id))
    const answers = await w.run(Promise.all(calls))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await w.get(id)).toMatchObject(after)
    await audit(w)
  })

  test('with other content is a mismatch', async () => {
    if (other === null) return // a cancel has no content
    const w = await world()
    const { id } = await prepare(w)
    await w.run(act(w.florin, id))
    expect(await w.refusal(other(w.florin, id))).toMatchObject({
      code: 'idempotency_mismatch',
      details: { payment: id },
    })
    expect(await w.get(id)).toMatchObject(after)
  })

  test('for another payment is a mismatch', async () => {
    const w = await world()
    const { id } = await prepare(w)
    const { id: another } = await prepare(w)
    await w.run(act(w.florin, id))
    expect(await w.refusal(act(w.florin, another))).toMatchObject({ code: 'idempotency_mismatch' })
  })

  test.each(['drop_after', 'error_500_before', 'error_500_after', 'error_500_cached', 'cut_body'] as const)(
    'that met %s: replays show the payment, and then the outcome',
    async (how) => {
      const w = await world()
      const { id } = await prepare(w)
      w.acquirer.fail({ how, when: { operation } })
      await w.run(act(w.florin, id))
      await recover(w)
      const frozen = await w.run(raw(w.florin, id))
      expect(JSON.parse(frozen)).toMatchObject(after)
      await w.advance(60_000)
      expect(await w.run(raw(w.florin, id))).toBe(frozen)
      await audit(w)
    },
  )
})

test('a key of one operation says nothing about another', async () => {
  const w = await world()
  const payment = await w.pay({ capture: 'manual' }, key)
  await w.run(w.florin.payments.capture(payment.id, {}, key))
  await w.run(w.florin.payments.refund(payment.id, {}, key))
  expect(await w.get(payment.id)).toMatchObject({ captured: '100.00', refunded: '100.00' })
  await audit(w)
})

test('the frozen answer shows earlier refunds too', async () => {
  const w = await world()
  const { id } = await w.pay({ capture: 'manual' })
  await w.run(w.florin.payments.capture(id, { amount: '50.00', final: false }))
  await w.run(w.florin.payments.refund(id, { amount: '5.00' }))
  const captured = await w.run(w.florin.payments.capture(id, {}, key))
  expect(captured.refunds).toMatchObject([{ amount: '5.00', status: 'succeeded' }])
  expect(captured).toEqual(await w.get(id))
})

test('a refusal is not remembered under the key', async () => {
  const w = await world()
  const { id } = await w.pay({ capture: 'manual' })
  expect(await w.refusal(w.florin.payments.refund(id, {}, key))).toMatchObject({ code: 'invalid_state' })
  await w.run(w.florin.payments.capture(id))
  expect(await w.run(w.florin.payments.refund(id, {}, key))).toMatchObject({ refunded: '100.00' })
  await audit(w)
})

test('the cancel of a declined payment is frozen although nothing is sent', async () => {
  const w = await world()
  const { id } = await w.pay({ method: card('tok_do_not_honor') })
  const first = await w.run(w.florin.raw.cancel(id, key))
  expect(JSON.parse(first)).toMatchObject({ status: 'canceled' })
  await w.advance(1_000)
  expect(await w.run(w.florin.raw.cancel(id, key))).toBe(first)
})
