import { describe, expect, test } from 'vitest'
import type { Answer, Sent } from '../gateways/index.ts'
import { isUnknown, type Outcome, outcomeOf, throttledForMs } from './outcome.ts'

const answered = (status: number, headers: Record<string, string> = {}): Sent => ({
  outcome: 'answered',
  response: { status, headers, body: '' },
})
const LOST: Sent = { outcome: 'unknown', reason: 'reset' }
const unknown: Answer = { effect: 'unknown', reason: 'r' }
const decline = { class: 'hard', code: 'c', gatewayCode: null, networkAdvice: null, message: '' } as const

test.each<[Outcome | null, Sent, Answer, unknown: boolean]>([
  ['success', answered(200), { effect: 'applied', gatewayId: 'g' }, false],
  ['success', answered(404), { effect: 'absent' }, false],
  ['decline', answered(402), { effect: 'rejected', decline }, false],
  ['pending', answered(201), { effect: 'pending', gatewayId: 'g', awaits: 'gateway', expiresAt: 1 }, false],
  ['error', answered(500), unknown, true],
  ['error', answered(200), unknown, true],
  ['error', LOST, unknown, true],
  ['refused', { outcome: 'not_sent', reason: 'refused' }, { effect: 'not_sent', reason: 'refused' }, false],
  ['refused', { outcome: 'not_sent', reason: 'r', fault: 'connection' }, { effect: 'not_sent', reason: 'r' }, false],
  [null, { outcome: 'not_sent', reason: 'r', fault: 'local' }, { effect: 'not_sent', reason: 'r' }, false],
  ['busy', answered(409), { effect: 'unknown', reason: '409', retryAfterMs: 1 }, false],
  ['busy', answered(429), { effect: 'rejected', decline }, false],
])('%s: %o with %o', (outcome, sent, answer, isLost) => {
  expect(outcomeOf({ sent, answer }, 50, 10_000)).toBe(outcome)
  expect(isUnknown({ sent, answer })).toBe(isLost)
})

test('what is lost after it was late is a timeout', () => {
  expect(outcomeOf({ sent: LOST, answer: unknown }, 9_999, 10_000)).toBe('error')
  expect(outcomeOf({ sent: LOST, answer: unknown }, 10_000, 10_000)).toBe('timeout')
})

describe('a 429', () => {
  const now = Date.UTC(2026, 0, 1)
  const after = (header: string | undefined, answer: Answer = unknown) =>
    throttledForMs({ sent: answered(429, header === undefined ? {} : { 'retry-after': header }), answer }, now, 1_000)

  test.each<[header: string | undefined, ms: number]>([
    ['3', 3_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:00:07 GMT', 7_000],
    ['Thu, 01 Jan 2015 00:00:00 GMT', 0],
    ['soon', 1_000],
    [undefined, 1_000],
  ])('with Retry-After %s stops calls for %i ms', (header, ms) => {
    expect(after(header)).toBe(ms)
  })

  test('without the header stops them for what the adapter read', () => {
    expect(after(undefined, { ...unknown, retryAfterMs: 250 })).toBe(250)
    expect(after(undefined, { effect: 'rejected', decline, retryAfterMs: 350 })).toBe(350)
  })

  test('is about the account; a 409 is about one key and stops nobody else', () => {
    const busy: Answer = { effect: 'unknown', reason: '409', retryAfterMs: 2_000 }
    expect(throttledForMs({ sent: answered(409), answer: busy }, now, 1_000)).toBeUndefined()
  })
})
