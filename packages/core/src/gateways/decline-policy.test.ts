import { expect, test } from 'vitest'
import { DECLINE_POLICY, nextAfterDecline, SCHEME_ADVICE } from './decline-policy.ts'
import { DECLINE_CLASSES, type Decline } from './declines.ts'

const decline = (of: Partial<Decline>): Decline => ({
  class: 'soft_generic',
  code: 'do_not_honor',
  gatewayCode: null,
  networkAdvice: null,
  message: 'no',
  ...of,
})

test('every class says what may follow, and its table has a date', () => {
  expect(Object.keys(DECLINE_POLICY.classes).sort()).toEqual([...DECLINE_CLASSES].sort())
  expect(Date.parse(DECLINE_POLICY.asOf)).not.toBeNaN()
  expect(Date.parse(SCHEME_ADVICE.asOf)).not.toBeNaN()
})

test('hard declines, fraud and hit caps are never tried again, on any gateway', () => {
  for (const of of ['hard', 'fraud', 'cap'] as const) {
    expect(DECLINE_POLICY.classes[of]).toMatchObject({ failovers: 0, sameInstrument: false, next: 'other_method' })
  }
})

test('a scheme that says never outranks a code that says later', () => {
  const soft = decline({ class: 'soft_balance', networkAdvice: '03' })
  expect(nextAfterDecline('mastercard', soft)).toBe('other_method')
  expect(nextAfterDecline('visa', { ...soft, networkAdvice: '1' })).toBe('other_method')
  expect(nextAfterDecline(undefined, soft)).toBe('later')
})

test("Mastercard's waiting times are those of its advice codes, and its 01 wants other data", () => {
  const hours = (['02', '24', '25', '26', '27', '28', '29', '30'] as const).map(
    (code) => SCHEME_ADVICE.mastercard[code].waitMs / 3_600_000,
  )
  expect(hours).toEqual([72, 1, 24, 48, 96, 144, 192, 240])
  expect(nextAfterDecline('mastercard', decline({ class: 'technical', networkAdvice: '01' }))).toBe('fix_data')
})

test('advice that nobody knows changes nothing', () => {
  expect(nextAfterDecline('mastercard', decline({ class: 'technical', networkAdvice: 'constructor' }))).toBe(
    'try_again',
  )
})
