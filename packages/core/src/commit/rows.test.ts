import { expect, it } from 'vitest'
import { DEFAULT_BOUNDS } from './bounds.ts'
import { Lanes } from './lanes.ts'
import { LANES, type Lane, type Pending } from './pending.ts'
import { plan } from './planner.ts'
import { Rows } from './rows.ts'

const pending = (lane: Lane, merchant: string, ...rows: string[]): Pending => ({
  change: { guards: [], effects: [] },
  lane,
  merchant,
  deadline: Number.POSITIVE_INFINITY,
  rows,
  ops: 1,
  bytes: 1,
  resolve: () => {},
  reject: () => {},
  rank: LANES.indexOf(lane),
  blockers: 0,
  behind: [],
  waiters: [],
  taken: false,
  solo: false,
  tries: 0,
  failedAt: 0,
})

it('lets a change wait for every row that an earlier one holds, and for nothing else', () => {
  const rows = new Rows()
  const [a, b, c, d] = [
    pending('intent', 'm', 'x', 'y'),
    pending('intent', 'm', 'y', 'z', 'z'),
    pending('intent', 'm', 'z', 'x'),
    pending('intent', 'm', 'w'),
  ] as [Pending, Pending, Pending, Pending]
  for (const item of [a, b, c, d]) rows.enter(item)
  expect([a, b, c, d].map(({ blockers }) => blockers)).toEqual([0, 1, 2, 0])
  expect(rows.leave(a)).toEqual([b])
  expect(rows.leave(b)).toEqual([c])
  expect(rows.leave(c)).toEqual([])
  const later = pending('intent', 'm', 'x', 'y', 'z')
  rows.enter(later)
  expect(later.blockers).toBe(0)
})

it('serves outcomes before recovery before intents, and merchants in turn', () => {
  const lanes = new Lanes()
  const items = [
    pending('intent', 'a'),
    pending('intent', 'a'),
    pending('intent', 'a'),
    pending('intent', 'b'),
    pending('recovery', 'a'),
    pending('outcome', 'c'),
    pending('intent', 'c'),
  ]
  for (const item of items) lanes.push(item)
  const { batch } = plan(lanes, DEFAULT_BOUNDS, 0)
  expect(batch.map((item) => items.indexOf(item))).toEqual([5, 4, 0, 3, 6, 1, 2])
  expect(lanes.peek()).toBeUndefined()
})

it('moves what an outcome waits for into its lane, through any number of steps', () => {
  const rows = new Rows()
  const lanes = new Lanes()
  const enter = (item: Pending): Pending => {
    rows.enter(item)
    if (item.blockers === 0) lanes.push(item)
    else lanes.raiseBlockers(item)
    return item
  }
  const idle = Array.from({ length: 3 }, () => enter(pending('intent', 'm')))
  const first = enter(pending('intent', 'm', 'x'))
  const second = enter(pending('recovery', 'm', 'x', 'y'))
  const urgent = enter(pending('outcome', 'm', 'y'))
  const taken: Pending[] = []
  for (let item = lanes.peek(); item !== undefined; item = lanes.peek()) {
    lanes.take(item)
    taken.push(item)
    for (const ready of rows.leave(item)) lanes.push(ready)
  }
  expect(taken).toEqual([first, second, urgent, ...idle])
})
