import type { Florin } from '@florin/core'
import { FlorinError, isFlorinError } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import type { FaultKind, FaultOperation } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from './audit.ts'
import { type Dice, dice } from './dice.ts'
import { mortal } from './mortal.ts'
import { tell } from './tell.ts'
import { card, order, type World, world } from './world.ts'

const TOKENS = [
  'tok_approve',
  'tok_approve',
  'tok_do_not_honor',
  'tok_3ds',
  'tok_3ds_declined',
  'tok_pending',
  'tok_slow',
]
const FAULTS: readonly FaultKind[] = [
  'drop_before',
  'drop_after',
  'error_500_before',
  'error_500_after',
  'error_500_cached',
  'rate_limit',
  'slow',
  'cut_body',
  'duplicate_webhook',
  'lose_webhook',
]
const OPERATIONS: readonly FaultOperation[] = [
  'charge',
  'complete',
  'capture',
  'cancel',
  'refund',
  'increment',
  'lookup',
]
const AMOUNTS = ['0.01', '10.00', '33.33', '50.00', '100.00']

const ordersOf = (nth: number) => [
  { reference: `${nth}-a`, seller: 'ann', amount: '33.34' },
  { reference: `${nth}-b`, seller: 'bob', amount: '66.66' },
]

/** One thing that a shop, a buyer or the world does. The florin is one of two processes. */
const act = (w: World, florin: Florin<'sandbox'>, ids: string[], roll: Dice): Promise<unknown> => {
  const id = roll.pick(ids)
  const key = roll.chance(40) ? { idempotencyKey: `key-${roll.below(12)}` } : {}
  switch (roll.below(11)) {
    case 0:
    case 1:
    case 2: {
      const type = roll.pick(['card', 'card', 'card', 'bank_transfer', 'redirect'] as const)
      const nth = roll.below(6)
      const input = order({
        reference: `chance-${nth}`,
        method: { ...card(roll.pick(TOKENS)), type },
        capture: type === 'card' ? roll.pick(['automatic', 'manual']) : 'automatic',
        ...(nth < 2 ? { orders: ordersOf(nth) } : {}),
      })
      return florin.payments.create(input, key).then((payment) => {
        if (!ids.includes(payment.id)) ids.push(payment.id)
      })
    }
    case 3:
      return florin.payments.capture(
        id,
        roll.chance(50) ? {} : { amount: roll.pick(AMOUNTS), final: roll.chance(50) },
        key,
      )
    case 4:
      return florin.payments.cancel(id, key)
    case 5:
      return florin.payments.refund(id, roll.chance(40) ? {} : { amount: roll.pick(AMOUNTS) }, key)
    case 6:
      return florin.payments.retry(id, { method: card(roll.pick(TOKENS)) }, key)
    case 7:
      return florin.payments.increment(id, { amount: '120.00' }, key)
    case 8: {
      const charge = roll.pick(w.acquirer.books().charges.filter((one) => one.status === 'requires_action'))
      if (charge === undefined) return Promise.resolve()
      const { payload } = w.acquirer.challenge(charge.id, roll.chance(70) ? 'pass' : 'fail')
      return florin.payments.resume(id, { payload })
    }
    case 9:
      return florin.payments.resume(id)
    default:
      return florin.tick()
  }
}

const isBug = (error: unknown): boolean => !isFlorinError(error) || error.code === 'internal'

/** A storage whose commits fail now and then, some of them although they took place: the acknowledgement was lost. */
const fickle = (inner: Storage, roll: Dice, weather: { failing: boolean }): Storage => ({
  ...inner,
  commit: async (batch) => {
    const fails = weather.failing && roll.chance(40)
    if (!fails || roll.chance(50)) {
      const outcomes = await inner.commit(batch)
      if (!fails) return outcomes
    }
    throw new FlorinError('storage_unavailable', 'the storage is away for a moment')
  },
})

/** What failed, with everything that led to it. */
const telling = (w: World, check: () => Promise<void>): Promise<void> =>
  check().catch(async (cause: Error) => {
    throw new Error(`${cause.message}\n${await tell(w)}`, { cause })
  })

// CHANCE_SCENARIOS=3000 looks further; a seed that fails does so again.
const SCENARIOS = Number(process.env.CHANCE_SCENARIOS ?? 100)
const STEPS = 40

describe('whatever happens, in whatever order', () => {
  test.each(Array.from({ length: SCENARIOS }, (_, index) => index + 1))('seed %i', async (seed) => {
    const roll = dice(seed)
    const weather = { failing: false }
    const storage = (inner: Storage): Storage => fickle(inner, roll, weather)
    const options = { merchants: { mer_default: { refundLateSuccess: roll.chance(50) } } }
    const w = await world({ seed, options, webhooks: roll.chance(70), storage })
    const florins = [w.florin, await w.another({ storage })]
    const ids = ['pay_00000000000000000000000000']
    const unexpected: unknown[] = []
    let working: Promise<unknown>[] = []
    for (let step = 0; step < STEPS; step++) {
      if (roll.chance(30))
        w.acquirer.fail({ how: roll.pick(FAULTS), ms: 12_000, when: { operation: roll.pick(OPERATIONS) } })
      weather.failing = roll.chance(15)
      const note = (error: unknown): void => void (isBug(error) && unexpected.push(error))
      if (roll.chance(10)) {
        // A process of its own does it, and dies on the way, or at its end.
        const process = mortal(w.runtime, { call: 1 + roll.below(12), when: roll.pick(['before', 'after']) })
        const florin = await w.another(process.parts)
        process.arm()
        await process.live(act(w, florin, ids, roll).catch(note))
      } else working.push(act(w, roll.pick(florins), ids, roll).catch(note))
      if (roll.chance(60)) continue // the next one starts while this one is on its way
      await w.run(Promise.all(working))
      working = []
      if (roll.chance(30)) await w.advance(roll.pick([100, 1_000, 20_000, 60_000, 1_000_000]))
    }
    await w.run(Promise.all(working))
    weather.failing = false
    expect(unexpected).toEqual([])
    await telling(w, async () => {
      await auditAlways(w)
      await w.advance(1_000_000) // challenges lapse
      await recover(w)
      await audit(w)
    })
    expect(w.errors.filter(isBug)).toEqual([])
  })
})
