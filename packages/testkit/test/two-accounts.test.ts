import { createFlorin, ephemeralKeys, type FlorinOptions } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { createAcquirer, fakeRuntime, sandbox } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { type Audited, audit, recover } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { ONE_TRY, runOn, SECRET, type World, world } from './world.ts'

const ACCOUNTS = { eu: 'sandbox_eu', us: 'sandbox_us' } as const
const FOREVER = Number.POSITIVE_INFINITY
const EU_FIRST = { rules: [{ id: 'eu-first', use: ['sandbox/eu', 'sandbox/us'] }] } as const

type Options = Omit<FlorinOptions<Record<'sandbox', ReturnType<typeof sandbox>>>, 'storage' | 'gateways'>

/** One gateway with two accounts at one acquirer. */
const shop = (options: Options = {}): Promise<World> =>
  world({ acquirer: { accounts: ACCOUNTS }, options: { resilience: ONE_TRY, routing: EU_FIRST, ...options } })

const charge = { operation: 'charge', account: 'eu' } as const

type Cells = AttemptCells & { readonly gateway: string; readonly account: string }

/** What was asked of whom for a payment. */
const asked = async ({ inner }: Pick<World, 'inner'>, id: string): Promise<readonly string[]> =>
  (await rows<Cells>(inner, 'attempts'))
    .filter((one) => one.payment === id)
    .map(({ gateway, account, kind, state }) => `${gateway}/${account} ${kind} ${state}`)

const breakers = async (w: World) =>
  Object.fromEntries(
    (await w.run(w.florin.health())).accounts.map(({ gateway, account, breaker }) => [
      `${gateway}/${account}`,
      breaker,
    ]),
  )

describe('two accounts of one gateway', () => {
  test('a charge that never reached the first goes to the second, and all that follows stays there', async () => {
    const w = await shop()
    w.acquirer.fail({ how: 'drop_before', when: charge })
    const { id, status } = await w.pay()
    expect(status).toBe('succeeded')
    await w.run(w.florin.payments.refund(id, { amount: '30.00' }))
    expect(await asked(w, id)).toEqual([
      'sandbox/eu authorize not_sent',
      'sandbox/us authorize applied',
      'sandbox/us capture applied',
      'sandbox/us refund applied',
    ])
    expect(w.acquirer.books().charges).toHaveLength(1)
    await audit(w)
  })

  test('a decline that allows it is tried at the second once, and never again at the first', async () => {
    const w = await shop()
    const { id, status } = await w.pay({ method: { type: 'card', token: 'tok_do_not_honor' } })
    expect(status).toBe('declined')
    expect(await asked(w, id)).toEqual(['sandbox/eu authorize rejected', 'sandbox/us authorize rejected'])
    await audit(w)
  })

  test('an unknown outcome at the first is left with the opt-in, and reversed there', async () => {
    const w = await shop({ failover: { onUnknown: true } })
    w.acquirer.fail({ how: 'drop_after', when: charge })
    const { id } = await w.pay()
    expect(await asked(w, id)).toContain('sandbox/us capture applied')
    await recover(w)
    await audit(w)
    expect(await asked(w, id)).toEqual([
      'sandbox/eu authorize reversed',
      'sandbox/us authorize applied',
      'sandbox/us capture applied',
      'sandbox/eu cancel applied',
    ])
    expect(w.acquirer.books().currencies.EUR).toMatchObject({ held: 0n, captured: 10_000n })
  })

  test('each has a breaker of its own, which the plan names', async () => {
    const w = await shop()
    w.acquirer.fail({ how: 'drop_before', times: FOREVER, when: { account: 'eu' } })
    for (let i = 0; i < 5; i++) await w.pay()
    expect(await breakers(w)).toEqual({ 'sandbox/eu': 'open', 'sandbox/us': 'closed' })
    const { id } = await w.pay()
    expect(await asked(w, id)).toEqual(['sandbox/us authorize applied', 'sandbox/us capture applied'])
    const { attempts } = await w.run(w.florin.payments.timeline(id))
    expect(attempts[0]?.route?.refused).toMatchObject([{ gateway: 'sandbox', account: 'eu', code: 'breaker_open' }])
    await recover(w)
    await audit(w)
  })

  test('each has a limit of its own: one that is used up sends the next charge to the other', async () => {
    const accounts = { 'sandbox/eu': { perSecond: 0.1, burst: 2 } }
    const w = await shop({ resilience: { ...ONE_TRY, rate: { accounts } } })
    for (let i = 0; i < 2; i++)
      expect(await asked(w, (await w.pay({ capture: 'manual' })).id)).toEqual(['sandbox/eu authorize applied'])
    const { id } = await w.pay({ capture: 'manual' })
    expect(await asked(w, id)).toEqual(['sandbox/eu authorize not_sent', 'sandbox/us authorize applied'])
    await audit(w)
  })

  test('merchants have their own, and fail over to the other', async () => {
    const own = (account: 'eu' | 'us', other: 'eu' | 'us') => ({
      accounts: { sandbox: account },
      rules: [{ id: `${account}-first`, use: ['sandbox', `sandbox/${other}`] as const }],
    })
    const w = await shop({ routing: { merchants: { mer_eu: own('eu', 'us'), mer_us: own('us', 'eu') } } })
    const order = { amount: '100.00', currency: 'EUR', method: { type: 'card', token: 'tok_approve' } } as const
    const pay = (merchant: string, reference: string) =>
      w.run(w.florin.for(merchant).payments.create({ ...order, reference }))
    for (const account of ['eu', 'us']) {
      const { id } = await pay(`mer_${account}`, 'one')
      expect(await asked(w, id)).toEqual([`sandbox/${account} authorize applied`, `sandbox/${account} capture applied`])
    }
    w.acquirer.fail({ how: 'drop_before', when: { account: 'us' } })
    const moved = await pay('mer_us', 'two')
    expect(await asked(w, moved.id)).toEqual([
      'sandbox/us authorize not_sent',
      'sandbox/eu authorize applied',
      'sandbox/eu capture applied',
    ])
    await audit(w)
  })

  test('a setting that needs a way back is refused where the only gateway has none: there are two accounts to leave', async () => {
    const acquirer = createAcquirer({ accounts: ACCOUNTS, webhookSecret: SECRET })
    const inner = sandbox({ acquirer })
    const { card } = inner.capabilities.methods
    if (card === undefined) throw new Error('the sandbox takes cards')
    const capabilities = { ...inner.capabilities, methods: { card: { ...card, reverseBy: [] } } }
    const create = (accounts: readonly [string, ...string[]]) =>
      createFlorin({
        storage: memoryStorage(),
        gateways: { sandbox: { ...inner, accounts, capabilities } },
        failover: { onUnknown: ['card'] },
      })
    await expect(create(['eu', 'us'])).rejects.toThrow("cannot be reversed at 'sandbox'")
    await expect(create(['eu'])).resolves.toBeDefined() // nowhere to go: it is never left
  })
})

describe('two gateways over one provider', () => {
  const pair = async () => {
    const runtime = fakeRuntime({ seed: 1 })
    const { clock, scheduler, random } = runtime
    const acquirer = createAcquirer({ clock, scheduler, random, webhookSecret: SECRET, accounts: ACCOUNTS })
    const inner = memoryStorage()
    const run = <T>(work: Promise<T>): Promise<T> => runOn(runtime, work)
    const florin = await run(
      createFlorin({
        storage: inner,
        keys: ephemeralKeys(random),
        runtime,
        resilience: ONE_TRY,
        routing: { rules: [{ id: 'in-order', use: ['sandbox_eu', 'sandbox_us'] }] },
        gateways: {
          sandbox_eu: sandbox({ acquirer, scheduler, accounts: ['eu'] }),
          sandbox_us: sandbox({ acquirer, scheduler, accounts: ['us'] }),
        },
      }),
    )
    const w: Audited = {
      ...{ inner, florin, acquirers: [acquirer] },
      advance: (ms) => scheduler.advance(ms),
      tick: async () => void (await run(florin.tick())),
    }
    let references = 0
    const pay = (tokens: Partial<Record<'sandbox_eu' | 'sandbox_us', string>>) => {
      references += 1
      const method = { type: 'card', tokens } as const
      return run(florin.payments.create({ reference: `pair-${references}`, amount: '100.00', currency: 'EUR', method }))
    }
    return { w, acquirer, pay, florin, run }
  }

  test('each is asked with the token of its name', async () => {
    const { w, acquirer, pay } = await pair()
    const { id, gateway } = await pay({ sandbox_eu: 'tok_do_not_honor', sandbox_us: 'tok_approve' })
    expect(gateway).toBe('sandbox_us')
    expect(await asked(w, id)).toEqual([
      'sandbox_eu/eu authorize rejected',
      'sandbox_us/us authorize applied',
      'sandbox_us/us capture applied',
    ])
    expect(acquirer.books().currencies.EUR).toMatchObject({ captured: 10_000n })
    await audit(w)
  })

  test('one for which there is no token is no way out', async () => {
    const { w, acquirer, pay } = await pair()
    acquirer.fail({ how: 'drop_before', when: charge })
    const { id, status } = await pay({ sandbox_eu: 'tok_approve' })
    expect(status).toBe('declined')
    expect(await asked(w, id)).toEqual(['sandbox_eu/eu authorize not_sent'])
    await audit(w)
  })

  test('each has a breaker of its own', async () => {
    const { w, acquirer, pay, florin, run } = await pair()
    acquirer.fail({ how: 'drop_before', times: FOREVER, when: { account: 'eu' } })
    const tokens = { sandbox_eu: 'tok_approve', sandbox_us: 'tok_approve' }
    for (let i = 0; i < 6; i++) expect(await pay(tokens)).toMatchObject({ status: 'succeeded', gateway: 'sandbox_us' })
    const { accounts } = await run(florin.health())
    expect(accounts.map(({ gateway, account, breaker }) => `${gateway}/${account} ${breaker}`)).toEqual([
      'sandbox_eu/eu open',
      'sandbox_us/us closed',
    ])
    await recover(w)
    await audit(w)
  })
})
