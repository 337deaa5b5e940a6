import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES, FlorinError, isFlorinError } from './errors.ts'

describe('an error', () => {
  it('carries a code, details and its cause', () => {
    const cause = new Error('disk')
    const error = new FlorinError('storage_unavailable', 'the disk is full', { details: { path: 'x' }, cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'FlorinError', code: 'storage_unavailable', details: { path: 'x' }, cause })
    expect(inspect(error)).toContain('storage_unavailable')
  })

  it('has no cause of its own, and details that nobody can change', () => {
    const details = { path: 'amount' }
    const error = new FlorinError('invalid_request', 'no', { details })
    details.path = 'other'
    expect('cause' in error).toBe(false)
    expect(error.details).toEqual({ path: 'amount' })
    expect(Object.isFrozen(error.details)).toBe(true)
    expect(new FlorinError('internal', 'no').details).toEqual({})
  })

  it('is recognised by its name, also from another copy of the package', () => {
    const foreign = Object.assign(new Error('no'), { name: 'FlorinError', code: 'not_found' })
    expect(isFlorinError(foreign)).toBe(true)
    expect(isFlorinError(foreign, 'not_found')).toBe(true)
    expect(isFlorinError(foreign, 'closed')).toBe(false)
    for (const other of [new Error('no'), { name: 'FlorinError', code: 'not_found' }, null, undefined, 'FlorinError']) {
      expect(isFlorinError(other)).toBe(false)
    }
  })

  it('has one of a list of codes without repetition', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length)
    for (const code of ERROR_CODES) expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
  })
})
