import { createIds } from '@florin/core'
import type { Answer, Command, GatewayFact } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { failoverWorld, OPTED_IN } from './failover-world.ts'
import { type AttemptCells, rows } from './rows.ts'
import { scripted } from './scripted.ts'
import { card, type World, world } from './world.ts'

// What the simulator found, by itself: the seeds that it was found with make other plans once the workload grows.

const turns = async ({ advance, tick }: Pick<World, 'advance' | 'tick'>, count: number, ms: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    await advance(ms)
    await tick()
  }
}

const factIn = (body: Uint8Array): readonly GatewayFact[] => {
  const fact = JSON.parse(Buffer.from(body).toString())
  return [{ ...fact, amount: BigInt(fact.amount) }]
}

/** Tells a world what its scripted gateway reports; its `parse` is `factIn`. */
const teller =
  (w: World) =>
  async (fact: object): Promise<void> => {
    const body = Buffer.from(
      JSON.stringify({ amount: '12000', currency: 'EUR', occurredAt: w.runtime.clock.now(), ...fact }),
    )
    await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', account: 'default', headers: {}, body }))
    await turns(w, 2, 1_000)
  }

const held = async (w: World): Promise<readonly string[]> =>
  (await w.run(w.florin.ledger.balances())).data.flatMap(({ pending }) => (pending === '0.00' ? [] : [pending]))

test('the newest attempt is the one made last, also by a server whose clock is behind', async () => {
  const w = await world()
  const { id } = await w.pay({ method: card('tok_insufficient_funds') })
  const behind = { now: () => w.runtime.clock.now() - 60_000 }
  const other = await w.another({ runtime: { ...w.runtime, ids: createIds(behind, w.runtime.random) } })
  await w.run(other.payments.retry(id, { method: card() }))
  const charges = (await rows<AttemptCells>(w.inner, 'attempts')).filter(({ kind }) => kind === 'authorize')
  const inOrder = [...charges].sort((a, b) => (a.id < b.id ? -1 : 1))
  expect(inOrder.map(({ state }) => state)).toEqual(['rejected', 'applied'])
})

test('a completion whose answer was lost may take effect after a lookup: the gateway is asked again', async () => {
  let isPaid = false
  const until = 3_600_000
  const answer = (command: Command): Answer => {
    if (command.kind === 'complete') return { effect: 'unknown', reason: 'the connection was reset' }
    if (command.kind === 'lookup' && isPaid) return { effect: 'applied', gatewayId: 'gw_1' }
    const action = { type: 'redirect', url: 'https://bank.test/' } as const
    return {
      effect: 'pending',
      gatewayId: 'gw_1',
      awaits: 'customer',
      expiresAt: w.runtime.clock.now() + until,
      action,
    }
  }
  const { gateway } = scripted(answer)
  const w: World = await world({ gateway: () => gateway })
  const { id } = await w.pay({ capture: 'manual', returnUrl: 'https://shop.test/return' })
  await w.run(w.florin.payments.resume(id, { payload: {} }))
  await turns(w, 3, 10_000)
  expect((await w.get(id)).status).toBe('requires_action') // as the gateway says
  isPaid = true
  await turns(w, 12, 30_000)
  expect((await w.get(id)).status).toBe('authorized') // long before the challenge would have lapsed
})

test('an increment that is told after somebody captured all of it holds nothing more', async () => {
  const done = (command: Command): Answer => ({ effect: 'applied', gatewayId: `gw_${command.attempt}` })
  const later = {
    effect: 'pending',
    gatewayId: 'inc_1',
    awaits: 'gateway',
    expiresAt: Number.MAX_SAFE_INTEGER,
  } as const
  const { gateway } = scripted(
    (command): Answer =>
      command.kind === 'increment' ? { ...later, expiresAt: w.runtime.clock.now() + 60_000 } : done(command),
    { capabilities: { lookupBy: [], webhooks: true, reports: true } },
  )
  const w: World = await world({ gateway: () => ({ ...gateway, parse: factIn }) })
  const tell = teller(w)
  const { id } = await w.pay({ capture: 'manual' })
  await w.run(w.florin.payments.increment(id, { amount: '120.00' }))
  const attempts = await rows<AttemptCells>(w.inner, 'attempts')
  const find = (kind: string): string => attempts.find((one) => one.kind === kind)?.id ?? ''
  const parentGatewayId = `gw_${find('authorize')}`
  await tell({
    ...{ attempt: null, of: 'capture', gatewayId: 'cap_1', parentGatewayId },
    answer: { effect: 'applied', gatewayId: 'cap_1' },
  })
  await tell({
    ...{ attempt: find('increment'), of: 'increment', gatewayId: 'inc_1', parentGatewayId },
    answer: { effect: 'applied', gatewayId: 'inc_1' },
  })
  expect(await w.get(id)).toMatchObject({ authorized: '120.00', captured: '120.00' })
  expect(await held(w)).toEqual([])
})

test('a capture that came back after its authorisation was given back takes nothing of what another one set aside', async () => {
  const later = { effect: 'pending', gatewayId: 'cap_1', awaits: 'gateway', expiresAt: 4_102_444_800_000 } as const
  const { gateway } = scripted(
    ({ kind, amount, attempt }): Answer =>
      kind === 'capture' && amount === 4_000n ? later : { effect: 'applied', gatewayId: `gw_${attempt}` },
    { capabilities: { lookupBy: [], webhooks: true, reports: true } },
  )
  const w: World = await world({ gateway: () => ({ ...gateway, parse: factIn }) })
  const tell = teller(w)
  const { id } = await w.pay({ capture: 'manual', amount: '100.00' })
  await w.run(w.florin.payments.capture(id, { amount: '40.00', final: false }, { idempotencyKey: 'first' }))
  await w.run(w.florin.payments.capture(id, { amount: '25.00', final: false }, { idempotencyKey: 'second' }))
  const [charge, first, second] = (await rows<AttemptCells>(w.inner, 'attempts')).map((one) => one.id)
  const about = (attempt: string | undefined, gatewayId: string) => ({
    ...{ attempt, of: 'capture', gatewayId, parentGatewayId: `gw_${charge}` },
  })
  const canceled = { ...about(undefined, 'can_1'), attempt: null, of: 'cancel', amount: '3500' }
  await tell({ ...canceled, answer: { effect: 'applied', gatewayId: 'can_1' } })
  const decline = { code: 'other', gatewayCode: null, text: null, retry: 'never' }
  await tell({ ...about(second, `gw_${second}`), amount: '2500', answer: { effect: 'undone', decline } })
  expect(await w.get(id)).toMatchObject({ captured: '0.00' })
  await tell({
    ...about(second, `gw_${second}`),
    amount: '2500',
    answer: { effect: 'applied', gatewayId: `gw_${second}` },
  })
  await tell({ ...about(first, 'cap_1'), amount: '4000', answer: { effect: 'applied', gatewayId: 'cap_1' } })
  expect(await w.get(id)).toMatchObject({ captured: '65.00' })
  expect(await held(w)).toEqual([])
})

test('a cancel elsewhere of a part is no end of a charge that nobody has heard of yet: the other part was captured', async () => {
  const later = { effect: 'pending', gatewayId: 'ch_1', awaits: 'gateway', expiresAt: 4_102_444_800_000 } as const
  const { gateway } = scripted(
    ({ kind }) => (kind === 'authorize' ? later : { effect: 'unknown', reason: 'hung up' }),
    {
      capabilities: { lookupBy: [], webhooks: true, reports: true },
    },
  )
  const w: World = await world({ gateway: () => ({ ...gateway, parse: factIn }) })
  const tell = teller(w)
  const { id } = await w.pay({ capture: 'manual', amount: '100.00' })
  const [charge] = await rows<AttemptCells>(w.inner, 'attempts')
  const fact = (of: string, gatewayId: string, amount: string, attempt: string | null = null) =>
    tell({ of, gatewayId, amount, attempt, parentGatewayId: 'ch_1', answer: { effect: 'applied', gatewayId } })
  await fact('cancel', 'can_1', '3500')
  await fact('capture', 'cap_1', '6500')
  await fact('authorize', 'ch_1', '10000', charge?.id)
  await turns(w, 12, 30_000) // what had to wait comes up again
  expect(await w.get(id)).toMatchObject({
    status: 'succeeded',
    captured: '65.00',
    refunded: '0.00',
    capturable: '0.00',
  })
  expect(await held(w)).toEqual([])
})

test('a charge that wins while a server reads its payment is no surprise: that server decides anew', async () => {
  const w = await world()
  const { id } = await w.pay({ method: card('tok_insufficient_funds') })
  let won = false
  const slow = await w.another({
    storage: (inner) => ({
      ...inner,
      async load(table, keys) {
        if (table.name === 'payment_winners' && !won) {
          won = true // the attempts were read before this
          await w.florin.payments.retry(id, { method: card() })
        }
        return inner.load(table, keys)
      },
    }),
  })
  expect(await w.refusal(slow.payments.retry(id, { method: card() }))).toMatchObject({ code: 'invalid_state' })
  expect((await w.get(id)).captured).toBe('100.00')
  expect(w.acquirer.books().charges.filter(({ captured }) => captured > 0n)).toHaveLength(1)
})

test('a caller who asks again and again does not put recovery off', async () => {
  let isKnown = false
  const { gateway } = scripted((command): Answer => {
    if (command.kind === 'lookup')
      return isKnown ? { effect: 'applied', gatewayId: 'cap_1' } : { effect: 'unknown', reason: 'busy' }
    return command.kind === 'capture'
      ? { effect: 'unknown', reason: 'hung up' }
      : { effect: 'applied', gatewayId: 'gw_1' }
  })
  const w: World = await world({ gateway: () => gateway })
  const { id } = await w.pay({ capture: 'manual' })
  await w.run(w.florin.payments.capture(id))
  for (let ask = 0; ask < 40; ask++) {
    await w.advance(250)
    await w.refusal(w.florin.payments.capture(id, undefined, { idempotencyKey: `again ${ask}` }))
  }
  isKnown = true
  await turns(w, 6, 10_000)
  expect((await w.get(id)).captured).toBe('100.00') // within minutes, and not tomorrow
})

describe('what somebody captured of a charge that was left behind', () => {
  test('is refunded without waiting for a cancel of which nobody knows', async () => {
    const w = await failoverWorld({
      options: OPTED_IN,
      webhooks: 'first',
      gateway: (inner, name) =>
        name === 'second' ? inner : { ...inner, capabilities: { ...inner.capabilities, lookupBy: [], reports: true } },
    })
    w.first.fail({ how: 'error_500_before', when: { operation: 'cancel' }, times: Number.POSITIVE_INFINITY })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    await w.pay()
    await turns(w, 3, 5_000)
    const cancels = (await rows<AttemptCells>(w.inner, 'attempts')).filter(({ kind }) => kind === 'cancel')
    expect(cancels.map(({ state }) => state)).toEqual(['unknown'])
    w.first.clearFaults()
    w.first.dashboard.capture(w.first.books().charges[0]?.id ?? '', 10_000n)
    await turns(w, 20, 30_000) // ten minutes, and no day
    expect(w.first.books().charges[0]).toMatchObject({ captured: 10_000n, refunded: 10_000n })
  })
})
