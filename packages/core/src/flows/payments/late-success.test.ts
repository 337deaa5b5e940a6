import { expect, test } from 'vitest'
import { createFlorin } from '../../client/index.ts'
import type { Answer, Gateway } from '../../gateways/index.ts'
import { createIds, type Scheduler, systemRandom, systemRuntime } from '../../kernel/index.ts'
import { memoryStorage } from '../../memory/index.ts'
import { ephemeralKeys } from '../../sealing/index.ts'

const NOTHING_TO_VOID = {
  separateCapture: false,
  multiCapture: false,
  partialCapture: false,
  increment: false,
  refund: true,
  partialRefund: true,
  reverseBy: [],
} as const

const START = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000

/** A bank that takes its time: what a lookup of a transfer says is what the test says. */
const world = async (refundLateSuccess: boolean) => {
  let now = START
  const clock = { now: () => now }
  const scheduler: Scheduler = { yield: (task) => void setImmediate(task), after: () => () => {} }
  const runtime = systemRuntime({ clock, scheduler, ids: createIds(clock, systemRandom) })
  const waiting = (): Answer => ({ effect: 'pending', gatewayId: 'tr_1', awaits: 'gateway', expiresAt: now + DAY_MS })
  const bank = { transfer: waiting, refunds: 0 }
  const gateway: Gateway = {
    name: 'bank',
    accounts: ['main'],
    capabilities: {
      methods: { bank_transfer: NOTHING_TO_VOID },
      currencies: 'all',
      lookupBy: ['reference'],
      keyRetentionMs: DAY_MS,
      absenceAfterMs: 60_000,
      webhooks: false,
    },
    transport: {
      send: async ({ path }) => ({ outcome: 'answered', response: { status: 200, headers: {}, body: path } }),
    },
    request: (command) => ({ method: 'POST', path: command.kind, headers: {}, body: command.attempt }),
    read: (_, command) => {
      if (command.kind === 'refund') bank.refunds += 1
      if (command.kind === 'refund') return { effect: 'applied', gatewayId: `re_${bank.refunds}` }
      return command.kind === 'sale' ? waiting() : bank.transfer()
    },
    verify: () => {},
    parse: () => [],
  }
  const florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { bank: gateway },
    keys: ephemeralKeys(systemRandom),
    runtime,
    merchants: { mer_default: { refundLateSuccess } },
  })
  const method = { type: 'bank_transfer', token: 'iban' } as const
  const payment = await florin.payments.create({ reference: 'order-1', amount: '10.00', currency: 'EUR', method })
  expect(payment.status).toBe('processing')
  const pass = async (ms: number): Promise<void> => {
    now += ms
    for (let turn = 0; turn < 4; turn++) await florin.tick()
  }
  return { florin, bank, payment, method, pass }
}

test('a transfer that cannot be taken back keeps a retry out until it has ended', async () => {
  const { florin, payment, method } = await world(false)
  await expect(florin.payments.retry(payment.id, { method })).rejects.toMatchObject({ code: 'attempt_open' })
  await florin.close()
})

test('where the merchant opted in, a retry puts it aside, and its late success is refunded and belongs to nobody meanwhile', async () => {
  const { florin, bank, payment, method, pass } = await world(true)
  await florin.payments.retry(payment.id, { method })
  await pass(60_000)
  expect(bank.refunds).toBe(0)
  bank.transfer = () => ({ effect: 'applied', gatewayId: 'tr_1' })
  await pass(DAY_MS / 2)
  await pass(DAY_MS / 2)
  const types = (await florin.payments.timeline(payment.id)).entries.map((entry) => entry.type)
  expect(types).toContain('attempt.late_success')
  expect(types).toContain('attempt.reversed')
  expect(bank.refunds).toBe(1)
  const { data } = await florin.ledger.balances()
  expect(data.find(({ account }) => account.startsWith('suspense'))?.posted).toBe('0.00')
  expect((await florin.payments.get(payment.id)).captured).toBe('10.00') // the second transfer's, once
  expect((await florin.verify()).ok).toBe(true)
  await florin.close()
})
