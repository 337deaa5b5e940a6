import { createHmac } from 'node:crypto'
import type { Gateway, RawDelivery } from '@florin/core/gateways'
import { describe, expect, it } from 'vitest'
import { fakeRuntime } from '../clock/index.ts'
import { createAcquirer, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

const SECRET = 'a-webhook-secret-of-32-characters'
const OLD_SECRET = 'yesterdays-webhook-secret-of-some-length'

const setUp = (webhookSecret: string | readonly string[] = SECRET) => {
  const runtime = fakeRuntime()
  const acquirer = createAcquirer({ ...runtime, webhookSecret })
  const gateway = sandbox({ acquirer })
  const deliveries: RawDelivery[] = []
  acquirer.onWebhook((delivery) => void deliveries.push(delivery))
  return { ...drive(gateway, runtime.clock.now), gateway, acquirer, deliveries, ...runtime }
}

const received = (gateway: Gateway, delivery: RawDelivery) => {
  gateway.verify(delivery)
  return gateway.parse(delivery.body, delivery.account)
}

const typeOf = ({ body }: RawDelivery): string => JSON.parse(Buffer.from(body).toString()).type

describe('facts', () => {
  it('every effect is announced, and says what the lookup would say', async () => {
    const { run, charge, target, increment, capture, cancel, refund, lookup, gateway, acquirer, deliveries } = setUp()
    const command = charge()
    const held = target(command, await run(command))
    const steps = [increment(held, 11_000n, 1_000n), capture(held, 5_000n, false), cancel(held), refund(held, 1_000n)]
    for (const step of steps) await run(step)
    await run(charge('tok_stolen_card'))
    await acquirer.webhooksIdle()
    expect(deliveries.map(typeOf)).toEqual([
      'charge.authorized',
      'increment.succeeded',
      'capture.succeeded',
      'cancel.succeeded',
      'refund.succeeded',
      'charge.declined',
    ])
    const facts = deliveries.flatMap((delivery) => received(gateway, delivery))
    expect(facts[0]).toMatchObject({
      attempt: command.attempt,
      of: 'authorize',
      gatewayId: held.gatewayId,
      parentGatewayId: null,
    })
    expect(facts[0]?.answer.effect).toBe('applied')
    for (const [i, step] of steps.entries()) {
      const fact = facts[i + 1]
      expect(fact).toMatchObject({
        attempt: step.attempt,
        of: step.kind,
        parentGatewayId: held.gatewayId,
        currency: 'EUR',
      })
      expect(fact?.answer).toEqual(await run(lookup(step.kind, { attempt: step.attempt, gatewayId: null })))
    }
    expect(facts[5]?.answer).toMatchObject({ effect: 'rejected', decline: { class: 'hard' } })
  })

  it('what is done in the dashboard is announced by the reference of its charge: no command of ours has it', async () => {
    const { authorized, gateway, acquirer, deliveries } = setUp()
    const held = await authorized()
    acquirer.dashboard.capture(held.attempt, 9_000n)
    acquirer.dashboard.refund(held.attempt, 2_000n)
    acquirer.dashboard.cancel(held.attempt)
    expect(() => acquirer.dashboard.refund(held.attempt, 7_001n)).toThrow('more than the 7000')
    await acquirer.webhooksIdle()
    const facts = deliveries.slice(1).flatMap((delivery) => received(gateway, delivery))
    expect(facts.map(({ attempt, of, amount }) => ({ attempt, of, amount }))).toEqual([
      { attempt: held.attempt, of: 'capture', amount: 9_000n },
      { attempt: held.attempt, of: 'refund', amount: 2_000n },
      { attempt: held.attempt, of: 'cancel', amount: 1_000n },
    ])
  })

  it('an authentic event about nothing that we know gives no facts', () => {
    const { gateway, clock } = setUp()
    expect(received(gateway, signed({ account: 'default', data: { object: 'payout' } }, clock.now()))).toEqual([])
  })
})

describe('delivery', () => {
  it('a sink that fails gets it again, signed anew, within bounds', async () => {
    const { run, charge, acquirer, gateway, scheduler, clock } = setUp()
    const tries: number[] = []
    acquirer.onWebhook((delivery) => {
      tries.push(delivery.receivedAt - start)
      expect(received(gateway, delivery)).toHaveLength(1)
      throw new Error('down')
    })
    const start = clock.now()
    await run(charge('tok_fraud'))
    await scheduler.runAll()
    expect(tries).toEqual([0, 1_000, 6_000, 36_000, 156_000])
  })

  it('comes twice, or never, where a fault says so', async () => {
    const { run, charge, acquirer, deliveries } = setUp()
    acquirer.fail({ how: 'duplicate_webhook' })
    await run(charge())
    acquirer.fail({ how: 'lose_webhook' })
    await run(charge())
    await run(charge())
    await acquirer.webhooksIdle()
    expect(deliveries).toHaveLength(3)
    expect(Buffer.from(deliveries[0]?.body ?? []).equals(Buffer.from(deliveries[1]?.body ?? []))).toBe(true)
  })

  it('ends when it is unsubscribed or the acquirer is closed', async () => {
    const { run, charge, acquirer, deliveries } = setUp()
    const others: RawDelivery[] = []
    const unsubscribe = acquirer.onWebhook((delivery) => void others.push(delivery))
    unsubscribe()
    await run(charge())
    await acquirer.webhooksIdle()
    acquirer.close()
    await run(charge())
    await acquirer.webhooksIdle()
    expect([deliveries.length, others.length]).toEqual([1, 0])
  })
})

const hmac = (secret: string, timestamp: string, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')

const signed = (
  event: object,
  at: number,
  secret = SECRET,
  header?: (t: string, hex: string) => string,
): RawDelivery => {
  const body = JSON.stringify(event)
  const hex = hmac(secret, `${at}`, body)
  const signature = header?.(`${at}`, hex) ?? `t=${at},v1=${hex}`
  return { account: 'default', headers: { 'sandbox-signature': signature }, body: Buffer.from(body), receivedAt: at }
}

describe('authenticity', () => {
  const event = { account: 'default', data: { object: 'payout' } }
  const { gateway, clock } = setUp()
  const now = clock.now()
  const receive = (delivery: RawDelivery) => () => received(gateway, delivery)
  const refusal = { name: 'FlorinError', code: 'webhook_rejected' }

  it('accepts a true signature up to 300 seconds off in either direction, and not a moment more', () => {
    for (const off of [0, 300_000, -300_000])
      expect(received(gateway, { ...signed(event, now), receivedAt: now + off })).toEqual([])
    for (const off of [300_001, -300_001, 365 * 86_400_000])
      expect(receive({ ...signed(event, now), receivedAt: now + off })).toThrow('300 seconds')
  })

  it.each<[string, (t: string, hex: string) => string]>([
    ['no signature', (t) => `t=${t}`],
    ['no timestamp', (_, hex) => `v1=${hex}`],
    ['two timestamps', (t, hex) => `t=${t},t=${t},v1=${hex}`],
    ['a timestamp that is no number', (_, hex) => `t=soon,v1=${hex}`],
    ['an empty signature', (t) => `t=${t},v1=`],
    ['a truncated signature', (t, hex) => `t=${t},v1=${hex.slice(0, -2)}`],
    ['a longer signature', (t, hex) => `t=${t},v1=${hex}00`],
    ['a signature that is not hex', (t, hex) => `t=${t},v1=${hex.slice(0, -1)}z`],
    ['a signature in capitals', (t, hex) => `t=${t},v1=${hex.toUpperCase()}`],
    ['another signature', (t, hex) => `t=${t},v1=${hex.replace(/./g, (c) => (c === '0' ? '1' : '0'))}`],
    ['another scheme', (t, hex) => `t=${t},v0=${hex}`],
    ['nothing', () => ''],
    ['very much', (t, hex) => `t=${t},${`v1=${hex},`.repeat(50)}`],
  ])('refuses a header with %s', (_, header) => {
    expect(receive(signed(event, now, SECRET, header))).toThrow(expect.objectContaining(refusal))
  })

  it('refuses another secret, another body, a missing header and what is too long or no event', () => {
    const good = signed(event, now)
    const bad: RawDelivery[] = [
      signed(event, now, OLD_SECRET),
      { ...good, body: Buffer.from(JSON.stringify({ ...event, more: 1 })) },
      { ...good, headers: {} },
      signed({ ...event, padding: 'x'.repeat(70_000) }, now),
      signed(['default'], now),
    ]
    for (const delivery of bad) expect(receive(delivery)).toThrow(expect.objectContaining(refusal))
    expect(receive({ ...good, account: 'other' })).toThrow(expect.objectContaining({ code: 'webhook_foreign' }))
  })

  it('has two active secrets during a rotation', async () => {
    const rotating = setUp([SECRET, OLD_SECRET])
    for (const secret of [SECRET, OLD_SECRET])
      expect(received(rotating.gateway, signed(event, now, secret))).toEqual([])
    await rotating.run(rotating.charge())
    await rotating.acquirer.webhooksIdle()
    const [delivery] = rotating.deliveries
    if (delivery === undefined) throw new Error('nothing was delivered')
    // whoever knows one of the two can verify it
    expect(received(gateway, delivery)).toHaveLength(1)
    expect(() => setUp([SECRET, OLD_SECRET, SECRET])).toThrow('two during a rotation')
  })

  it('fails closed where no secret is configured', () => {
    const bare = sandbox({ baseUrl: 'http://127.0.0.1:1', apiKey: 'k' })
    expect(bare.capabilities.webhooks).toBe(false)
    expect(() => received(bare, signed(event, now))).toThrow(expect.objectContaining(refusal))
    for (const webhookSecret of ['', 'short', ' '.repeat(40)])
      expect(() => sandbox({ baseUrl: 'http://127.0.0.1:1', apiKey: 'k', webhookSecret })).toThrow('at least 24')
  })
})
