import { expectTypeOf, test } from 'vitest'
import type { Answer } from '../gateways/index.ts'
import type { AttemptRow, ObligationRow } from '../payments/index.ts'
import {
  type CoverConditions,
  type CoveredFailover,
  coveredFailover,
  type Failover,
  type FreeFailover,
  freeFailover,
  isSettledCharge,
  isUnknownAuthorization,
  type SettledCharge,
  type UnknownAuthorization,
} from './index.ts'

declare const attempt: AttemptRow
declare const settled: SettledCharge
declare const unknown: UnknownAuthorization
declare const obligation: ObligationRow
declare const conditions: CoverConditions
declare const answer: Answer
declare const nextAttempt: (leave: Failover) => void
const history = { network: undefined, failoversAfterDeclines: 0 }

test('what certainly took nothing may go elsewhere', () => {
  expectTypeOf(freeFailover(settled, history).failover).toEqualTypeOf<FreeFailover | undefined>()
  if (isSettledCharge(attempt)) freeFailover(attempt, history)
})

test('an unknown outcome never goes elsewhere without an obligation', () => {
  // @ts-expect-error unknown is not settled
  freeFailover(unknown, history)
  // @ts-expect-error nobody looked at its state
  freeFailover(attempt, history)
  // @ts-expect-error an answer is not a recorded fact: one that was sent before may have taken effect
  freeFailover(answer, history)
  // @ts-expect-error the obligation is missing
  coveredFailover(unknown, conditions)
  // @ts-expect-error an obligation is a row, not a promise to make one
  coveredFailover(unknown, undefined, conditions)
  expectTypeOf(coveredFailover(unknown, obligation, conditions).failover).toEqualTypeOf<CoveredFailover | undefined>()
  if (isUnknownAuthorization(attempt)) coveredFailover(attempt, obligation, conditions)
})

test('only an authorisation with unknown outcome is covered', () => {
  // @ts-expect-error a settled charge needs no cover
  coveredFailover(settled, obligation, conditions)
  // @ts-expect-error a sale takes the money at once, and a void would come too late
  coveredFailover({ ...unknown, kind: 'sale' }, obligation, conditions)
  // @ts-expect-error somebody else decides about it
  coveredFailover({ ...unknown, state: 'pending' }, obligation, conditions)
  // @ts-expect-error every condition is answered
  coveredFailover(unknown, obligation, { optedIn: true })
})

test('a leave cannot be made up', () => {
  // @ts-expect-error not made by freeFailover
  nextAttempt({ type: 'free', from: settled })
  // @ts-expect-error not made by coveredFailover
  nextAttempt({ type: 'covered', from: unknown, obligation })
  // @ts-expect-error it may have been refused
  nextAttempt(freeFailover(settled, history).failover)
  const { failover } = freeFailover(settled, history)
  if (failover !== undefined) nextAttempt(failover)
  // @ts-expect-error a free leave is no covered one
  expectTypeOf<FreeFailover>().toExtend<CoveredFailover>()
})
