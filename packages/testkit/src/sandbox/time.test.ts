import { describe, expect, it } from 'vitest'
import { FAKE_START, fakeClock, fakeRuntime } from '../clock/index.ts'
import { type AcquirerOptions, createAcquirer, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

const MINUTE = 60_000
const DAY = 86_400_000

const setUp = (options: AcquirerOptions = {}) => {
  const runtime = fakeRuntime()
  const acquirer = createAcquirer({ ...runtime, ...options })
  return { ...drive(sandbox({ acquirer }), runtime.clock.now), acquirer, ...runtime }
}

describe('what time does', () => {
  it('an authorization lapses after seven days: its hold is released and it can no longer be captured', async () => {
    const { run, authorized, capture, cancel, lookup, acquirer, clock } = setUp()
    const held = await authorized()
    const partly = await authorized()
    await run(capture(partly, 4_000n, false))
    clock.advance(7 * DAY - 1)
    expect(acquirer.charge(held.attempt)?.status).toBe('authorized')
    clock.advance(1)
    expect(acquirer.charge(held.attempt)).toMatchObject({ status: 'expired', expires_at: null })
    expect(acquirer.charge(partly.attempt)?.status).toBe('captured')
    expect(acquirer.books().currencies.EUR).toMatchObject({ held: 0n, captured: 4_000n, released: 16_000n })
    expect(await run(capture(held, 1n))).toMatchObject({ effect: 'rejected', decline: { code: 'charge_expired' } })
    expect(await run(lookup('authorize', held))).toMatchObject({ effect: 'rejected', decline: { code: 'expired' } })
    expect(await run(cancel(held))).toMatchObject({ effect: 'applied' })
  })

  it('a pending charge is decided after its wait, either way', async () => {
    const { run, charge, acquirer, clock } = setUp()
    const [paid, unpaid] = [charge('tok_pending', {}, 'sale'), charge('tok_pending_declined', {}, 'sale')]
    for (const command of [paid, unpaid]) {
      expect(await run(command)).toMatchObject({ effect: 'pending', expiresAt: FAKE_START + 20_000 })
    }
    clock.advance(20_000)
    expect(acquirer.charge(paid.attempt)?.status).toBe('captured')
    expect(acquirer.charge(unpaid.attempt)).toMatchObject({
      status: 'declined',
      decline: { code: 'transfer_not_received' },
    })
  })

  it('or when a test says so, once', async () => {
    const { run, charge, acquirer } = setUp()
    const [first, second] = [charge('tok_pending'), charge('tok_pending')]
    await run(first)
    await run(second)
    acquirer.settlePending(first.attempt, 'decline')
    acquirer.settlePending(second.attempt, 'approve')
    expect(acquirer.charge(first.attempt)?.status).toBe('declined')
    expect(acquirer.charge(second.attempt)?.status).toBe('authorized')
    expect(() => acquirer.settlePending(second.attempt, 'decline')).toThrow('not pending')
  })

  it('a challenge that nobody answers lapses after fifteen minutes', async () => {
    const { run, charge, target, complete, clock } = setUp()
    const command = charge('tok_3ds')
    const held = target(command, await run(command))
    clock.advance(15 * MINUTE)
    expect(await run(complete(held, {}))).toMatchObject({ effect: 'rejected', decline: { code: 'challenge_expired' } })
  })

  it('with a scheduler it happens by itself, and then no timer is left', async () => {
    const { run, charge, acquirer, scheduler } = setUp()
    const seen: string[] = []
    acquirer.onWebhook(({ body }) => void seen.push(JSON.parse(Buffer.from(body).toString()).type))
    await run(charge('tok_pending', {}, 'sale'))
    await run(charge('tok_3ds'))
    await run(charge())
    await scheduler.runAll()
    expect(seen).toEqual(['charge.authorized', 'charge.captured', 'charge.declined'])
    expect(acquirer.settlements()).toHaveLength(1)
    expect(scheduler.waiting).toBe(0)
  })

  it('with a clock alone it happens on the next request or tick', async () => {
    const clock = fakeClock()
    const acquirer = createAcquirer({ clock })
    const { run, charge } = drive(sandbox({ acquirer }), clock.now)
    await run(charge('tok_pending', {}, 'sale'))
    const seen: string[] = []
    acquirer.onWebhook(({ body }) => void seen.push(JSON.parse(Buffer.from(body).toString()).type))
    clock.advance(MINUTE)
    acquirer.tick()
    await acquirer.webhooksIdle()
    expect(seen).toEqual(['charge.captured'])
  })
})

describe('settlement', () => {
  it('pays a day out at midnight UTC: captured less refunds less fees, by account and currency', async () => {
    const { run, authorized, capture, refund, charge, acquirer, clock } = setUp()
    const held = await authorized()
    const taking = capture(held, 10_000n)
    await run(taking)
    const back = refund(held, 3_000n)
    await run(back)
    const yen = charge('tok_approve', { currency: 'JPY', amount: 1_001n, type: 'redirect' }, 'sale')
    await run(yen)
    clock.advance(DAY - 1)
    expect(acquirer.settlements()).toEqual([])
    clock.advance(1)
    const [euros, yens] = acquirer.settlements()
    expect(euros).toMatchObject({
      account: 'default',
      currency: 'EUR',
      date: '2026-01-01',
      settledAt: FAKE_START + DAY,
    })
    expect(euros).toMatchObject({ captured: 10_000n, refunded: 3_000n, fees: 150n, net: 6_850n })
    expect(
      euros?.items.map(({ type, reference, chargeReference, amount, fee }) => ({
        type,
        reference,
        chargeReference,
        amount,
        fee,
      })),
    ).toEqual([
      { type: 'capture', reference: taking.attempt, chargeReference: held.attempt, amount: 10_000n, fee: 150n },
      { type: 'refund', reference: back.attempt, chargeReference: held.attempt, amount: 3_000n, fee: 0n },
    ])
    expect(yens).toMatchObject({ currency: 'JPY', captured: 1_001n, fees: 15n, net: 986n })
    expect(yens?.items[0]).toMatchObject({ type: 'capture', reference: yen.attempt })
    expect(acquirer.books().currencies.EUR?.settled).toBe(6_850n)
  })

  it('a day of refunds settles below zero, an empty day not at all, and a batch may close early', async () => {
    const { run, authorized, capture, refund, acquirer, clock } = setUp({ fees: { basisPoints: 0, fixedMinor: 25n } })
    const held = await authorized()
    await run(capture(held, 10_000n))
    expect(acquirer.settle()).toMatchObject([{ date: '2026-01-01', net: 9_975n }])
    expect(acquirer.settle()).toEqual([])
    clock.advance(3 * DAY)
    await run(refund(held, 1_000n))
    clock.advance(DAY)
    expect(acquirer.settlements()).toMatchObject([{ net: 9_975n }, { date: '2026-01-04', net: -1_000n }])
  })
})

it('forgets old charges but not their money', async () => {
  const { run, charge, acquirer, lookup } = setUp({ remember: 10 })
  const first = charge()
  await run(first)
  for (let i = 0; i < 100; i += 1) await run(charge())
  expect(await run(lookup('authorize', { attempt: first.attempt, gatewayId: null }))).toEqual({ effect: 'absent' })
  const books = acquirer.books()
  expect(books.charges.length).toBeGreaterThanOrEqual(10)
  expect(books.charges.length).toBeLessThanOrEqual(20)
  expect(books.currencies.EUR?.authorized).toBe(1_010_000n)
})

it('the same seed makes the same acquirer', async () => {
  const story = async () => {
    const { run, charge, authorized, capture, acquirer } = setUp()
    await run(charge('tok_fraud'))
    await run(capture(await authorized(), 5_000n))
    return acquirer.books()
  }
  expect(await story()).toEqual(await story())
})

it('refuses options that make no sense', () => {
  const bad: AcquirerOptions[] = [
    { accounts: {} },
    { accounts: { a: 'same', b: 'same' } },
    { accounts: { a: '' } },
    { fees: { basisPoints: 1.5 } },
    { slowMs: -1 },
    { remember: 0 },
    { webhookSecret: 'short' },
    { webhookSecret: '' },
    { webhookSecret: [] },
  ]
  for (const options of bad) expect(() => createAcquirer(options)).toThrow(/^sandbox: /)
})
