import { isFlorinError } from '@florin/core'
import { describe, expect, it } from 'vitest'
import { parseApiKeys } from './api-keys.ts'

const messageOf = (text: string): string => {
  try {
    parseApiKeys(text)
  } catch (error) {
    if (isFlorinError(error, 'configuration')) return error.message
  }
  return 'accepted'
}

describe('API_KEYS', () => {
  it('says whose a key is, and the first merchant is the shop’s', () => {
    const keys = parseApiKeys('one:mer_a, two:mer_b,three:mer_a')
    expect(keys.first).toBe('mer_a')
    expect(['one', 'two', 'three'].map((key) => keys.merchantOf(`Bearer ${key}`))).toEqual(['mer_a', 'mer_b', 'mer_a'])
  })

  it('knows nobody by another key, another scheme, or nothing', () => {
    const keys = parseApiKeys('demo:mer_demo')
    for (const header of [
      null,
      '',
      'Bearer ',
      'Bearer demo2',
      'Bearer dem',
      'Basic demo',
      'demo',
      'bearer demo',
      'Bearer demo ',
    ])
      expect(keys.merchantOf(header)).toBeNull()
  })

  it.each([
    ['', "entry 1 has 0 ':'"],
    ['demo', "entry 1 has 0 ':'"],
    ['a:mer_a,', "entry 2 has 0 ':'"],
    ['a:b:mer_a', "entry 1 has 2 ':'"],
    [':mer_a', 'the key of entry 1 is empty'],
    ['sec ret:mer_a', 'the key of entry 1 is empty, too long or holds a space'],
    ['ok:mer_a,secret:shop', "'shop' in entry 2 is no merchant"],
    ['secret:mer_', "'mer_' in entry 1 is no merchant"],
    ['secret:mer_a,secret:mer_b', 'two entries have the same key'],
  ])('refuses %j and says what to write instead', (text, reason) => {
    const message = messageOf(text)
    expect(message).toContain(`API_KEYS: ${reason}`)
    expect(message).toContain('API_KEYS=demo:mer_demo')
    expect(message).not.toContain('secret') // an error message is logged
  })
})
