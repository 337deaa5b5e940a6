import type { Answer, Command, Gateway, Sent } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { cards, type FailoverWorld, failoverWorld, OPTED_IN } from './failover-world.ts'

const isCharge = ({ kind }: Command): boolean => kind === 'authorize' || kind === 'sale'

/** The first gateway, answering charges as the test says; whatever else it is asked, the sandbox answers. */
const answering =
  (answer: (nth: number) => Answer) =>
  (inner: Gateway, name: string): Gateway => {
    if (name !== 'first') return inner
    let asked = 0
    return {
      ...inner,
      read: (response, command) => {
        if (!isCharge(command)) return inner.read(response, command)
        asked += 1
        return answer(asked)
      },
    }
  }

/** The first gateway behind a wire of the test's own; it counts what is sent on it. */
const wired = (wire: (nth: number, send: () => Promise<Sent>) => Promise<Sent>) => {
  const seen = { sent: 0 }
  const gateway = (inner: Gateway, name: string): Gateway => {
    if (name !== 'first') return inner
    return {
      ...inner,
      transport: {
        send: (request, context) => {
          if (request.method !== 'POST' || !request.path.endsWith('/charges'))
            return inner.transport.send(request, context)
          seen.sent += 1
          return wire(seen.sent, () => inner.transport.send(request, context))
        },
      },
    }
  }
  return { gateway, seen }
}

const declinedWith = (networkAdvice: string | null): Answer => ({
  effect: 'rejected',
  gatewayId: 'first-1',
  decline: { class: 'soft_generic', code: 'do_not_honor', gatewayCode: null, networkAdvice, message: 'No.' },
})

const ending = async (w: FailoverWorld, id: string) => (await w.run(w.florin.payments.timeline(id))).entries.at(-1)

describe('what forbids a failover', () => {
  test('advice of a scheme goes before the class, also where nobody knows the network of the card', async () => {
    const forbidden = await failoverWorld({ gateway: answering(() => declinedWith('03')) })
    const payment = await forbidden.pay()
    expect(payment).toMatchObject({ status: 'declined', gateway: 'first' })
    expect(await ending(forbidden, payment.id)).toMatchObject({ data: { stays: 'scheme_limit' } })
    const allowed = await failoverWorld({ gateway: answering(() => declinedWith(null)) })
    expect(await allowed.pay()).toMatchObject({ status: 'succeeded', gateway: 'second' })
  })

  test('the gateway says that the original is at work: the same key later, and nobody else (F6)', async () => {
    const busy: Answer = { effect: 'unknown', reason: 'in flight', retryAfterMs: 1_000 }
    const w = await failoverWorld({ options: OPTED_IN, gateway: answering(() => busy) })
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'processing', gateway: 'first' })
    expect(w.second.books().charges).toEqual([])
  })

  test('a payment whose time is over by the time of the decline goes nowhere else', async () => {
    const w = await failoverWorld({ options: { timings: { paymentExpiryMs: 20_000 } } })
    w.first.fail({ how: 'slow', ms: 30_000, when: { operation: 'charge' } })
    const payment = await w.pay({ method: cards('tok_do_not_honor') })
    await w.advance(31_000)
    expect(await ending(w, payment.id)).toMatchObject({ data: { stays: 'not_wanted' } })
    await w.end()
  })

  test('a wait for somebody else’s decision: its decline is the answer', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    const payment = await w.pay({ method: cards('tok_pending_declined') })
    expect(payment.status).toBe('processing')
    await w.advance(60_000)
    await w.tick()
    expect(await w.get(payment.id)).toMatchObject({ status: 'declined', gateway: 'first' })
    expect(w.second.books().charges).toEqual([])
    await w.end()
  })
})

describe('what is sent again within a call', () => {
  const RETRIES = { resilience: { retries: { policy: { kind: 'fixed', tries: 3, delayMs: 100 } } } } as const
  const NOT_SENT: Sent = { outcome: 'not_sent', reason: 'connection refused' }

  test('a refused connection after a sending that may have worked is no proof: nobody else is asked', async () => {
    const { gateway, seen } = wired(async (nth, send) => (nth === 1 ? send() : NOT_SENT))
    const lost: Answer = { effect: 'unknown', reason: 'try again', retryAfterMs: 50 }
    const w = await failoverWorld({
      options: RETRIES,
      gateway: (inner, name) => gateway(answering(() => lost)(inner, name), name),
    })
    const payment = await w.pay()
    expect(seen.sent).toBe(2)
    expect(payment).toMatchObject({ status: 'processing', gateway: 'first' })
    expect(w.second.books().charges).toEqual([])
  })

  test('once it is left behind nothing more of it is sent, and what comes late is recorded', async () => {
    const busy: Answer = { effect: 'unknown', reason: 'try again', retryAfterMs: 50 }
    const w: FailoverWorld = await failoverWorld({
      options: { ...OPTED_IN, ...RETRIES },
      gateway: (inner, name) => hanging(answering(() => busy)(inner, name), name),
    })
    const sent = { charges: 0 }
    function hanging(inner: Gateway, name: string): Gateway {
      return wired(async (_, send) => {
        sent.charges += 1
        const answer = await send()
        await new Promise<void>((resolve) => void w.runtime.scheduler.after(8_000, resolve))
        return answer
      }).gateway(inner, name)
    }
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second' })
    await w.advance(20_000)
    expect(sent.charges).toBe(1)
    await w.end()
  })
})

test('that nothing is found of a charge that was left is proof only once it can no longer show up', async () => {
  const w = await failoverWorld({ options: OPTED_IN })
  w.first.fail({ how: 'error_500_before', when: { operation: 'charge' } })
  const payment = await w.pay()
  await w.tick()
  expect((await w.charges(payment.id))[0]).toBe('first authorize abandoned')
  await w.end()
  expect((await w.charges(payment.id))[0]).toBe('first authorize never_existed')
})
