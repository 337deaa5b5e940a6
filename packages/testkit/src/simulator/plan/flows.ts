import type { Plan, SetUp } from './plan.ts'
import type { Paying, Step } from './steps.ts'

const CARD: Paying = { type: 'card', token: 'tok_approve' }

const create = (paying: Paying = CARD, capture: 'automatic' | 'manual' = 'automatic', orders = 1): Step => ({
  ...{ do: 'create', reference: 'order-1', amountMinor: 10_000, currency: 'EUR', capture, paying, orders },
  ...{ key: 'key-create', copies: 1, mismatch: false },
})
const keyed = (key: string) => ({ key: `key-${key}`, copies: 1 })
const capture = (percent: number, final: boolean): Step => ({
  do: 'capture',
  percent,
  final,
  ...keyed(`capture-${percent}`),
})
const refund = (percent: number): Step => ({ do: 'refund', percent, final: true, ...keyed(`refund-${percent}`) })

/** Each verb and each turn that a payment can take, as the shortest story that has it. Crashes are tried at every call of each. */
export const FLOWS = {
  sale: [create()],
  authorize: [create(CARD, 'manual')],
  authorize_and_capture: [create(CARD, 'manual'), capture(100, true)],
  partial_captures: [create(CARD, 'manual'), capture(40, false), capture(100, true)],
  capture_and_release: [create(CARD, 'manual'), capture(60, true)],
  cancel: [create(CARD, 'manual'), { do: 'cancel', ...keyed('cancel') }],
  refunds: [create(), refund(30), refund(100)],
  settled: [create(), refund(30), refund(100)],
  reconciled: [create(), refund(30)],
  approved_refunds: [create(), refund(30), refund(100)],
  settled_elsewhere: [create(CARD, 'manual'), capture(40, false), capture(100, true), refund(30), refund(100)],
  increment: [create(CARD, 'manual'), { do: 'increment', byMinor: 500, ...keyed('increment') }, capture(100, true)],
  challenge: [create({ type: 'card', token: 'tok_3ds' }), { do: 'challenge', result: 'pass' }],
  challenge_failed: [create({ type: 'card', token: 'tok_3ds' }), { do: 'challenge', result: 'fail' }],
  decline_and_retry: [
    create({ type: 'card', token: 'tok_insufficient_funds' }),
    { do: 'retry', paying: CARD, ...keyed('retry') },
  ],
  put_aside: [create({ type: 'card', token: 'tok_pending' }), { do: 'retry', paying: CARD, ...keyed('retry') }],
  failover: [create({ type: 'card', token: 'tok_processing_error' })],
  bank_transfer: [create({ type: 'bank_transfer', token: 'tok_pending' }), { do: 'wait', ms: 25_000 }, refund(50)],
  checkout: [create(CARD, 'manual', 3), capture(50, true), refund(100)],
  stored_card: [create({ ...CARD, stored: 'visa' })],
  elsewhere: [
    create(CARD, 'manual'),
    { do: 'elsewhere', act: 'capture', percent: 60 },
    { do: 'elsewhere', act: 'refund', percent: 50 },
  ],
} as const satisfies Readonly<Record<string, readonly Step[]>>

/** The name of a flow. */
export type FlowName = keyof typeof FLOWS

/** Half of a file, then all of it, and then what the bank says. */
const READINGS: Plan['readings'] = [
  { at: 3_000, of: 'gateways', closes: true, from: 0, to: 50, copies: 1, after: 'nothing' },
  { at: 4_000, of: 'gateways', closes: false, from: 0, to: 100, copies: 1, after: 'sweep' },
  { at: 5_000, of: 'banks', closes: false, from: 0, to: 100, copies: 1, after: 'look_again' },
]

const LONG: ReadonlySet<FlowName> = new Set(['bank_transfer', 'put_aside'])

/** A flow by itself, with nothing going wrong: one server, one buyer. */
export const flowPlan = (flow: FlowName, gateways: readonly string[], more: Partial<SetUp> = {}): Plan => ({
  seed: 1,
  profile: 'storm',
  setUp: {
    ...{ servers: 1, skewsMs: [0], gateways, merchants: ['mer_1'], failoverOnUnknown: false, failoverAfterMs: 3_000 },
    ...{ maxAttempts: 3, whenDown: 'fail', refundLateSuccess: false, oneTry: true },
    approvals: flow === 'approved_refunds',
    terms: flow === 'settled_elsewhere',
    settles: flow === 'settled',
    reports: flow === 'reconciled',
    ...more,
  },
  lives: [{ name: '1', at: 0, merchant: 'mer_1', steps: FLOWS[flow] }],
  faults: [],
  crashes: [],
  disturbances: [],
  readings: flow === 'reconciled' ? READINGS : [],
  mistakes: [],
  untilMs: LONG.has(flow) ? 30_000 : 6_000,
})
