import { expect, test } from 'vitest'
import type { Answer } from '../gateways/index.ts'
import { mayRetry } from './may-retry.ts'

const decline = {
  class: 'soft_generic',
  code: 'declined',
  gatewayCode: null,
  networkAdvice: null,
  message: '',
} as const

test.each<[what: string, answer: Answer, verdict: object]>([
  ['F3: it never left', { effect: 'not_sent', reason: 'refused' }, { again: 'now' }],
  ['F4, F7: refused', { effect: 'rejected', decline }, { again: 'never', because: 'decided' }],
  [
    'F5: too many requests, documented to be without effect',
    { effect: 'rejected', decline, retryAfterMs: 900 },
    { again: 'after', waitMs: 900 },
  ],
  ['F5: too many requests', { effect: 'unknown', reason: '429', retryAfterMs: 900 }, { again: 'after', waitMs: 900 }],
  ['F6: at work', { effect: 'unknown', reason: '409', retryAfterMs: 0 }, { again: 'after', waitMs: 0 }],
  ['F8: a plain unknown', { effect: 'unknown', reason: 'reset' }, { again: 'resolve' }],
  [
    'F8: a replayed failure',
    { effect: 'unknown', reason: '500', replayed: true, retryAfterMs: 1 },
    { again: 'resolve' },
  ],
  ['done', { effect: 'applied', gatewayId: 'g' }, { again: 'never', because: 'decided' }],
  ['not found', { effect: 'absent' }, { again: 'resolve' }],
  [
    'somebody else decides',
    { effect: 'pending', gatewayId: 'g', awaits: 'customer', expiresAt: 9 },
    { again: 'never', because: 'undecided_elsewhere' },
  ],
  [
    'a further step',
    { effect: 'next', step: { request: { method: 'GET', path: '/', headers: {}, body: null }, gatewayId: 'g' } },
    { again: 'never', because: 'goes_on' },
  ],
])('%s', (_, answer, verdict) => {
  expect(mayRetry(answer, { now: 1_000, sendUntil: 5_000 })).toEqual(verdict)
})

test('nothing is sent again after its time: what never left is over, what may have happened is resolved', () => {
  const late = { now: 5_000, sendUntil: 5_000 }
  expect(mayRetry({ effect: 'not_sent', reason: 'r' }, late)).toEqual({ again: 'never', because: 'too_late' })
  const busy: Answer = { effect: 'unknown', reason: '409', retryAfterMs: 1_000 }
  expect(mayRetry(busy, { now: 4_000, sendUntil: 5_000 })).toEqual({ again: 'resolve' })
  const refused: Answer = { effect: 'rejected', decline, retryAfterMs: 1_000 }
  expect(mayRetry(refused, { now: 4_000, sendUntil: 5_000 })).toEqual({ again: 'never', because: 'decided' })
})
