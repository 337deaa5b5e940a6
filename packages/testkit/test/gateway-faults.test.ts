import type { Florin, PaymentView } from '@florin/core'
import type { FaultKind, FaultOperation } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { rows } from './rows.ts'
import { card, order, type World, world } from './world.ts'

const FAULTS: readonly FaultKind[] = [
  'drop_before',
  'drop_after',
  'error_500_before',
  'error_500_after',
  'error_500_cached',
  'rate_limit',
  'slow',
  'cut_body',
]

interface Case {
  readonly operation: FaultOperation
  readonly prepare: (w: World) => Promise<string>
  readonly act: (florin: Florin<'sandbox'>, id: string) => Promise<PaymentView>
  /** Once it was done. */
  readonly done: Partial<PaymentView>
  /** As it was before. */
  readonly before: Partial<PaymentView>
}

const input = order({ reference: 'faulty' })
const none = async (): Promise<string> => ''

const CASES: readonly Case[] = [
  {
    operation: 'charge',
    prepare: none,
    act: (florin) => florin.payments.create(input),
    done: { status: 'succeeded', captured: '100.00' },
    before: { status: 'declined', captured: '0.00' },
  },
  {
    operation: 'capture',
    prepare: async (w) => (await w.pay({ ...input, capture: 'manual' })).id,
    act: (florin, id) => florin.payments.capture(id),
    done: { status: 'succeeded', captured: '100.00' },
    before: { status: 'authorized', captured: '0.00', capturable: '100.00' },
  },
  {
    operation: 'cancel',
    prepare: async (w) => (await w.pay({ ...input, capture: 'manual' })).id,
    act: (florin, id) => florin.payments.cancel(id),
    done: { status: 'canceled' },
    before: { status: 'authorized', capturable: '100.00' },
  },
  {
    operation: 'refund',
    prepare: async (w) => (await w.pay(input)).id,
    act: (florin, id) => florin.payments.refund(id, { amount: '40.00' }),
    done: { refunded: '40.00', refundState: 'partial' },
    before: { refunded: '0.00', refundable: '100.00' },
  },
  {
    operation: 'increment',
    prepare: async (w) => (await w.pay({ ...input, capture: 'manual' })).id,
    act: (florin, id) => florin.payments.increment(id, { amount: '130.00' }),
    done: { authorized: '130.00' },
    before: { authorized: '100.00' },
  },
]

describe.each(CASES)('a $operation', ({ operation, prepare, act, done, before }) => {
  test.each(FAULTS)('that meets %s: the caller gets a state, and the truth is found, once', async (how) => {
    const w = await world()
    const id = await prepare(w)
    w.acquirer.fail({ how, ms: 12_000, when: { operation } })
    const told = await w.run(act(w.florin, id)) // never a bare exception
    // Connection refused, or told to come back later, is proof that nothing happened; everything else is not.
    const refused = how === 'drop_before' || (how === 'rate_limit' && operation === 'charge')
    if (refused) expect(told).toMatchObject(before)
    await w.advance(5_000)
    await recover(w)
    expect(await w.get(told.id)).toMatchObject(refused ? before : done)
    await audit(w)
    expect(w.errors).toEqual([])
  })

  test('while the gateway is down for an hour, and then back', async () => {
    const w = await world()
    const id = await prepare(w)
    w.acquirer.fail({ how: 'drop_after', when: { operation } })
    const { id: payment } = await w.run(act(w.florin, id))
    w.acquirer.pause()
    for (let minute = 0; minute < 60; minute++) {
      await w.advance(60_000)
      await w.tick()
    }
    expect(await w.get(payment)).not.toMatchObject(done)
    await recover(w)
    expect(await w.get(payment)).toMatchObject(done)
    await audit(w)
  })
})

test('an automatic capture that could not be sent is sent again: the sale was agreed to', async () => {
  const w = await world()
  w.acquirer.fail({ how: 'drop_before', when: { operation: 'capture' } })
  const payment = await w.pay()
  expect(payment).toMatchObject({ status: 'processing', authorized: '100.00', captured: '0.00' })
  await recover(w)
  expect((await w.get(payment.id)).status).toBe('succeeded')
  await audit(w)
})

test('a decline for want of a gateway says that nothing was charged, and retry takes another try', async () => {
  const w = await world()
  w.acquirer.pause()
  const payment = await w.pay()
  expect(payment).toMatchObject({ status: 'declined', decline: { class: 'unavailable', code: 'gateway_unavailable' } })
  w.acquirer.resume()
  expect((await w.run(w.florin.payments.retry(payment.id, { method: card() }))).status).toBe('succeeded')
  await audit(w)
})

test('an answer that cannot be read is unknown, not a failure', async () => {
  const w = await world({
    gateway: (inner) => ({
      ...inner,
      read: (response, command) => {
        if (command.kind === 'authorize') throw new TypeError('the adapter has a bug')
        return inner.read(response, command)
      },
    }),
  })
  const payment = await w.pay()
  expect(payment.status).toBe('processing')
  expect(w.errors).toHaveLength(1)
  await recover(w)
  expect((await w.get(payment.id)).status).toBe('succeeded')
  await audit(w)
})

test('a transport that throws is unknown as well', async () => {
  let thrown = 0
  const w = await world({
    gateway: (inner) => ({
      ...inner,
      transport: {
        send: (request, context) => {
          thrown += 1
          return thrown === 1 ? Promise.reject(new Error('no such thing')) : inner.transport.send(request, context)
        },
      },
    }),
  })
  const payment = await w.pay()
  expect(payment.status).toBe('processing')
  await recover(w)
  expect((await w.get(payment.id)).status).toBe('succeeded')
  await audit(w)
})

test('a rate limit on the second sending is no proof about the first', async () => {
  const w = await world()
  w.acquirer.fail({ how: 'error_500_after', when: { operation: 'charge' } })
  w.acquirer.fail({ how: 'rate_limit', times: 3, when: { operation: 'charge' } })
  const payment = await w.pay({ capture: 'manual' })
  expect(payment.status).toBe('processing')
  for (let i = 0; i < 4; i++) {
    await w.advance(20_000)
    await w.tick()
    expect((await w.get(payment.id)).status).not.toBe('declined')
  }
  expect((await w.get(payment.id)).status).toBe('authorized')
  await audit(w)
})

test('what stays unknown is never turned into failed: it is shown for review, and a late success still wins', async () => {
  const w = await world()
  w.acquirer.fail({ how: 'error_500_cached', when: { operation: 'charge' } })
  w.acquirer.fail({ how: 'drop_before', times: Number.POSITIVE_INFINITY, when: { operation: 'lookup' } })
  const payment = await w.pay({ capture: 'manual' })
  for (let i = 0; i < 40; i++) {
    await w.advance(3_600_000)
    await w.tick()
  }
  expect(await w.get(payment.id)).toMatchObject({ status: 'processing', needsReview: true })
  await recover(w)
  expect(await w.get(payment.id)).toMatchObject({ status: 'authorized', capturable: '100.00' })
  await audit(w)
})

test('past the time for which the gateway remembers keys nothing is sent again', async () => {
  const w = await world({ acquirer: { keyRetentionMs: 7_200_000 } })
  w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
  const payment = await w.pay({ capture: 'manual' })
  const [attempt] = await rows<{ id: string }>(w.inner, 'attempts')
  w.acquirer.pause()
  await w.advance(3_600_000 + 1)
  w.acquirer.resume()
  await w.tick()
  expect(w.acquirer.effects(attempt?.id ?? '')).toEqual({ requests: 1, effects: 1 })
  expect((await w.get(payment.id)).status).toBe('authorized') // found by lookup
  await audit(w)
})
