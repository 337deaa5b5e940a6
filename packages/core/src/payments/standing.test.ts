import { describe, expect, test } from 'vitest'
import type { AttemptRow } from './records.ts'
import { factAtAfter, type News, type Teller, weigh } from './standing.ts'

const attempt = (set: Partial<AttemptRow>): AttemptRow =>
  ({ kind: 'capture', factAt: null, version: 3, ...set }) as AttemptRow
const decline = { class: 'technical', code: 'x', gatewayCode: null, networkAdvice: null, message: '' } as const
const DONE: News = { effect: 'applied', gatewayId: 'g' }
const UNDONE: News = { effect: 'undone', decline }
const REFUSED: News = { effect: 'rejected', decline }
const report = (at: number | null): Teller => ({ by: 'report', at })

describe('of two reports about the same thing the later one holds', () => {
  test.each<[AttemptRow['state'], number | null, News, number | null, ReturnType<typeof weigh>]>([
    ['applied', 5, UNDONE, 6, 'decides'],
    ['applied', 5, UNDONE, 5, 'decides'], // at the same instant, taken back stays so
    ['applied', 5, UNDONE, 4, 'nothing'],
    ['applied', null, UNDONE, 4, 'decides'], // its success was an answer, which has no date
    ['applied', 5, UNDONE, null, 'decides'],
    ['applied', 5, DONE, 6, 'dates'],
    ['applied', null, DONE, 6, 'dates'],
    ['applied', 5, DONE, 5, 'nothing'],
    ['applied', 5, DONE, null, 'nothing'],
    ['applied', 5, REFUSED, 6, 'nothing'],
    ['undone', 5, DONE, 6, 'decides'],
    ['undone', 5, DONE, 5, 'nothing'],
    ['undone', 5, DONE, 4, 'nothing'],
    ['undone', 5, DONE, null, 'nothing'], // without dates nothing goes back
    ['undone', null, DONE, 6, 'nothing'],
    ['undone', 5, UNDONE, 6, 'dates'],
    ['rejected', null, DONE, 6, 'decides'],
    ['rejected', 5, DONE, 4, 'nothing'],
    ['rejected', null, UNDONE, 6, 'dates'],
    ['reversed', 5, DONE, 6, 'nothing'],
    ['unknown', 5, UNDONE, 4, 'decides'],
    ['pending', null, REFUSED, null, 'decides'],
  ])('%s at %s, told %o at %s: %s', (state, factAt, news, at, weight) => {
    expect(weigh(attempt({ state, factAt }), news, report(at))).toBe(weight)
  })
})

test('a charge that was refused is answered whenever it succeeds after all, since its money has to go back', () => {
  for (const at of [null, 1, 9]) {
    expect(weigh(attempt({ kind: 'sale', state: 'rejected', factAt: 5 }), DONE, report(at))).toBe('decides')
  }
})

test('of a sale that was left behind the newest report decides, too: a debit that is returned and presented again has to be refunded', () => {
  const orphan = (set: Partial<AttemptRow>) => attempt({ kind: 'sale', applied: 10n, factAt: 5, decline: null, ...set })
  expect(weigh(orphan({ state: 'abandoned' }), UNDONE, report(6))).toBe('decides')
  expect(weigh(orphan({ state: 'abandoned' }), UNDONE, report(4))).toBe('nothing')
  expect(weigh(orphan({ state: 'abandoned', applied: null }), UNDONE, report(4))).toBe('decides')
  const returned = orphan({ state: 'reversed', decline })
  expect(weigh(returned, DONE, report(6))).toBe('decides')
  expect(weigh(returned, DONE, report(5))).toBe('nothing')
  expect(weigh(orphan({ state: 'reversed' }), DONE, report(6))).toBe('nothing') // we refunded it
})

test('a lookup does again what was taken back only while nothing was told since it was asked', () => {
  const undone = attempt({ state: 'undone', factAt: 5 })
  expect(weigh(undone, DONE, { by: 'lookup', version: 3 })).toBe('decides')
  expect(weigh(undone, DONE, { by: 'lookup', version: 2 })).toBe('nothing')
  expect(weigh(undone, DONE, { by: 'call' })).toBe('nothing') // an answer that comes late is older than the report
})

test('the newest date is kept', () => {
  expect(factAtAfter(attempt({ factAt: 5 }), report(4))).toBe(5)
  expect(factAtAfter(attempt({ factAt: 5 }), report(6))).toBe(6)
  expect(factAtAfter(attempt({ factAt: 5 }), report(null))).toBe(5)
  expect(factAtAfter(attempt({ factAt: null }), { by: 'call' })).toBeNull()
})
