import { isFlorinError } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { contains, later, momentOf, parseToken, tokenOf } from './moment.ts'

const at = (timeline: string, lsn: string) => momentOf(timeline, lsn) as NonNullable<ReturnType<typeof momentOf>>

describe('a moment', () => {
  test('is read as the server writes it, and survives being a token', () => {
    expect(at('0000000A', '16/B374D848')).toEqual({ timeline: 10, lsn: 0x16_b374_d848n })
    expect(tokenOf(at('1', '16/B374D848'))).toBe('1-16-B374D848')
    for (const lsn of ['0/0', 'FFFFFFFF/FFFFFFFF', '1/2'])
      expect(parseToken(tokenOf(at('1', lsn)))).toEqual(at('1', lsn))
    expect(momentOf(null, '0/0')).toBeUndefined()
  })

  test('is in what came as far, on its timeline or on one that began later', () => {
    expect(contains(at('1', '0/20'), at('1', '0/20'))).toBe(true)
    expect(contains(at('1', '0/1F'), at('1', '0/20'))).toBe(false)
    expect(contains(at('1', '1/0'), at('1', '0/FFFFFFFF'))).toBe(true)
    expect(contains(at('2', '0/20'), at('1', '0/20'))).toBe(true)
    expect(contains(at('1', '9/0'), at('2', '0/20'))).toBe(false) // of a primary that is none any more
  })

  test('is later on a later timeline, wherever that stands', () => {
    expect(later(at('1', '9/0'), at('2', '0/20'))).toEqual(at('2', '0/20'))
    expect(later(at('1', '9/0'), at('1', '0/20'))).toEqual(at('1', '9/0'))
    expect(later(undefined, at('1', '0/20'))).toEqual(at('1', '0/20'))
  })

  test.each(['', '1', '1-2', '1-2-', '1-2-G', '-1-2-3', '1-2-3-4', '1-123456789-0', '1 -2-3'])(
    'is refused as a token where it is none: %j',
    (token) => {
      let code = 'accepted'
      try {
        parseToken(token)
      } catch (error) {
        code = isFlorinError(error) ? error.code : 'no FlorinError'
      }
      expect(code).toBe('invalid_request')
    },
  )
})
