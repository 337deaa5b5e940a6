import type { Florin } from '@florin/core'
import { isFlorinError } from '@florin/core'
import type { Answer, Command, Decline } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { type Dice, dice } from './dice.ts'
import { scripted } from './scripted.ts'
import { card, order, type World, world } from './world.ts'

const CLASSES = ['technical', 'soft_balance', 'customer_action', 'hard', 'configuration'] as const
const declined = (roll: Dice): Decline => ({
  class: roll.pick(CLASSES),
  code: 'no',
  gatewayCode: null,
  networkAdvice: null,
  message: 'No.',
})

/** Anything that the types of the port allow, likely or not. */
const anyAnswer = (roll: Dice, command: Command, now: number): Answer => {
  const gatewayId = `gw_${roll.below(1_000_000)}`
  const expiresAt = now + roll.pick([-1_000, 0, 60_000, 600_000, 7 * 86_400_000])
  switch (roll.below(12)) {
    case 0:
      return { effect: 'rejected', decline: declined(roll) }
    case 1:
      return { effect: 'rejected', decline: declined(roll), gatewayId }
    case 2:
      return {
        effect: 'pending',
        gatewayId,
        awaits: 'customer',
        expiresAt,
        action: { type: 'redirect', url: 'https://x.test' },
      }
    case 3:
      return { effect: 'pending', gatewayId, awaits: roll.pick(['customer', 'gateway']), expiresAt }
    case 4:
      return { effect: 'unknown', reason: 'who knows', replayed: roll.chance(30) }
    case 5:
      return { effect: 'unknown', reason: 'who knows', gatewayId, retryAfterMs: 5_000 }
    case 6:
      return { effect: 'not_sent', reason: 'refused' }
    case 7:
      return { effect: 'absent' }
    case 8:
      return {
        effect: 'next',
        step: { gatewayId, request: { method: 'POST', path: '/next', headers: {}, body: gatewayId } },
      }
    case 9:
      return { effect: 'applied', gatewayId, amount: command.amount + roll.pick([-1n, 1n, 500n]), expiresAt }
    default:
      return {
        effect: 'applied',
        gatewayId,
        ...(roll.chance(50) ? { expiresAt } : {}),
        ...(roll.chance(30) ? { cost: 3n } : {}),
      }
  }
}

const act = (florin: Florin<'sandbox'>, ids: string[], roll: Dice): Promise<unknown> => {
  const id = roll.pick(ids)
  switch (roll.below(9)) {
    case 0:
    case 1: {
      const type = roll.pick(['card', 'card', 'bank_transfer'] as const)
      const orders = roll.chance(30)
        ? [
            { reference: `a-${roll.below(5)}`, seller: 'ann', amount: '33.34' },
            { reference: `b-${roll.below(5)}`, seller: 'bob', amount: '66.66' },
          ]
        : undefined
      const capture = type === 'card' ? roll.pick(['automatic', 'manual'] as const) : 'automatic'
      const input = order({ method: { ...card(), type }, capture, ...(orders && { orders }) })
      return florin.payments.create(input).then((payment) => void ids.push(payment.id))
    }
    case 2:
      return florin.payments.capture(id, roll.chance(50) ? {} : { amount: '20.00', final: roll.chance(50) })
    case 3:
      return florin.payments.cancel(id)
    case 4:
      return florin.payments.refund(id, roll.chance(50) ? {} : { amount: '5.00' })
    case 5:
      return florin.payments.retry(id, { method: card() })
    case 6:
      return florin.payments.increment(id, { amount: '150.00' })
    case 7:
      return florin.payments.resume(id)
    default:
      return florin.tick()
  }
}

const consistent = async (w: World): Promise<void> => {
  const { chain, ledger, payments } = await w.florin.verify()
  expect([...chain.problems, ...ledger.problems, ...payments.problems]).toEqual([])
}

const isBug = (error: unknown): boolean => !isFlorinError(error) || error.code === 'internal'

const SCENARIOS = Number(process.env.CHANCE_SCENARIOS ?? 40)

describe('whatever a gateway answers, the books balance and nothing breaks', () => {
  test.each(Array.from({ length: SCENARIOS }, (_, index) => index + 1))('seed %i', async (seed) => {
    const roll = dice(seed)
    const capabilities = {
      lookupBy: roll.chance(70) ? (['reference'] as const) : [],
      keyRetentionMs: roll.pick([0, 86_400_000]),
      webhooks: true,
      reports: true, // without a lookup, what is lost must be told some day
    }
    let now = (): number => 0
    const { gateway, sent } = scripted((command) => anyAnswer(roll, command, now()), { capabilities })
    const w = await world({ seed, gateway: () => gateway })
    now = w.runtime.clock.now
    const ids = ['pay_00000000000000000000000000']
    const unexpected: unknown[] = []
    const note = (error: unknown): void => {
      if (isBug(error)) unexpected.push(error)
    }
    for (let step = 0; step < 60; step++) {
      await w.run(act(w.florin, ids, roll).catch(note))
      if (roll.chance(50)) await w.advance(roll.pick([1_000, 16_000, 120_000, 4_000_000, 90_000_000]))
    }
    expect([...unexpected, ...w.errors.filter(isBug)]).toEqual([])
    await consistent(w)
    // Same key, same bytes (invariant 10).
    const bytes = new Map<string, string>()
    for (const sending of sent.filter((one) => one.key !== '' && !one.bytes.startsWith('/lookup'))) {
      expect(bytes.get(sending.key) ?? sending.bytes).toBe(sending.bytes)
      bytes.set(sending.key, sending.bytes)
    }
  })
})
