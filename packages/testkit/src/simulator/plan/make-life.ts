import type { Dice } from '../engine/dice.ts'
import type { Life } from './plan.ts'
import { ELSEWHERE, type Elsewhere, type Paying, type Step } from './steps.ts'

const TOKENS = [
  'tok_approve',
  'tok_approve',
  'tok_approve',
  'tok_approve_mastercard',
  'tok_insufficient_funds',
  'tok_do_not_honor',
  'tok_processing_error',
  'tok_stolen_card',
  'tok_never_again',
  'tok_3ds',
  'tok_3ds',
  'tok_3ds_declined',
  'tok_pending',
  'tok_pending_declined',
  'tok_slow',
]
const CURRENCIES = ['EUR', 'EUR', 'USD', 'JPY', 'KWD']
const FIELDS = ['metadata', 'description', 'reference', 'token', 'reason'] as const

const payingOf = (dice: Dice): Paying => {
  const token = dice.pick(TOKENS)
  const type = dice.pick(['card', 'card', 'card', 'card', 'redirect', 'bank_transfer'] as const)
  if (type === 'card' && dice.chance(15)) {
    return { type, token, stored: token.includes('mastercard') || dice.chance(40) ? 'mastercard' : 'visa' }
  }
  return { type, token }
}

const keyOf = (dice: Dice, name: string): { readonly key: string | null; readonly copies: number } =>
  dice.chance(75) ? { key: `key-${name}`, copies: dice.chance(25) ? dice.between(2, 3) : 1 } : { key: null, copies: 1 }

const creation = (dice: Dice, name: string): Step => ({
  do: 'create',
  reference: `order-${name}`,
  amountMinor: dice.between(100, 500_000),
  currency: dice.pick(CURRENCIES),
  capture: dice.chance(50) ? 'automatic' : 'manual',
  paying: payingOf(dice),
  orders: dice.chance(12) ? dice.between(2, 3) : 1,
  ...keyOf(dice, `${name}-create`),
  mismatch: dice.chance(6),
  ...(dice.chance(20) && { whenDown: dice.pick(['queue', 'fail'] as const) }),
})

const money = (what: 'capture' | 'refund', dice: Dice, name: string): Step => ({
  do: what,
  percent: dice.pick([100, 100, 30, 60]),
  final: dice.chance(50),
  ...keyOf(dice, name),
})

const elsewhere = (dice: Dice): Step => ({ do: 'elsewhere', act: dice.pick(ELSEWHERE), percent: dice.pick([100, 40]) })

/** One more step of a story that has begun. */
const stepOf = (dice: Dice, name: string): Step => {
  const throws = dice.below(100)
  if (throws < 22) return money('capture', dice, name)
  if (throws < 44) return money('refund', dice, name)
  if (throws < 54) return { do: 'cancel', ...keyOf(dice, name) }
  if (throws < 62) return { do: 'retry', paying: payingOf(dice), ...keyOf(dice, name) }
  if (throws < 66) return { do: 'increment', byMinor: dice.between(1, 5_000), ...keyOf(dice, name) }
  if (throws < 74) return { do: 'challenge', result: dice.pick(['pass', 'pass', 'fail', 'leave'] as const) }
  if (throws < 80) return { do: 'read' }
  if (throws < 90) return { do: 'wait', ms: dice.pick([50, 1_000, 15_000, 60_000]) }
  if (throws < 96) return elsewhere(dice)
  if (throws < 97) return { do: 'canary', field: dice.pick(FIELDS) }
  return dice.chance(50) ? { do: 'redrive' } : { do: 'review' }
}

/** A buyer's story: a payment, and what becomes of it. */
export const lifeOf = (dice: Dice, name: string, merchant: string, at: number): Life => {
  const steps: Step[] = [creation(dice, name)]
  const challenged = (step: Step | undefined): boolean =>
    (step?.do === 'create' || step?.do === 'retry') && step.paying.token.startsWith('tok_3ds')
  for (let more = dice.below(5); more >= 0; more -= 1) {
    if (challenged(steps.at(-1))) steps.push({ do: 'challenge', result: dice.chance(80) ? 'pass' : 'fail' })
    if (more > 0) steps.push(stepOf(dice, `${name}-${steps.length}`))
    if (dice.chance(20)) steps.push({ do: 'wait', ms: dice.below(8_000) })
  }
  return { name, at, merchant, steps }
}

/** What a bank does and takes back: of the two, the later one holds, whichever is told first. */
const THERE_AND_BACK = [
  ['fail_capture', 'recapture'],
  ['fail_refund', 'repay_refund'],
  ['return_sale', 'represent_sale'],
] as const
/** Every act has an instant of its own. */
const MOMENT: Step = { do: 'wait', ms: 100 }

const ON_CARDS = [
  ['capture'],
  ['refund'],
  ['cancel'],
  ...THERE_AND_BACK.slice(0, 2),
  ['fail_capture'],
  ['fail_refund'],
] as const
const ON_SALES = [['refund'], THERE_AND_BACK[1], THERE_AND_BACK[2], ['return_sale'], ['fail_refund']] as const

/** A buyer's story of which much happens at the gateway, without anybody's order. */
export const eventfulLifeOf = (dice: Dice, name: string, merchant: string, at: number): Life => {
  const sale = dice.chance(30)
  const first = creation(dice, name)
  const paying: Paying = { type: sale ? 'redirect' : 'card', token: dice.chance(85) ? 'tok_approve' : 'tok_pending' }
  const acts = Array.from({ length: dice.between(2, 6) }, (_, i): readonly Step[] => {
    const what = dice.pick(['capture', 'capture', 'refund'] as const)
    if (dice.chance(45)) return [{ ...money(what, dice, `${name}-x${i}`), percent: 40, final: false } as Step, MOMENT]
    return dice
      .pick<readonly Elsewhere[]>(sale ? ON_SALES : ON_CARDS)
      .flatMap((act): readonly Step[] => [{ do: 'elsewhere', act, percent: dice.pick([60, 30]) }, MOMENT])
  })
  return { name, at, merchant, steps: [{ ...first, paying } as Step, MOMENT, ...acts.flat()] }
}

const DECLINED = [
  'tok_insufficient_funds',
  'tok_insufficient_funds',
  'tok_do_not_honor',
  'tok_processing_error',
  'tok_never_again',
] as const
const HOUR_MS = 3_600_000
const CHARGES = 48

/** A host that charges a kept card again and again for 30 days, though it is declined every time. */
export const monthOf = (dice: Dice, name: string, merchant: string): Life => {
  const paying: Paying = {
    type: 'card',
    token: dice.pick(DECLINED),
    stored: dice.pick(['visa', 'mastercard'] as const),
  }
  const every = dice.pick([1, 4, 14]) * HOUR_MS
  const steps = Array.from({ length: CHARGES }, (_, i): readonly Step[] => [
    {
      ...{ do: 'create', reference: `month-${name}-${i}`, amountMinor: 4_990, currency: 'EUR', capture: 'automatic' },
      ...{ paying, orders: 1, key: null, copies: dice.chance(20) ? 2 : 1, mismatch: false },
    },
    { do: 'wait', ms: dice.between(every / 2, every) },
  ])
  return { name, at: 0, merchant, steps: steps.flat() }
}
