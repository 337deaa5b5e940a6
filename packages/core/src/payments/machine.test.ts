import { expect, test } from 'vitest'
import { ATTEMPT, ATTEMPT_STATES, type AttemptState } from './machine.ts'

const targets = (state: AttemptState): readonly AttemptState[] => Object.values(ATTEMPT[state])

test('every attempt begins as sent, or as unknown where somebody else made it, and every other state is reached from there', () => {
  const seen = new Set<AttemptState>(['sent', 'unknown'])
  for (const state of seen) for (const target of targets(state)) seen.add(target)
  expect([...seen].sort()).toEqual([...ATTEMPT_STATES].sort())
})

test('what is reversed or never existed stays so, unless it has to be reversed once more', () => {
  expect(ATTEMPT_STATES.filter((state) => targets(state).length === 0)).toEqual([])
  for (const state of ['reversed', 'never_existed'] as const) expect(ATTEMPT[state]).toEqual({ abandon: 'abandoned' })
})

test('unknown is left only by knowing, or by being abandoned; it never fails by itself', () => {
  expect(Object.keys(ATTEMPT.unknown).sort()).toEqual(['abandon', 'applied', 'pending', 'rejected', 'undone'])
})

test('what is abandoned can never count any more', () => {
  expect(Object.values(ATTEMPT.abandoned)).not.toContain('applied')
  // A charge that was refused is abandoned when it succeeds after all; `late` is for captures and refunds.
  for (const state of ['rejected', 'not_sent'] as const)
    expect(ATTEMPT[state]).toEqual({ abandon: 'abandoned', late: 'applied' })
})
