import { ERROR_CODES, FlorinError } from '@florin/core'
import { describe, expect, it } from 'vitest'
import { PROBLEMS, type ProblemKind } from './codes.ts'
import { problemOf } from './problem.ts'

const EXPECTED: Readonly<Record<string, number>> = {
  invalid_request: 400,
  invalid_state: 409,
  not_found: 404,
  amount_too_large: 422,
  policy_refused: 422,
  currency_not_supported: 422,
  unsupported: 422,
  gateway_unknown: 422,
  reference_taken: 409,
  attempt_open: 409,
  idempotency_mismatch: 422,
  idempotency_in_progress: 409,
  idempotency_expired: 409,
  overloaded: 503,
  conflict: 409,
  quote_expired: 409,
  rate_unavailable: 503,
  unauthenticated: 401,
  webhook_rejected: 400,
  webhook_foreign: 400,
  configuration: 500,
  key_unavailable: 500,
  storage_unavailable: 503,
  storage_corrupt: 500,
  schema_newer: 500,
  closed: 503,
  internal: 500,
}

describe('problems', () => {
  it.each(ERROR_CODES)('give %s its status', (code) => {
    expect(problemOf(new FlorinError(code, 'why')).status).toBe(EXPECTED[code])
  })

  it('hide everything about what is not the caller’s fault', () => {
    for (const code of ERROR_CODES) {
      const problem = problemOf(new FlorinError(code, 'secret', { details: { file: 'secret' }, cause: 'secret' }))
      const { hidden } = PROBLEMS[code] as ProblemKind
      expect([code, problem.hidden]).toEqual([code, hidden !== undefined])
      expect([code, problem.body.includes('secret')]).toEqual([code, hidden === undefined])
      expect(problem.status < 500 || code === 'overloaded').toBe(hidden === undefined)
    }
  })

  it('say when to ask again, in whole seconds and never at once', () => {
    const after = (retryAfterMs: number) => {
      const problem = problemOf(new FlorinError('idempotency_in_progress', 'wait', { details: { retryAfterMs } }))
      return [problem.headers['retry-after'], JSON.parse(problem.body).retryAfterMs]
    }
    expect([after(1), after(1_001), after(30_000)]).toEqual([
      ['1', 1],
      ['2', 1_001],
      ['30', 30_000],
    ])
    for (const code of ['attempt_open', 'overloaded', 'storage_unavailable', 'closed'] as const) {
      expect(Number(problemOf(new FlorinError(code, 'why')).headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(problemOf(new FlorinError('not_found', 'why')).headers['retry-after']).toBeUndefined()
  })

  it('keep their own fields whatever the details are called', () => {
    const details = { status: 'succeeded', type: 'x', title: 'x', code: 'x', detail: 'x', payment: 'pay_1' }
    expect(JSON.parse(problemOf(new FlorinError('invalid_state', 'why', { details })).body)).toEqual({
      type: 'urn:florin:error:invalid_state',
      title: PROBLEMS.invalid_state.title,
      status: 409,
      code: 'invalid_state',
      detail: 'why',
      payment: 'pay_1',
      paymentStatus: 'succeeded',
    })
  })

  it.each([
    new Error('secret'),
    'secret',
    null,
    undefined,
    Object.assign(new Error('secret'), { name: 'FlorinError', code: 'from_the_future' }),
  ])('are internal for whatever else is thrown', (thrown) => {
    const { status, code, body, hidden } = problemOf(thrown)
    expect([status, code, hidden]).toEqual([500, 'internal', true])
    expect(body).not.toContain('secret')
  })
})
