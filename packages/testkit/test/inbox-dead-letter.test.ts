import { createFlorin, type FlorinError } from '@florin/core'
import type { GatewayFact } from '@florin/core/gateways'
import type { Storage } from '@florin/core/storage'
import { createAcquirer, sandbox } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit } from './audit.ts'
import { awaited, event, type Listening, listening, patched } from './inbox.ts'
import { scripted } from './scripted.ts'
import { runOn, type World } from './world.ts'

const DAY_MS = 86_400_000
const days = async (w: World, most: number): Promise<void> => {
  for (let day = 0; day < most; day++) {
    await w.advance(DAY_MS)
    await w.tick()
  }
}

const unreadable = () => {
  throw new SyntaxError('Unexpected token in "Ann Example, 4111111111111111"')
}

/** A delivery that today's adapter cannot read, and what becomes of it in time. */
const poisoned = async (): Promise<Listening & { readonly id: string; readonly heal: () => void }> => {
  let broken = true
  const all = await listening({
    gateway: patched(
      () => ({ parse: unreadable }),
      () => broken,
    ),
  })
  const { id, delivery } = await awaited(all)
  await all.hand(delivery)
  await all.w.advance(10)
  return {
    ...all,
    id,
    heal: () => {
      broken = false
    },
  }
}

describe('a delivery that cannot be read', () => {
  test('waits, ever longer, and is dead after its tries: somebody is told, and its bytes stay', async () => {
    const { w, list, mail } = await poisoned()
    expect(await list('waiting')).toMatchObject([{ note: 'unreadable', tries: 1 }])
    await days(w, 40)
    const [dead] = await list('dead')
    expect(dead).toMatchObject({ note: 'unreadable', tries: 24, nextTryAt: null })
    const told = w.errors.filter((error) => (error as FlorinError).code === 'invalid_state')
    expect(told).toMatchObject([{ details: { delivery: dead?.id, note: 'unreadable' } }])
    await days(w, 200) // longer than bytes are kept of what was settled
    const body = await w.run(w.florin.webhooks.body(dead?.id ?? ''))
    expect(Buffer.from(body)).toEqual(Buffer.from(mail.at(-1)?.body ?? ''))
    expect(await w.run(w.florin.webhooks.get(dead?.id ?? ''))).toMatchObject({ bodyKept: true, facts: null })
  })

  test('is worked off by a redrive once the adapter can read it', async () => {
    const { w, list, id, heal } = await poisoned()
    await days(w, 40)
    const redrive = () => w.run(w.florin.webhooks.redrive({ state: 'dead' }))
    expect(await redrive()).toMatchObject({ seen: 1, failed: 1, problems: [{ note: 'unreadable' }] })
    heal()
    const [waiting] = await list('waiting') // with all its tries
    expect(waiting).toMatchObject({ tries: 1 })
    expect(await w.run(w.florin.webhooks.redrive(waiting?.id ?? ''))).toMatchObject({ seen: 1, failed: 0 })
    expect(await list('processed')).toHaveLength(1)
    expect((await w.get(id)).status).not.toBe('processing')
    await audit(w)
  })

  test('says nothing of what stands in it to anybody', async () => {
    const { w, list } = await poisoned()
    const [one] = await list('waiting')
    await w.run(w.florin.webhooks.get(one?.id ?? ''))
    const said = w.errors.map((error) => `${(error as Error).stack} ${JSON.stringify(error)}`).join()
    expect(said).toContain(one?.id)
    expect(said).not.toMatch(/Ann|4111/)
  })
})

test('a delivery that kills its process is not begun for ever', async () => {
  const all = await listening()
  const { delivery } = await awaited(all)
  const deadly = (inner: Storage): Storage => ({
    ...inner,
    find: (table, query) =>
      table.name === 'attempts' && query.index === 'id' ? new Promise(() => {}) : inner.find(table, query),
  })
  const victim = await all.w.another({ storage: deadly })
  await all.w.run(victim.webhooks.receive({ gateway: 'sandbox', ...delivery }))
  for (let life = 0; life < 30; life++) {
    await all.w.advance(20_000)
    const next = await all.w.another({ storage: deadly })
    void next.tick()
    await all.w.advance(10)
  }
  expect(await all.list('dead')).toMatchObject([{ note: 'crashed', tries: 24 }])
  expect(await all.w.run(all.w.florin.webhooks.redrive({ state: 'dead' }))).toMatchObject({ seen: 1, failed: 0 })
  await audit(all.w)
})

describe('a delivery about nothing of ours', () => {
  const stranger = (attempt: string | null): GatewayFact => ({
    attempt,
    of: 'sale',
    gatewayId: 'ch_of_another_shop',
    parentGatewayId: null,
    amount: 100n,
    currency: 'EUR',
    occurredAt: null,
    answer: { effect: 'applied', gatewayId: 'ch_of_another_shop' },
  })
  const about = (attempt: string | null) =>
    listening({ gateway: patched(() => ({ parse: () => [stranger(attempt)] })) })

  test.each([null, 'order-17', 'att_short'])(
    'that names %j is ignored in the end, and nobody is told',
    async (attempt) => {
      const { w, hand, list } = await about(attempt)
      await hand(event(w, { object: 'any' }))
      await w.advance(10)
      expect(await list('waiting')).toMatchObject([{ note: 'unmatched' }])
      await days(w, 20)
      expect(await list('ignored')).toMatchObject([{ note: 'unmatched', tries: 16 }])
      expect(await list('dead')).toEqual([])
      expect(w.errors).toEqual([])
    },
  )

  test('that names an attempt as only we make them is dead in the end: something of ours is missing', async () => {
    const { w, hand, list } = await about('att_01kdvdna00e008n21rfmb2efrh')
    await hand(event(w, { object: 'any' }))
    await days(w, 30)
    expect(await list('dead')).toMatchObject([{ note: 'no_such_attempt' }])
    expect(w.errors).toHaveLength(1)
  })
})

test('work at one gateway that never ends holds up neither the other gateway nor the sweep', async () => {
  const all = await listening()
  const { w } = all
  const STUCK = 'att_01kdvdna00e008n21rfmb2efrh'
  const { gateway: slow } = scripted(() => ({ effect: 'unknown', reason: 'never asked' }))
  const fact = (attempt: string): GatewayFact => ({
    attempt,
    of: 'sale',
    gatewayId: 'x',
    parentGatewayId: null,
    amount: null,
    currency: null,
    occurredAt: null,
    answer: { effect: 'applied', gatewayId: 'x' },
  })
  const acquirer = createAcquirer({ ...w.runtime, webhookSecret: 'whsec_0123456789abcdef0123456789abcdef' })
  const fast = sandbox({ acquirer, scheduler: w.runtime.scheduler })
  const florin = await runOn(
    w.runtime,
    createFlorin({
      storage: {
        ...w.inner,
        find: (table, query) =>
          table.name === 'attempts' && JSON.stringify(query.equals).includes(STUCK)
            ? new Promise(() => {})
            : w.inner.find(table, query),
      },
      keys: w.keys,
      runtime: w.runtime,
      gateways: { slow: { ...slow, parse: () => [fact(STUCK)] }, fast },
    }),
  )
  const to = (gateway: string, n: number) => ({ ...event(w, { object: 'any', n }), gateway })
  for (let n = 0; n < 30; n++) await w.run(florin.webhooks.receive(to('slow', n)))
  await w.run(florin.webhooks.receive(to('fast', 0)))
  await w.advance(10)
  expect((await w.run(florin.webhooks.list({ state: 'processed' }))).data).toMatchObject([{ gateway: 'fast' }])
  for (let n = 1; n < 20; n++) await w.run(florin.webhooks.receive(to('fast', n)))
  await w.run(florin.tick(), 11_000)
  expect(await w.run(florin.webhooks.counts())).toMatchObject({ waiting: { count: 30 }, dead: { count: 0 } })
})

describe('the lists of operators', () => {
  test('are paged newest first, filtered, and counted', async () => {
    const { w, hand } = await listening({ gateway: patched(() => ({ parse: unreadable })) })
    for (let n = 0; n < 25; n++) {
      await hand(event(w, { n }))
      await w.advance(10)
    }
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await w.run(w.florin.webhooks.list({ state: 'waiting', limit: 10, ...(after && { after }) }))
      seen.push(...page.data.map((one) => one.receivedAt))
      after = page.next
    } while (after !== undefined)
    expect(seen).toHaveLength(25)
    expect(seen).toEqual([...seen].sort().reverse())
    const none = await w.run(w.florin.webhooks.list({ state: 'waiting', account: 'other' }))
    expect(none).toEqual({ object: 'list', data: [] })
    expect(await w.run(w.florin.webhooks.counts())).toMatchObject({
      waiting: { count: 25, more: false, oldest: seen.at(-1) },
      dead: { count: 0, oldest: null },
      rejected: { count: 0 },
    })
  })

  test.each([
    ['list', { state: 'lost' }],
    ['list', { state: 'dead', limit: 101 }],
    ['list', {}],
    ['redrive', { state: 'dead', id: 'x' }],
    ['replay', { from: 'yesterday', to: 'today' }],
    ['replay', { from: new Date(2), to: new Date(1) }],
  ] as const)('%s refuses %j', async (call, input) => {
    const { w } = await listening()
    const work = (w.florin.webhooks[call] as (input: unknown) => Promise<unknown>)(input)
    expect(await w.refusal(work)).toMatchObject({ code: 'invalid_request' })
  })

  test.each(['get', 'body', 'redrive'] as const)('%s says that there is no such delivery', async (call) => {
    const { w } = await listening()
    for (const id of ['whd_01kdvdna00e008n21rfmb2efrh', 'evt_1', '']) {
      expect(await w.refusal(w.florin.webhooks[call](id))).toMatchObject({ code: 'not_found' })
    }
  })

  test('show what a delivery says, as ids, kinds and amounts', async () => {
    const all = await listening()
    const { id, delivery } = await awaited(all)
    await all.hand(delivery)
    await all.w.advance(10)
    const [one] = await all.list('processed')
    const details = await all.w.run(all.w.florin.webhooks.get(one?.id ?? ''))
    expect(details.facts).toMatchObject([{ of: 'sale', effect: 'applied', amount: '100.00', currency: 'EUR' }])
    expect((await all.w.get(id)).status).toBe('succeeded')
  })
})
