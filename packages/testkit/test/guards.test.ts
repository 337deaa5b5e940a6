import { createFlorin, type FlorinOptions } from '@florin/core'
import type { Gateway, MethodCapabilities } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { cards, type FailoverWorld, failoverWorld, OPTED_IN, order } from './failover-world.ts'
import { ONE_TRY } from './world.ts'

const charge = { operation: 'charge' } as const
const FOREVER = Number.POSITIVE_INFINITY

const first = async (w: FailoverWorld) =>
  (await w.run(w.florin.health())).accounts.find(({ gateway }) => gateway === 'first')

/** Requests that an acquirer was sent for charges, answered or not. */
const asked = (w: FailoverWorld, ids: readonly string[]): number =>
  ids.reduce((sum, id) => sum + w.first.effects(id).requests, 0)

describe('the breaker of a gateway', () => {
  test('opens when it refuses connections: then it is not asked, and payments go to the next one at once', async () => {
    const w = await failoverWorld()
    w.first.pause()
    for (let i = 0; i < 5; i++) await w.pay()
    expect(await first(w)).toMatchObject({ breaker: 'open', errors: 5 })
    const payment = await w.pay()
    expect(payment).toMatchObject({ status: 'succeeded', gateway: 'second' })
    expect(await w.charges(payment.id)).toEqual(['second authorize applied'])
    const { attempts } = await w.run(w.florin.payments.timeline(payment.id))
    expect(attempts[0]?.route?.refused).toMatchObject([{ gateway: 'first', code: 'breaker_open' }])
    await w.end()
  })

  test('closes again once probes go well', async () => {
    const w = await failoverWorld()
    w.first.pause()
    for (let i = 0; i < 5; i++) await w.pay()
    w.first.resume()
    for (let i = 0; i < 400 && (await first(w))?.breaker !== 'closed'; i++) {
      await w.advance(2_000)
      await w.pay()
    }
    expect(await first(w)).toMatchObject({ breaker: 'closed' })
    expect((await w.pay({ gateway: 'first' })).status).toBe('succeeded')
    await w.end()
  })

  test('of the only gateway declines without a byte sent, and the key is not frozen with it', async () => {
    const w = await failoverWorld()
    const method = { type: 'card', tokens: { first: 'tok_approve' } } as const
    w.first.pause()
    for (let i = 0; i < 5; i++) await w.pay({ method })
    w.first.resume()
    const input = order({ method })
    const create = () => w.run(w.florin.payments.create(input, { idempotencyKey: 'shed' }))
    const payment = await create()
    expect(payment).toMatchObject({ status: 'declined', decline: { class: 'unavailable' } })
    const { attempts } = await w.run(w.florin.payments.timeline(payment.id))
    expect(
      asked(
        w,
        attempts.map(({ id }) => id),
      ),
    ).toBe(0)
    // Breaker rejections are not stored: a repetition shows the payment as it is by then.
    await w.run(w.florin.payments.retry(payment.id, { method: cards('tok_approve'), gateway: 'second' }))
    expect((await create()).status).toBe('succeeded')
    await w.end()
  })

  test('never stands in the way of a capture, a void, a lookup or a resolution', async () => {
    const w = await failoverWorld()
    const held = await Promise.all([1, 2].map(() => w.pay({ capture: 'manual' })))
    w.first.fail({ how: 'drop_after', when: charge })
    const lost = await w.pay({ gateway: 'first' })
    w.first.pause()
    for (let i = 0; i < 5; i++) await w.pay()
    w.first.resume()
    expect(await first(w)).toMatchObject({ breaker: 'open' })
    expect((await w.run(w.florin.payments.capture(held[0]?.id ?? ''))).status).toBe('succeeded')
    expect((await w.run(w.florin.payments.cancel(held[1]?.id ?? ''))).status).toBe('canceled')
    await w.advance(5_000)
    await w.tick()
    expect((await w.get(lost.id)).status).toBe('succeeded')
    await w.end()
  })

  test('opens on outcomes that nobody knows, and ignores declines', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    for (let i = 0; i < 20; i++) await w.pay({ method: cards('tok_insufficient_funds') })
    expect(await first(w)).toMatchObject({ breaker: 'closed', errors: 0 })
    const v = await failoverWorld({ options: OPTED_IN })
    v.first.fail({ how: 'drop_after', times: FOREVER, when: charge })
    for (let i = 0; i < 12; i++) await v.pay()
    expect(await first(v)).toMatchObject({ breaker: 'open', unknown: 10 })
    await w.end()
    await v.end()
  })
})

describe('a call is repeated under its key', () => {
  const alone = { type: 'card', tokens: { first: 'tok_approve' } } as const

  test('where the connection was refused and nobody else can be asked', async () => {
    const w = await failoverWorld({ options: { resilience: {} } })
    w.first.fail({ how: 'drop_before', times: 2, when: charge })
    const payment = await w.pay({ method: alone })
    expect(payment.status).toBe('succeeded')
    expect(await w.charges(payment.id)).toEqual(['first authorize applied'])
    await w.end()
  })

  test('three times at most, and then it is declined', async () => {
    const w = await failoverWorld({ options: { resilience: {} } })
    w.first.fail({ how: 'drop_before', times: 3, when: charge })
    const payment = await w.pay({ method: alone })
    expect(payment.status).toBe('declined')
    await w.end()
  })

  test('where the gateway has no room and nobody else can be asked: after the time that it asks for', async () => {
    const w = await failoverWorld({ options: { resilience: {} } })
    w.first.fail({ how: 'rate_limit', times: 2, when: charge })
    const start = w.runtime.clock.now()
    const payment = await w.pay({ method: alone })
    expect(payment.status).toBe('succeeded')
    expect(w.runtime.clock.now() - start).toBeGreaterThanOrEqual(2_000)
    expect(await w.charges(payment.id)).toEqual(['first authorize applied'])
    const { attempts } = await w.run(w.florin.payments.timeline(payment.id))
    expect(w.first.effects(attempts[0]?.id ?? '')).toMatchObject({ requests: 3, effects: 1 })
    await w.end()
  })

  test('and is declined as unavailable where that takes too long: no scheme counts it, and the buyer may try again', async () => {
    const w = await failoverWorld({ options: { resilience: {} } })
    w.first.fail({ how: 'rate_limit', times: FOREVER, when: charge })
    const payment = await w.pay({ method: alone })
    expect(payment).toMatchObject({ status: 'declined', decline: { class: 'unavailable' } })
    await w.end()
  })

  test('not where somebody else can be asked: the buyer does not wait', async () => {
    const w = await failoverWorld({ options: { resilience: {} } })
    w.first.fail({ how: 'drop_before', when: charge })
    const start = w.runtime.clock.now()
    expect(await w.pay()).toMatchObject({ status: 'succeeded', gateway: 'second' })
    expect(w.runtime.clock.now()).toBe(start)
    await w.end()
  })

  test('never where the outcome is unknown', async () => {
    const w = await failoverWorld({ options: { resilience: {} } })
    w.first.fail({ how: 'error_500_after', when: charge })
    const payment = await w.pay({ method: alone })
    expect(payment.status).toBe('processing')
    const { attempts } = await w.run(w.florin.payments.timeline(payment.id))
    expect(
      asked(
        w,
        attempts.map(({ id }) => id),
      ),
    ).toBe(1)
    await w.end()
  })
})

describe('what the gateways cannot give is refused at construction', () => {
  type Options = Partial<FlorinOptions<Record<'first' | 'second', Gateway>>>
  const refusal = (options: Options, gateway?: (inner: Gateway) => Gateway) =>
    failoverWorld({ options: { resilience: ONE_TRY, ...options }, ...(gateway === undefined ? {} : { gateway }) }).then(
      () => 'it was not refused',
      (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
    )
  const cardThat =
    (can: object) =>
    (inner: Gateway): Gateway => {
      const { capabilities } = inner
      const card = { ...(capabilities.methods.card as MethodCapabilities), ...can }
      return { ...inner, capabilities: { ...capabilities, methods: { card } } }
    }

  test.each<[what: string, options: Options, reason: string]>([
    [
      'a rule that names an unknown gateway',
      { routing: { rules: [{ id: 'r', use: ['third' as 'first'] }] } },
      "configuration: routing.rules.0.use: names the gateway 'third'",
    ],
    [
      'a rule that can never match',
      { routing: { rules: [{ id: 'all' }, { id: 'never', match: { currency: 'EUR' } }] } },
      "rule 'never' can never match",
    ],
    [
      'a rule that names an unknown account',
      { routing: { rules: [{ id: 'r', use: ['first/eu'] }] } },
      "configuration: routing.rules.0.use: names the account 'first/eu', and 'first' has none such: it has default",
    ],
    [
      'more attempts than anybody should make',
      { failover: { maxAttempts: 11 } },
      'configuration: failover.maxAttempts',
    ],
    [
      'a listener that cannot be called',
      { onHealthChange: 'pager' as never },
      'configuration: onHealthChange: must be a function',
    ],
    [
      'a limit for an account that is not there',
      { resilience: { rate: { accounts: { 'first/eu': { perSecond: 5, burst: 5 } } } } },
      'configuration: resilience.rate.accounts.first/eu: there is no such gateway or account',
    ],
    [
      'a breaker that stays open for no time',
      { resilience: { breaker: { openMs: 0 } } },
      'configuration: resilience.breaker.openMs',
    ],
  ])('%s', async (_, options, reason) => {
    expect(await refusal(options)).toContain(reason)
  })

  test('failover on unknown outcomes where a charge cannot be held, or cannot be reversed', async () => {
    const many = { failover: { onUnknown: ['card'] } } as const
    expect(await refusal(many, cardThat({ separateCapture: false }))).toContain('cannot be authorised without being')
    expect(await refusal(OPTED_IN, cardThat({ reverseBy: [] }))).toContain("cannot be reversed at 'first'")
    const one = { merchants: { mer_default: {}, mer_bold: OPTED_IN } }
    expect(await refusal(one, cardThat({ reverseBy: [] }))).toContain("cannot be reversed at 'first'")
    expect(await refusal({}, cardThat({ reverseBy: [] }))).toBe('it was not refused')
  })

  test('one account under two names', async () => {
    const first = sandbox()
    const create = (second: Gateway) =>
      createFlorin({ storage: memoryStorage(), gateways: { first, second } }).then(
        () => 'it was not refused',
        (error: Error) => error.message,
      )
    const told = "gateways.second: is the very gateway that is called 'first' too"
    expect(await create(first)).toContain(told)
    expect(await create({ ...first, name: 'copy' })).toContain(told)
  })

  test('a gateway with neither a lookup, nor webhooks and reports', async () => {
    const deaf =
      (more: Partial<Gateway['capabilities']>) =>
      (inner: Gateway): Gateway => ({ ...inner, capabilities: { ...inner.capabilities, lookupBy: [], ...more } })
    const told = 'gateways.first: cannot be asked what became of a charge, and has'
    expect(await refusal({}, deaf({ webhooks: false }))).toContain(`${told} neither webhooks nor reports`)
    expect(await refusal({}, deaf({ webhooks: true }))).toContain(`${told} no reports`)
    expect(await refusal({}, deaf({ webhooks: false, reports: true }))).toContain(`${told} no webhooks`)
    expect(await refusal({}, deaf({ webhooks: true, reports: true }))).toBe('it was not refused')
  })
})
