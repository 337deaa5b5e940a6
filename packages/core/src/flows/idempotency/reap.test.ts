import { expect, test } from 'vitest'
import { createFlorin } from '../../client/index.ts'
import type { Gateway } from '../../gateways/index.ts'
import { createIds, type Scheduler, systemRandom, systemRuntime } from '../../kernel/index.ts'
import { memoryStorage } from '../../memory/index.ts'
import { ephemeralKeys } from '../../sealing/index.ts'

const DAY_MS = 86_400_000
const CARD = {
  separateCapture: true,
  multiCapture: true,
  partialCapture: true,
  increment: false,
  refund: true,
  partialRefund: true,
  reverseBy: ['gateway_id'],
} as const

const world = async (days: { idempotencyResultDays?: number }) => {
  let now = Date.UTC(2026, 0, 1)
  let charges = 0
  const clock = { now: () => now }
  const scheduler: Scheduler = { yield: (task) => void setImmediate(task), after: () => () => {} }
  const gateway: Gateway = {
    name: 'one',
    accounts: ['main'],
    capabilities: {
      methods: { card: CARD },
      currencies: 'all',
      lookupBy: [],
      keyRetentionMs: DAY_MS,
      absenceAfterMs: 1,
      webhooks: true,
      reports: true,
    },
    transport: {
      send: async ({ path }) => ({ outcome: 'answered', response: { status: 200, headers: {}, body: path } }),
    },
    request: ({ kind }) => ({ method: 'POST', path: kind, headers: {}, body: null }),
    read: (_, { kind }) => {
      if (kind === 'authorize') charges += 1
      return { effect: 'applied', gatewayId: `${kind}_${charges}` }
    },
    verify: () => {},
    parse: () => [],
  }
  const runtime = systemRuntime({ clock, scheduler, ids: createIds(clock, systemRandom) })
  const storage = memoryStorage()
  const florin = await createFlorin({
    storage,
    gateways: { one: gateway },
    keys: ephemeralKeys(systemRandom),
    runtime,
    ...days,
  })
  const pay = (reference: string) =>
    florin.payments.create(
      { reference, amount: '10.00', currency: 'EUR', method: { type: 'card', token: 'tok' } },
      { idempotencyKey: reference },
    )
  const pass = async (ms: number): Promise<void> => {
    now += ms
    for (let turn = 0; turn < 3; turn++) await florin.tick()
  }
  return { florin, pay, pass, charges: () => charges }
}

test('a frozen answer is dropped when its days are over; its key then refuses, and never charges again', async () => {
  const { florin, pay, pass, charges } = await world({ idempotencyResultDays: 30 })
  const old = await pay('old')
  await pass(20 * DAY_MS)
  expect(await pay('old')).toEqual(old)
  await pay('new')
  await pass(11 * DAY_MS)
  await expect(pay('old')).rejects.toMatchObject({ code: 'idempotency_expired', details: { payment: old.id } })
  expect((await pay('new')).status).toBe('succeeded')
  expect(charges()).toBe(2)
  await florin.close()
})

test('without a limit answers are kept for ever', async () => {
  const { florin, pay, pass } = await world({})
  const first = await pay('order')
  await pass(4_000 * DAY_MS)
  expect(await pay('order')).toEqual(first)
  await florin.close()
})
