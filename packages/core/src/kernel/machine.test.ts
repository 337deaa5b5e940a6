import { describe, expect, it } from 'vitest'
import { FlorinError } from './errors.ts'
import { next, step, type Table } from './machine.ts'

type State = 'open' | 'shut' | 'gone'
type Event = 'close' | 'reopen' | 'drop'

const DOOR = {
  open: { close: 'shut', drop: 'gone' },
  shut: { reopen: 'open' },
  gone: {},
} as const satisfies Table<State, Event>

// @ts-expect-error a table that forgets a state does not compile
const forgets: Table<State, Event> = { open: {}, shut: {} }
// @ts-expect-error nor does one that leads to a state that is none
const strays: Table<State, Event> = { open: { close: 'ajar' }, shut: {}, gone: {} }

describe('a machine', () => {
  const door: Table<State, Event> = DOOR

  it('follows its table', () => {
    expect(next(door, 'open', 'close')).toBe('shut')
    expect(step(door, 'shut', 'reopen')).toBe('open')
  })

  it('accepts no event that its state does not list', () => {
    expect(next(door, 'shut', 'drop')).toBeUndefined()
    expect(next(door, 'gone', 'reopen')).toBeUndefined()
    expect(() => step(door, 'gone', 'reopen')).toThrow(FlorinError)
    expect(() => step(door, 'gone', 'reopen')).toThrow("no transition 'reopen' from state 'gone'")
  })

  it('does not compile with a state missing or unknown', () => {
    expect([forgets, strays]).toHaveLength(2)
  })
})
