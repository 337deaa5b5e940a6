import { describe, expect, test } from 'vitest'
import type { Decline, DeclineClass } from '../gateways/index.ts'
import type { AttemptRow, AttemptState, ObligationRow } from '../payments/index.ts'
import { ATTEMPT_STATES } from '../payments/index.ts'
import {
  type CoverConditions,
  coveredFailover,
  type Failover,
  freeFailover,
  isSettledCharge,
  isUnknownAuthorization,
  requireFailover,
  type SettledCharge,
  type UnknownAuthorization,
} from './failover.ts'

const ATTEMPT: AttemptRow = {
  ...{ merchant: 'mer_1', payment: 'pay_1', id: 'att_1', kind: 'authorize', origin: 'florin', gateway: 'one' },
  ...{
    account: 'main',
    amount: 4_990n,
    currency: 'EUR',
    parent: null,
    final: true,
    paymentMethod: null,
    routing: null,
    origination: null,
  },
  ...{ createdAt: 1, state: 'unknown', request: new Uint8Array(), gatewayId: null, awaits: null, action: null },
  ...{
    decline: null,
    applied: null,
    expiresAt: null,
    queue: null,
    due: null,
    tries: 0,
    replayedAt: null,
    factAt: null,
  },
  ...{ updatedAt: 1, version: 1 },
}
const OBLIGATION: ObligationRow = {
  ...{ merchant: 'mer_1', id: 'obl_1', payment: 'pay_1', attempt: 'att_1', createdAt: 1, proof: null, due: 1 },
  ...{ gateway: 'one', queue: 'one', sureFrom: 1, tries: 0, needsReview: false, updatedAt: 1, version: 1 },
}
const HOLDS: CoverConditions = {
  optedIn: true,
  can: { separateCapture: true, reverseBy: ['reference'] },
  lookupBy: [],
  authenticationConsumed: false,
  schemeAllows: true,
}
const HISTORY = { network: undefined, failoversAfterDeclines: 0 }

const declineOf = (of: DeclineClass, more: Partial<Decline> = {}): Decline => ({
  ...{ class: of, code: 'some_code', gatewayCode: null, networkAdvice: null, message: '' },
  ...more,
})
const settled = (state: 'not_sent' | 'rejected', decline: Decline | null = null): SettledCharge => ({
  ...ATTEMPT,
  kind: 'authorize',
  state,
  decline,
})
const unknown = (more: Partial<AttemptRow> = {}): UnknownAuthorization => ({
  ...ATTEMPT,
  ...more,
  kind: 'authorize',
  state: 'unknown',
})

describe('a free failover', () => {
  test('follows what was not sent, however often', () => {
    const from = settled('not_sent', declineOf('unavailable'))
    const { failover } = freeFailover(from, { network: 'visa', failoversAfterDeclines: 9 })
    expect(failover).toMatchObject({ type: 'free', from })
  })

  test.each<[DeclineClass, allowed: boolean]>([
    ['technical', true],
    ['soft_generic', true],
    ['soft_balance', false],
    ['customer_action', false],
    ['hard', false],
    ['fraud', false],
    ['cap', false],
    ['configuration', false],
  ])('after a decline of class %s: %s', (of, allowed) => {
    const answer = freeFailover(settled('rejected', declineOf(of)), HISTORY)
    expect(answer.refused).toBe(allowed ? undefined : 'decline_forbids')
  })

  test('follows a decline once, not twice', () => {
    const from = settled('rejected', declineOf('technical'))
    expect(freeFailover(from, { ...HISTORY, failoversAfterDeclines: 1 })).toEqual({ refused: 'failovers_used_up' })
  })

  test('follows a fault of our credentials, which another gateway does not share', () => {
    const from = settled('rejected', declineOf('configuration', { code: 'unauthorized' }))
    expect(freeFailover(from, HISTORY).failover).toBeDefined()
  })

  test('does not go against the advice of the scheme, whatever the code says', () => {
    const from = settled('rejected', declineOf('technical', { networkAdvice: '03' }))
    expect(freeFailover(from, { ...HISTORY, network: 'mastercard' })).toEqual({ refused: 'decline_forbids' })
    expect(freeFailover(from, { ...HISTORY, network: 'visa' }).failover).toBeDefined()
  })

  test.each(ATTEMPT_STATES.filter((state) => state !== 'not_sent' && state !== 'rejected'))(
    'is refused at run time for an attempt that is %s, whatever the compiler was told',
    (state) => {
      const from = { ...ATTEMPT, state, decline: declineOf('technical') } as unknown as SettledCharge
      expect(freeFailover(from, HISTORY)).toEqual({ refused: 'not_settled' })
    },
  )

  test('is for charges: a capture has nowhere else to go', () => {
    const from = { ...ATTEMPT, kind: 'capture', state: 'not_sent' } as unknown as SettledCharge
    expect(freeFailover(from, HISTORY)).toEqual({ refused: 'not_settled' })
  })
})

describe('a covered failover', () => {
  test('holds the obligation', () => {
    const { failover } = coveredFailover(unknown(), OBLIGATION, HOLDS)
    expect(failover).toMatchObject({ type: 'covered', obligation: OBLIGATION, from: { id: 'att_1' } })
  })

  test.each<[refused: string, conditions: Partial<CoverConditions>, attempt?: Partial<AttemptRow>]>([
    ['not_opted_in', { optedIn: false }],
    ['no_separate_capture', { can: { separateCapture: false, reverseBy: ['reference'] } }],
    ['not_reversible', { can: { separateCapture: true, reverseBy: [] } }],
    ['not_reversible', { can: { separateCapture: true, reverseBy: ['gateway_id'] } }],
    ['not_reversible', { can: { separateCapture: true, reverseBy: ['gateway_id'] }, lookupBy: ['gateway_id'] }],
    ['not_reversible', { can: { separateCapture: true, reverseBy: [] }, lookupBy: ['gateway_id', 'reference'] }],
    ['authentication_consumed', { authenticationConsumed: true }],
    ['scheme_limit', { schemeAllows: false }],
  ])('is refused: %s', (refused, conditions) => {
    expect(coveredFailover(unknown(), OBLIGATION, { ...HOLDS, ...conditions })).toEqual({ refused })
  })

  test('will do with a reversal by gateway id where that id is known', () => {
    const can = { separateCapture: true, reverseBy: ['gateway_id'] } as const
    expect(coveredFailover(unknown({ gatewayId: 'pi_1' }), OBLIGATION, { ...HOLDS, can }).failover).toBeDefined()
  })

  test('will do with one where a lookup by our reference tells that id', () => {
    const can = { separateCapture: true, reverseBy: ['gateway_id'] } as const
    const { failover } = coveredFailover(unknown(), OBLIGATION, { ...HOLDS, can, lookupBy: ['reference'] })
    expect(failover).toBeDefined()
  })

  test.each<[string, Partial<AttemptRow>]>([
    ...ATTEMPT_STATES.filter((state) => state !== 'unknown').map((state): [string, { state: AttemptState }] => [
      state,
      { state },
    ]),
    ['a sale', { kind: 'sale' }],
    ['a capture', { kind: 'capture' }],
  ])('is refused at run time for what is %s, whatever the compiler was told', (_, more) => {
    const from = { ...ATTEMPT, ...more } as unknown as UnknownAuthorization
    expect(coveredFailover(from, OBLIGATION, HOLDS)).toEqual({ refused: 'not_settled' })
  })

  test.each<[string, Partial<ObligationRow>]>([
    ['another attempt', { attempt: 'att_2' }],
    ['another payment', { payment: 'pay_2' }],
    ['another merchant', { merchant: 'mer_2' }],
    ['something done', { proof: 'voided' }],
  ])('throws for an obligation about %s', (_, more) => {
    expect(() => coveredFailover(unknown(), { ...OBLIGATION, ...more }, HOLDS)).toThrow('does not cover')
  })
})

describe('the check before the next attempt', () => {
  const genuine = coveredFailover(unknown(), OBLIGATION, HOLDS).failover as Failover

  test('lets pass what was made here', () => {
    expect(requireFailover(genuine, 'att_1')).toBe(genuine)
    const free = freeFailover(settled('not_sent'), HISTORY).failover as Failover
    expect(requireFailover(free, 'att_1')).toBe(free)
  })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a look-alike', { type: 'free', from: ATTEMPT }],
    ['a copy', { ...genuine }],
    ['something that inherits from one', Object.create(genuine)],
  ])('throws for %s', (_, forged) => {
    expect(() => requireFailover(forged as Failover, 'att_1')).toThrow('no leave to fail over')
  })

  test('throws for a leave about another attempt', () => {
    expect(() => requireFailover(genuine, 'att_2')).toThrow('no leave to fail over')
  })

  test('a leave cannot be altered', () => {
    expect(() => Object.assign(genuine, { from: ATTEMPT })).toThrow(TypeError)
  })
})

test('rows are told apart by what is certain', () => {
  expect(isSettledCharge({ ...ATTEMPT, state: 'not_sent' })).toBe(true)
  expect(isSettledCharge({ ...ATTEMPT, kind: 'refund', state: 'not_sent' })).toBe(false)
  expect(isSettledCharge(ATTEMPT)).toBe(false)
  expect(isUnknownAuthorization(ATTEMPT)).toBe(true)
  expect(isUnknownAuthorization({ ...ATTEMPT, kind: 'sale' })).toBe(false)
})
