import type { RawDelivery } from '@florin/core/gateways'
import { createAcquirer, fakeRuntime, sandbox } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { sign } from '../src/sandbox/webhooks/sign.ts'
import { SIGNATURE_HEADER } from '../src/sandbox/wire.ts'
import { audit, recover } from './audit.ts'
import { mortal } from './mortal.ts'
import { rows } from './rows.ts'
import { card, order, SECRET, type World, world } from './world.ts'

/** Collects deliveries instead of handing them on. */
const listening = async (options: Parameters<typeof world>[0] = {}) => {
  const w = await world(options)
  const mail: RawDelivery[] = []
  w.acquirer.onWebhook((delivery) => void mail.push(delivery))
  const hand = (delivery: RawDelivery | undefined, to = w.florin) => {
    if (delivery === undefined) throw new Error('there is no such webhook')
    return w.run(to.webhooks.receive({ gateway: 'sandbox', ...delivery }))
  }
  return { w, mail, hand }
}

const inbox = (w: World) => rows<{ state: string; tries: number; note: string | null }>(w.inner, 'webhook_inbox')

describe('a webhook', () => {
  test('that repeats what is known changes nothing', async () => {
    const { w, mail, hand } = await listening()
    const payment = await w.pay()
    await w.advance(10)
    expect(mail.length).toBe(2) // authorized, captured
    for (const delivery of mail) expect(await hand(delivery)).toEqual({ duplicate: false, quarantined: false })
    await w.advance(10)
    expect(await w.get(payment.id)).toEqual(payment)
    expect((await inbox(w)).map((one) => one.state)).toEqual(['processed', 'processed'])
    await audit(w)
  })

  test('delivered twice is acknowledged twice and worked on once', async () => {
    const { w, mail, hand } = await listening()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay({ capture: 'manual' })
    await w.advance(10)
    expect(await hand(mail[0])).toEqual({ duplicate: false, quarantined: false })
    expect(await hand(mail[0])).toEqual({ duplicate: true, quarantined: false })
    expect(await inbox(w)).toHaveLength(1)
    expect((await w.get(payment.id)).status).toBe('authorized')
    await audit(w)
  })

  test('settles what the answer left unknown, and the capture follows', async () => {
    const { w, mail, hand } = await listening()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay()
    expect(payment.status).toBe('processing')
    await w.advance(10)
    await hand(mail[0])
    await w.advance(10)
    expect((await w.get(payment.id)).status).toBe('succeeded')
    await audit(w)
  })

  test('that overtakes the answer wins, and the answer finds nothing left to do', async () => {
    const w = await world({ webhooks: true })
    w.acquirer.fail({ how: 'slow', ms: 3_000, when: { operation: 'charge' } })
    const creating = w.florin.payments.create(order({ reference: 'overtaken' }), { idempotencyKey: 'overtaken' })
    await w.advance(100)
    const { data } = await w.run(w.florin.payments.list())
    expect(data[0]?.status).toBe('succeeded') // the call is still on its way
    expect((await w.run(creating)).status).toBe('succeeded')
    expect(w.acquirer.books().charges).toHaveLength(1)
    expect(w.errors).toEqual([])
    await audit(w)
  })

  test('that is lost is made up for by the sweep', async () => {
    const w = await world({ webhooks: true })
    w.acquirer.fail({ how: 'lose_webhook', times: Number.POSITIVE_INFINITY })
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const lost = await w.pay()
    const pending = await w.pay({ method: { type: 'redirect', token: 'tok_pending' } })
    await recover(w)
    expect((await w.get(lost.id)).status).toBe('succeeded')
    expect((await w.get(pending.id)).status).toBe('succeeded')
    await audit(w)
  })

  test('for every step, in any order, doubled or lost: the end is the same', async () => {
    for (let round = 0; round < 24; round++) {
      const { w, mail, hand } = await listening()
      const faults = ['drop_after', 'cut_body', 'error_500_after'] as const
      w.acquirer.fail({ how: faults[round % 3] ?? 'drop_after', when: { operation: 'charge' } })
      const { id } = await w.pay({ capture: 'manual' })
      await w.run(w.florin.payments.capture(id, { amount: '40.00', final: false }).catch(() => undefined))
      await w.run(w.florin.payments.capture(id, { amount: '10.00' }).catch(() => undefined))
      await w.run(w.florin.payments.refund(id, { amount: '5.00' }).catch(() => undefined))
      await w.advance(10)
      const shuffled = mail
        .map((delivery, index) => ({ delivery, at: (index * 7 + round * 5) % 11 }))
        .sort((a, b) => a.at - b.at)
      for (const [index, { delivery }] of shuffled.entries()) {
        if ((index + round) % 4 === 0) continue // lost
        await hand(delivery)
        if ((index + round) % 3 === 0) await hand(delivery)
      }
      await recover(w)
      expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '50.00', refunded: '5.00' })
      await audit(w)
    }
  })
})

describe('a webhook that disagrees with what we ordered is a hint', () => {
  const doctored = async (change: (data: Record<string, unknown>) => void) => {
    const { w, mail } = await listening()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay({ capture: 'manual' })
    await w.advance(10)
    const event = JSON.parse(Buffer.from(mail[0]?.body ?? '').toString()) as { data: Record<string, unknown> }
    change(event.data)
    const body = Buffer.from(JSON.stringify(event))
    const headers = { [SIGNATURE_HEADER]: sign([SECRET], w.runtime.clock.now(), body) } // by one who knows the secret
    await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', account: 'default', headers, body }))
    await w.advance(10)
    return { w, id }
  }

  test.each<[string, (data: Record<string, unknown>) => void]>([
    ['another amount', (data) => void Object.assign(data, { amount: '1', authorized: '1' })],
    ['a much larger amount', (data) => void Object.assign(data, { amount: '99999999', authorized: '99999999' })],
    ['another currency', (data) => void Object.assign(data, { currency: 'USD' })],
  ])('%s: nothing is booked, and the gateway is asked', async (_, change) => {
    const { w, id } = await doctored(change)
    expect((await w.get(id)).status).toBe('processing')
    await w.tick() // at once: the hint made it due
    expect(await w.get(id)).toMatchObject({ status: 'authorized', authorized: '100.00' })
    await recover(w)
    await audit(w)
  })
})

test('a webhook about something that we do not know waits, and is found when we do', async () => {
  const other = await listening({ seed: 2 })
  await other.w.pay({ capture: 'manual' })
  await other.w.advance(10)
  const { w, hand } = await listening()
  await hand(other.mail[0])
  await w.advance(10)
  expect(await inbox(w)).toMatchObject([{ state: 'waiting', tries: 1, note: 'no_such_attempt' }])
  for (let i = 0; i < 40; i++) {
    await w.advance(86_400_000)
    await w.tick()
  }
  expect(await inbox(w)).toMatchObject([{ state: 'dead', note: 'no_such_attempt' }])
  expect(w.errors).toMatchObject([{ code: 'invalid_state', details: { note: 'no_such_attempt' } }]) // somebody is told, once
})

test('a crash anywhere while one is taken loses nothing: it was not acknowledged, or it is worked on later', async () => {
  const start = async () => {
    const all = await listening()
    const { id } = await all.w.pay({ method: { type: 'redirect', token: 'tok_pending' } })
    all.w.acquirer.settlePending(all.w.acquirer.books().charges[0]?.id ?? '', 'approve')
    await all.w.advance(10)
    const [delivery] = all.mail
    if (delivery === undefined) throw new Error('no webhook came')
    return { ...all, id, delivery: { gateway: 'sandbox', ...delivery } }
  }
  const take = async (death: Parameters<typeof mortal>[1]) => {
    const all = await start()
    const process = mortal(all.w.runtime, death)
    const florin = await all.w.another(process.parts)
    process.arm()
    await process.live(florin.webhooks.receive(all.delivery).then(() => all.w.advance(10)))
    return { ...all, process }
  }
  const { process: whole } = await take(null)
  expect(whole.calls.filter((call) => call === 'commit')).toHaveLength(3) // the inbox, the outcome, the inbox again
  for (let call = 1; call <= whole.calls.length; call++) {
    for (const when of ['before', 'after'] as const) {
      const { w, id, delivery } = await take({ call, when })
      await w.run(w.florin.webhooks.receive(delivery)) // the gateway tries again
      await recover(w)
      expect((await w.get(id)).status).toBe('succeeded')
      expect((await inbox(w)).map((one) => one.state)).toEqual(['processed'])
      await audit(w)
    }
  }
})

test('one that names only the gateway’s own id waits until that id is known', async () => {
  const { w, mail, hand } = await listening({
    gateway: (inner) => ({
      ...inner,
      parse: (body, account) => inner.parse(body, account).map((fact) => ({ ...fact, attempt: null })),
    }),
  })
  w.acquirer.fail({ how: 'slow', ms: 3_000, when: { operation: 'charge' } })
  const creating = w.florin.payments.create(order({ capture: 'manual' }))
  await w.advance(100)
  await hand(mail[0])
  await w.advance(100)
  expect(await inbox(w)).toMatchObject([{ state: 'waiting', note: 'unmatched' }])
  const payment = await w.run(creating)
  await recover(w)
  expect(await inbox(w)).toMatchObject([{ state: 'processed', note: null }])
  expect(await w.get(payment.id)).toEqual(payment)
  await audit(w)
})

test('one that cannot be worked on steps back, and the others are', async () => {
  let poison = true
  const { w, mail, hand } = await listening({
    storage: (inner) => ({
      ...inner,
      find: (table, query) =>
        poison && table.name === 'attempts' && query.index === 'id'
          ? Promise.reject(new Error('this one always throws'))
          : inner.find(table, query),
    }),
  })
  const first = await w.pay({ capture: 'manual', method: card('tok_pending') })
  await w.advance(20_100)
  await hand(mail[0])
  await w.advance(10)
  expect(await inbox(w)).toMatchObject([{ state: 'waiting', tries: 1, note: 'failed' }])
  await w.advance(1_000)
  await w.tick()
  expect((await inbox(w))[0]?.tries).toBe(1) // it is not tried again at every turn
  poison = false
  await recover(w)
  expect((await w.get(first.id)).status).toBe('authorized')
  expect((await inbox(w))[0]?.state).toBe('processed')
  await audit(w)
})

describe('what is not authentic is refused, and is never worked on', () => {
  const deliver = async (change: (delivery: RawDelivery) => RawDelivery) => {
    const { w, mail } = await listening()
    await w.pay()
    await w.advance(10)
    const [delivery] = mail
    if (delivery === undefined) throw new Error('no webhook came')
    return { w, call: () => w.florin.webhooks.receive({ gateway: 'sandbox', ...change(delivery) }) }
  }

  test.each<[string, (delivery: RawDelivery) => RawDelivery]>([
    ['no signature', (one) => ({ ...one, headers: {} })],
    ['a malformed signature', (one) => ({ ...one, headers: mapped(one, (value) => value.slice(0, 20)) })],
    [
      'a wrong signature',
      (one) => ({ ...one, headers: mapped(one, (value) => value.replace(/.$/, (c) => (c === '0' ? '1' : '0'))) }),
    ],
    ['a changed body', (one) => ({ ...one, body: Buffer.from(`${Buffer.from(one.body).toString()} `) })],
    ['an empty body', (one) => ({ ...one, body: new Uint8Array() })],
    ['more than a megabyte', (one) => ({ ...one, body: new Uint8Array(1_048_577) })],
  ])('%s', async (_, change) => {
    const { w, call } = await deliver(change)
    expect(await w.refusal(call())).toMatchObject({ code: 'webhook_rejected' })
    expect(await inbox(w)).toEqual([])
  })

  test('one that is too old, or from the future', async () => {
    for (const ms of [300_100, -300_100]) {
      const { w, call } = await deliver((one) => one)
      if (ms > 0) await w.advance(ms)
      else w.runtime.clock.set(w.runtime.clock.now() + ms)
      expect(await w.refusal(call())).toMatchObject({ code: 'webhook_rejected' })
    }
  })

  test('one for an account or a gateway that is not configured', async () => {
    for (const where of [{ account: 'stranger' }, { gateway: 'stranger' }]) {
      const { w, mail } = await listening()
      await w.pay()
      await w.advance(10)
      const [delivery] = mail
      if (delivery === undefined) throw new Error('no webhook came')
      const refused = await w.refusal(w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery, ...where }))
      expect(refused).toMatchObject({ code: 'gateway_unknown' })
      expect(refused.message).toContain('stranger')
    }
  })

  test('one of another account of the same gateway, whose secret it shares, is kept and not acted on', async () => {
    const runtime = fakeRuntime()
    const acquirer = createAcquirer({ ...runtime, accounts: { one: 'key_one', two: 'key_two' }, webhookSecret: SECRET })
    const w = await world({ gateway: () => sandbox({ acquirer, accounts: ['one', 'two'] }) })
    const mail: RawDelivery[] = []
    acquirer.onWebhook((delivery) => void mail.push(delivery))
    await w.pay()
    await w.advance(10)
    const [delivery] = mail
    if (delivery === undefined) throw new Error('no webhook came')
    const call = w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery, account: 'two' })
    expect(await w.run(call)).toEqual({ duplicate: false, quarantined: true })
    expect(await inbox(w)).toMatchObject([{ state: 'quarantined', tries: 0 }])
    expect(w.errors).toMatchObject([{ code: 'webhook_foreign' }])
  })
})

const mapped = (delivery: RawDelivery, change: (value: string) => string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(delivery.headers).map(([name, value]) => [name, name === 'content-type' ? value : change(value)]),
  )
