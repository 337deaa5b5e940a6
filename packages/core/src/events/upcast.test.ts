import { describe, expect, it } from 'vitest'
import { type Upcasters, upcast } from './upcast.ts'

const table: Upcasters = {
  'payment.captured': {
    1: ({ sum, ...rest }) => ({ ...rest, amount: sum }),
    2: (data) => ({ ...data, currency: 'EUR' }),
  },
}

describe('upcast', () => {
  it('brings old data to the newest version, step by step', () => {
    const event = { type: 'payment.captured', v: 1, data: { sum: '1.00' } }
    expect(upcast(table, event)).toEqual({ type: 'payment.captured', v: 3, data: { amount: '1.00', currency: 'EUR' } })
    expect(event.data).toEqual({ sum: '1.00' })
    expect(upcast(table, { ...event, v: 2, data: {} })).toMatchObject({ v: 3, data: { currency: 'EUR' } })
  })

  it('hands on what it does not know', () => {
    for (const event of [
      { type: 'payment.captured', v: 9, data: { new: true } },
      { type: 'payment.created', v: 1, data: {} },
      { type: 'constructor', v: 1, data: {} },
    ]) {
      expect(upcast(table, event)).toBe(event)
    }
  })
})
