import { createFlorin, FlorinError } from '@florin/core'
import type { Answer, Command, Gateway, GatewayFact } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { auditAlways } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { scripted } from './scripted.ts'
import { order, type World, world } from './world.ts'

const HOUR_MS = 3_600_000
const done = (command: Command): Answer => ({ effect: 'applied', gatewayId: `gw_${command.attempt}` })

/** Florin over a scripted gateway, whose webhooks are facts as JSON. */
const over = async (answer: (command: Command) => Answer, more: Parameters<typeof scripted>[1] = {}) => {
  const { gateway, sent } = scripted(answer, more)
  const parse = (body: Uint8Array): readonly GatewayFact[] => {
    const fact = JSON.parse(Buffer.from(body).toString())
    return [{ ...fact, amount: fact.amount === null ? null : BigInt(fact.amount) }]
  }
  const w = await world({ gateway: () => ({ ...gateway, parse }) })
  const tell = async (fact: Omit<GatewayFact, 'amount'>): Promise<void> => {
    const body = Buffer.from(JSON.stringify({ ...fact, amount: null }))
    await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', account: 'default', headers: {}, body }))
    await w.advance(10)
  }
  const sends = (kind: string): number => sent.filter((one) => one.bytes.startsWith(`/${kind} `)).length
  return { w, tell, sends }
}

const turns = async (w: World, count: number, ms: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    await w.advance(ms)
    await w.tick()
  }
}

const NO_LOOKUP = { capabilities: { lookupBy: [], webhooks: true, reports: true } } as const

describe('what a gateway without lookup has acknowledged', () => {
  const start = async () => {
    let decidesBy = 0
    const all = await over(
      (command) =>
        command.kind === 'capture'
          ? { effect: 'pending', gatewayId: 'cap_1', awaits: 'gateway', expiresAt: decidesBy }
          : done(command),
      NO_LOOKUP,
    )
    decidesBy = all.w.runtime.clock.now() + 3 * HOUR_MS
    return { ...all, id: (await all.w.pay()).id }
  }

  test('is waited for, without being sent again, and shown to a person once the gateway should have decided', async () => {
    const { w, sends, id, tell } = await start()
    await turns(w, 20, 60_000)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captureState: 'pending', needsReview: false })
    await turns(w, 4, HOUR_MS)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captureState: 'pending', needsReview: true })
    await turns(w, 10, 86_400_000)
    expect(sends('capture')).toBe(1)
    expect(sends('lookup')).toBe(0)
    const { entries } = await w.run(w.florin.payments.timeline(id))
    expect(entries.filter((one) => one.type === 'payment.needs_review')).toHaveLength(1)
    const capture = (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === 'capture')
    const about = {
      of: 'capture',
      gatewayId: 'cap_1',
      parentGatewayId: null,
      currency: 'EUR',
      occurredAt: null,
    } as const
    await tell({ ...about, attempt: capture?.id ?? '', answer: { effect: 'applied', gatewayId: 'cap_1' } })
    expect(await w.get(id)).toMatchObject({ captureState: 'full', captured: '100.00' })
    await auditAlways(w)
  })
})

test('a failure that is replayed under the key is remembered: from then on only lookups follow', async () => {
  const { w, sends } = await over((command) =>
    command.kind === 'lookup'
      ? { effect: 'unknown', reason: 'down' }
      : { effect: 'unknown', reason: '500', replayed: true },
  )
  const { id } = await w.pay()
  await turns(w, 30, 60_000)
  expect((await w.get(id)).status).toBe('processing')
  expect(sends('authorize')).toBe(1)
  expect(sends('lookup')).toBeGreaterThan(3)
})

describe('a gateway that cannot express an amount', () => {
  const refusing = (kinds: readonly string[]) => (inner: Gateway) => ({
    ...inner,
    request: (command: Command) => {
      if (!kinds.includes(command.kind)) return inner.request(command)
      throw new FlorinError('invalid_request', `${command.amount} cannot be expressed`)
    },
  })

  test('refuses a create, and nothing is written', async () => {
    const w = await world({ gateway: refusing(['authorize']) })
    expect((await w.refusal(w.florin.payments.create(order()))).code).toBe('invalid_request')
    for (const name of ['payments', 'attempts', 'idempotency_keys', 'events'])
      expect(await rows(w.inner, name)).toEqual([])
  })

  test.each(['capture', 'refund', 'increment'] as const)('refuses a %s, and nothing is written', async (kind) => {
    const w = await world({ gateway: refusing([kind]) })
    const { id } = await w.pay({ capture: 'manual' })
    if (kind === 'refund') await w.run(w.florin.payments.capture(id))
    const before = await w.get(id)
    const call =
      kind === 'increment'
        ? () => w.florin.payments.increment(id, { amount: '120.00' })
        : () => w.florin.payments[kind](id)
    expect((await w.refusal(call())).code).toBe('invalid_request')
    expect(await w.get(id)).toEqual(before)
  })

  test('leaves an automatic payment authorised, for a person to look at', async () => {
    const w = await world({ gateway: refusing(['capture']) })
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'authorized', captured: '0.00', needsReview: true })
    const { entries } = await w.run(w.florin.payments.timeline(payment.id))
    expect(entries.at(-1)).toMatchObject({ type: 'payment.capture_failed', data: { code: 'invalid_request' } })
    await turns(w, 5, 60_000)
    expect(await w.get(payment.id)).toEqual(payment)
    await auditAlways(w)
  })

  test('is asked again ever more slowly where it cannot even say how to look something up', async () => {
    const w = await world({ gateway: refusing(['lookup']) })
    const { id } = await w.pay({ method: { type: 'redirect', token: 'tok_pending' } })
    const errors = w.errors.length
    await turns(w, 60, 60_000)
    expect((await w.get(id)).status).toBe('processing')
    expect(w.errors.length - errors).toBeLessThan(20)
  })
})

test('an attempt at a gateway that is no longer configured is looked at ever more rarely, and shown to a person', async () => {
  const w = await world()
  w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
  const { id } = await w.pay({ capture: 'manual' })
  const errors: unknown[] = []
  const { gateway } = scripted(done)
  const florin = await w.run(
    createFlorin({
      storage: w.inner,
      keys: w.keys,
      runtime: w.runtime,
      gateways: { other: gateway },
      onError: (error: unknown) => void errors.push(error),
    }),
  )
  for (let turn = 0; turn < 120; turn++) {
    await w.advance(15_000)
    await w.run(florin.tick())
  }
  expect(errors.length).toBeGreaterThan(3)
  expect(errors.length).toBeLessThan(15)
  expect(errors[0]).toMatchObject({ code: 'gateway_unknown' })
  for (let turn = 0; turn < 4; turn++) {
    await w.advance(HOUR_MS)
    await w.run(florin.tick())
  }
  expect((await w.run(florin.payments.get(id))).needsReview).toBe(true)
})

describe('a token', () => {
  const method = (token: string) => ({ method: { type: 'card', token } }) as const

  test('may be as long as what browsers encrypt, and is kept and used as it is', async () => {
    const { w } = await over(done)
    expect((await w.pay(method('x'.repeat(16_384)))).status).toBe('succeeded')
    const customer = await w.run(w.florin.customers.create({}))
    const stored = await w.run(w.florin.paymentMethods.attach(customer.id, method('y'.repeat(16_384))))
    const paid = await w.pay({ method: { paymentMethod: stored.id }, customer: customer.id })
    expect(paid.status).toBe('succeeded')
    await w.run(w.florin.paymentMethods.detach(stored.id))
  })

  test('may not be longer, nor hold a card number anywhere', async () => {
    const { w } = await over(done)
    expect((await w.refusal(w.florin.payments.create(order(method('x'.repeat(16_385)))))).code).toBe('invalid_request')
    const hidden = `${'x'.repeat(9_000)} 4242 4242 4242 4242 ${'x'.repeat(7_000)}`
    expect((await w.refusal(w.florin.payments.create(order(method(hidden))))).code).toBe('invalid_request')
  })
})
