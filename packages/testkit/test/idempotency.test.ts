import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { rows } from './rows.ts'
import { card, order, type World, world } from './world.ts'

const key = { idempotencyKey: 'key-1' }
const charges = (w: World): number => w.acquirer.books().charges.length

describe('one key, one charge', () => {
  test('the same call again gives the same answer', async () => {
    const w = await world()
    const input = order()
    const first = await w.pay(input, key)
    expect(await w.pay(input, key)).toEqual(first)
    expect(charges(w)).toBe(1)
    await audit(w)
  })

  test('fifty at once, waiting: all get the same answer', async () => {
    const w = await world({ options: { whenInFlight: 'wait' } })
    const input = order()
    const answers = await w.run(Promise.all(Array.from({ length: 50 }, () => w.florin.payments.create(input, key))))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]?.status).toBe('succeeded')
    expect(charges(w)).toBe(1)
    await audit(w)
  })

  test('fifty at once, in two processes, waiting: all get the same answer', async () => {
    const w = await world({ options: { whenInFlight: 'wait' } })
    const florins = [w.florin, await w.another()]
    const input = order()
    const calls = Array.from({ length: 50 }, (_, i) => (florins[i % 2] ?? w.florin).payments.create(input, key))
    const answers = await w.run(Promise.all(calls))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(charges(w)).toBe(1)
    await audit(w)
  })

  test('fifty at once, not waiting: one is answered, the others are told to ask again', async () => {
    const w = await world()
    const input = order()
    w.acquirer.fail({ how: 'slow', ms: 200, when: { operation: 'charge' } })
    const calls = Array.from({ length: 50 }, () => w.florin.payments.create(input, key))
    const settled = await w.run(Promise.allSettled(calls))
    const refused = settled.filter((one) => one.status === 'rejected').map((one) => one.reason)
    expect(refused).toHaveLength(49)
    for (const error of refused) {
      expect(error).toMatchObject({ code: 'idempotency_in_progress', details: { retryAfterMs: expect.any(Number) } })
    }
    const first = settled.find((one) => one.status === 'fulfilled')?.value
    expect(await w.pay(input, key)).toEqual(first)
    expect(charges(w)).toBe(1)
    await audit(w)
  })

  test('fifty at once behind a slow gateway: all get `processing`, and later the outcome', async () => {
    const w = await world({ options: { whenInFlight: 'wait' } })
    const input = order({ method: card('tok_slow') })
    const calls = Array.from({ length: 50 }, () => w.florin.payments.create(input, key))
    const answers = await w.run(Promise.all(calls))
    expect(answers.map((one) => one.status)).toEqual(Array(50).fill('processing'))
    await w.advance(10_000)
    expect(await w.pay(input, key)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    expect(charges(w)).toBe(1)
    await audit(w)
  })

  test('a call that comes while the first is in flight in another process is told to ask again', async () => {
    const w = await world()
    const other = await w.another()
    const input = order({ method: card('tok_slow') })
    const first = w.florin.payments.create(input, key)
    await w.advance(100)
    const refused = await w.refusal(other.payments.create(input, key))
    expect(refused).toMatchObject({ code: 'idempotency_in_progress' })
    await w.run(first)
    expect(charges(w)).toBe(1)
  })
})

describe('the first definitive answer is frozen, byte for byte', () => {
  test('also after the payment went on', async () => {
    const w = await world()
    const input = order({ metadata: { z: '1', a: '2' } })
    const first = await w.run(w.florin.raw.create(input, key))
    const { id } = JSON.parse(first) as { id: string }
    await w.run(w.florin.payments.refund(id, { amount: '30.00' }))
    await w.advance(86_400_000)
    expect(await w.run(w.florin.raw.create(input, key))).toBe(first)
    expect(await w.run((await w.another()).raw.create(input, key))).toBe(first)
    expect((await w.get(id)).refunded).toBe('30.00')
    await audit(w)
  })

  test('a decline too: the same key never tries again', async () => {
    const w = await world()
    const input = order({ method: card('tok_do_not_honor') })
    const first = await w.run(w.florin.raw.create(input, key))
    const { id } = JSON.parse(first) as { id: string }
    await w.run(w.florin.payments.retry(id, { method: card() }))
    expect(await w.run(w.florin.raw.create(input, key))).toBe(first)
    expect(charges(w)).toBe(2)
    await audit(w)
  })

  test('until then a replay shows the payment as it is', async () => {
    const w = await world()
    const input = order({ method: card('tok_3ds') })
    const first = await w.pay(input, key)
    expect(await w.pay(input, key)).toEqual(first)
    const { payload } = w.acquirer.challenge(w.acquirer.books().charges[0]?.id ?? '', 'pass')
    const resumed = await w.run(w.florin.payments.resume(first.id, { payload }))
    const frozen = await w.run(w.florin.raw.create(input, key))
    expect(JSON.parse(frozen)).toEqual(resumed)
    await w.run(w.florin.payments.refund(first.id))
    expect(await w.run(w.florin.raw.create(input, key))).toBe(frozen)
    await audit(w)
  })

  test('an unknown outcome is not an answer: once it is known, that is frozen', async () => {
    const w = await world()
    const input = order()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const first = await w.pay(input, key)
    expect(first.status).toBe('processing')
    expect((await w.pay(input, key)).status).toBe('processing')
    await recover(w)
    const frozen = await w.run(w.florin.raw.create(input, key))
    expect(JSON.parse(frozen)).toMatchObject({ id: first.id, status: 'succeeded' })
    await w.run(w.florin.payments.refund(first.id))
    expect(await w.run(w.florin.raw.create(input, key))).toBe(frozen)
    await audit(w)
  })

  test('of a canceled payment as well', async () => {
    const w = await world()
    const input = order({ capture: 'manual' })
    const first = await w.run(w.florin.raw.create(input, key))
    await w.run(w.florin.payments.cancel((JSON.parse(first) as { id: string }).id))
    expect(await w.run(w.florin.raw.create(input, key))).toBe(first)
    expect(charges(w)).toBe(1)
  })
})

describe('a key stands for its content', () => {
  test.each([
    ['amount', { amount: '100.01' }],
    ['currency', { currency: 'USD' }],
    ['reference', { reference: 'another' }],
    ['capture', { capture: 'manual' }],
    ['token', { method: card('tok_approve_amex') }],
    ['method', { method: { type: 'apple_pay', token: 'tok_approve' } }],
  ] as const)('another %s under the same key is a mismatch that names the payment', async (_, change) => {
    const w = await world()
    const input = order()
    const first = await w.pay(input, key)
    const refused = await w.refusal(w.pay({ ...input, ...change }, key))
    expect(refused).toMatchObject({ code: 'idempotency_mismatch', details: { payment: first.id } })
    expect(charges(w)).toBe(1)
  })

  test('what is not economic may differ', async () => {
    const w = await world()
    const input = order()
    const first = await w.pay(input, key)
    expect(await w.pay({ ...input, description: 'another', metadata: { note: 'x' } }, key)).toEqual(first)
  })

  test('the same key with other content at the same time: one wins, one is a mismatch', async () => {
    const w = await world({ options: { whenInFlight: 'wait' } })
    const calls = [order(), order({ amount: '1.00' })].map((input) => w.florin.payments.create(input, key))
    const settled = await w.run(Promise.allSettled(calls))
    expect(settled.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = settled.find((one) => one.status === 'rejected')?.reason
    expect(refused).toMatchObject({ code: 'idempotency_mismatch' })
    expect(charges(w)).toBe(1)
  })
})

describe('one order is paid once', () => {
  test('without a key the reference is the key: the same content replays', async () => {
    const w = await world()
    const input = order()
    const first = await w.pay(input)
    expect(await w.pay(input)).toEqual(first)
    expect(charges(w)).toBe(1)
  })

  test('other content for the reference is refused, and names the payment', async () => {
    const w = await world()
    const input = order()
    const first = await w.pay(input)
    const refused = await w.refusal(w.pay({ ...input, amount: '1.00' }))
    expect(refused).toMatchObject({
      code: 'reference_taken',
      details: { payment: first.id, reference: input.reference },
    })
    expect(charges(w)).toBe(1)
  })

  test.each(['tok_approve', 'tok_do_not_honor', 'tok_3ds', 'tok_pending', 'tok_slow'])(
    'whatever its status (%s), a payment holds its reference against every other key',
    async (token) => {
      const w = await world()
      const input = order({ method: card(token) })
      const first = await w.pay(input, key)
      for (const options of [{ idempotencyKey: 'key-2' }, {}]) {
        const refused = await w.refusal(w.pay({ ...input, method: card() }, options))
        expect(refused).toMatchObject({ code: 'reference_taken', details: { payment: first.id } })
      }
      expect(charges(w)).toBe(1)
    },
  )

  test('fifty keys for one reference at once: one charge', async () => {
    const w = await world()
    const input = order()
    const calls = Array.from({ length: 50 }, (_, i) => w.florin.payments.create(input, { idempotencyKey: `k${i}` }))
    const settled = await w.run(Promise.allSettled(calls))
    expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of settled) if (one.status === 'rejected') expect(one.reason.code).toBe('reference_taken')
    expect(charges(w)).toBe(1)
    await audit(w)
  })

  test('after a cancel it is free again, for a new key; the canceled payment keeps its own', async () => {
    const w = await world()
    const input = order({ capture: 'manual' })
    const first = await w.pay(input, key)
    await w.run(w.florin.payments.cancel(first.id))
    const second = await w.pay(input, { idempotencyKey: 'key-2' })
    expect(second.id).not.toBe(first.id)
    expect(second.status).toBe('authorized')
    expect((await w.pay(input, key)).id).toBe(first.id)
    const third = await w.refusal(w.pay(input, { idempotencyKey: 'key-3' }))
    expect(third).toMatchObject({ code: 'reference_taken', details: { payment: second.id } })
    expect((await rows<{ round: number }>(w.inner, 'payments')).map((one) => one.round)).toEqual([1, 2])
    await audit(w)
  })

  test('after expiry it is free again, for a new key', async () => {
    const w = await world()
    const input = order({ method: card('tok_do_not_honor') })
    const first = await w.pay(input, key)
    await w.advance(8 * 86_400_000)
    await recover(w)
    expect((await w.get(first.id)).status).toBe('expired')
    expect((await w.pay({ ...input, method: card() }, { idempotencyKey: 'key-2' })).status).toBe('succeeded')
    await audit(w)
  })

  test('without a key, what was canceled stays canceled: a late duplicate must not charge', async () => {
    const w = await world()
    const input = order({ capture: 'manual' })
    const first = await w.pay(input)
    await w.run(w.florin.payments.cancel(first.id))
    expect((await w.pay(input)).id).toBe(first.id)
    const refused = await w.refusal(w.pay({ ...input, amount: '7.00' }))
    expect(refused).toMatchObject({ code: 'reference_taken', details: { payment: first.id } })
    expect(refused.message).toContain('idempotencyKey')
    expect(charges(w)).toBe(1)
  })
})

test.each([
  ['empty', ''],
  ['300 characters', 'x'.repeat(300)],
  ['not ASCII', 'clé'],
  ['a line break', 'a\nb'],
])('a key that is %s is refused, and nothing happens', async (_, idempotencyKey) => {
  const w = await world()
  const refused = await w.refusal(w.pay({}, { idempotencyKey }))
  expect(refused).toMatchObject({ code: 'invalid_request', details: { path: 'idempotencyKey' } })
  expect(refused.message).toContain('1 to 255 printable ASCII')
  expect(await rows(w.inner, 'payments')).toEqual([])
})

test('keys of 255 characters, and those of other merchants, are keys of their own', async () => {
  const w = await world()
  const long = { idempotencyKey: 'x'.repeat(255) }
  const input = order()
  const mine = await w.pay(input, long)
  const theirs = await w.run(w.florin.for('mer_other').payments.create({ ...input, amount: '1.00' }, long))
  expect(theirs.id).not.toBe(mine.id)
  expect(charges(w)).toBe(2)
})
