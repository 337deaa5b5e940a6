import { expect, test } from 'vitest'
import { type Reachable, unreached } from './unreached.ts'

const DOOR = { open: { close: 'shut' }, shut: { reopen: 'open', drop: 'gone' }, gone: {} }
const reachable: Reachable = { machines: { door: DOOR }, codes: ['jammed', 'locked'], excused: {} }
const moves = (...made: string[]) => [[JSON.stringify(DOOR), made] as const]

test('what nobody reached is named: a transition, a code, of several files together', () => {
  const all = [
    { moves: moves('open close'), codes: ['jammed'] },
    { moves: [['{"other":{}}', ['shut reopen']] as const], codes: [] },
  ]
  expect(unreached(reachable, all)).toEqual([
    'no test makes the transition door: shut reopen',
    'no test makes the transition door: shut drop',
    'no test makes the product give the error code locked',
  ])
  const more = { moves: moves('shut reopen', 'shut drop'), codes: ['locked'] }
  expect(unreached(reachable, [...all, more])).toEqual([])
})

test('an excuse counts as long as it is true', () => {
  const excused = { 'door: shut drop': 'nobody drops it' }
  const all = [{ moves: moves('open close', 'shut reopen'), codes: ['jammed', 'locked'] }]
  expect(unreached({ ...reachable, excused }, all)).toEqual([])
  expect(unreached({ ...reachable, excused }, [...all, { moves: moves('shut drop'), codes: [] }])).toEqual([
    'door: shut drop is reached: take it out of the excuses',
  ])
})
