import { CATALOGUE, encodeCursor, isFlorinError } from '@florin/core/storage'
import { expect, test } from 'vitest'
import { tableReads } from './reads.ts'
import { SQLITE } from './sqlite-dialect.ts'

const tableOf = (name: string) => {
  const table = CATALOGUE.find((candidate) => candidate.name === name)
  if (table === undefined) throw new Error(`the catalogue has no ${name}`)
  return table
}
const jobs = tableReads(SQLITE, tableOf('jobs'))
const entries = tableReads(SQLITE, tableOf('entries'))

const where = ({ sql }: { readonly sql: string }): string => sql.slice(sql.indexOf(' from '))

test('a page names its index, its bounds and one row more than it has', () => {
  const read = jobs.page({ index: 'due', equals: { queue: 'q' }, from: 1, to: 9, limit: 10 })
  expect(where(read)).toBe(
    ' from "jobs" indexed by "jobs_due" where "jobs"."queue" = ? and "jobs"."due" >= ? and "jobs"."due" <= ? order by "jobs"."due" asc, "jobs"."id" asc limit ?',
  )
  expect(read.parameters).toEqual(['q', 1, 9, 11])
})

test('a page after a cursor starts at the cursor alone, unless the cursor lies beyond the bounds', () => {
  const after = encodeCursor(['due', 'id'], { due: 5, id: 'job_1' })
  const query = { index: 'due', equals: { queue: 'q' }, limit: 10, after }
  const inside = jobs.page({ ...query, from: 1, to: 9 })
  expect(where(inside)).toContain('"due" <= ? and ("jobs"."due", "jobs"."id") > (?, ?) order by')
  expect(inside.parameters).toEqual(['q', 9, 5, 'job_1', 11])
  const forged = jobs.page({ ...query, from: 6 })
  expect(forged.parameters).toEqual(['q', 6, 5, 'job_1', 11])
  const down = jobs.page({ ...query, from: 1, to: 9, descending: true })
  expect(where(down)).toContain('"due" >= ? and ("jobs"."due", "jobs"."id") < (?, ?) order by "jobs"."due" desc')
  expect(down.parameters).toEqual(['q', 1, 5, 'job_1', 11])
})

test('text bounds are compared as the database compares them, by bytes', () => {
  const names = ['account', 'version']
  // U+FFEE sorts before U+1F600 by bytes and after it by UTF-16 units.
  const after = encodeCursor(names, { account: '😀', version: 1 })
  const query = { index: 'key', equals: { merchant: 'm' }, limit: 1, after }
  expect(entries.page({ ...query, from: '\uffee' }).parameters).toEqual(['m', '😀', 1, 2])
  expect(entries.page({ ...query, to: '\uffee', descending: true }).parameters).toEqual(['m', '\uffee', '😀', 1, 2])
})

test('the same shape of query is the same text', () => {
  const read = (queue: string, to: number) => jobs.page({ index: 'due', equals: { queue }, to, limit: to }).sql
  expect(read('a', 1)).toBe(read('b', 2))
})

test('an index that leaves rows out says so to the planner', () => {
  const read = tableReads(SQLITE, tableOf('attempts')).page({ index: 'queue', equals: {}, limit: 1 })
  expect(where(read)).toContain('where "attempts"."queue" is not null order by')
})

test('what no index serves is our bug; a limit and a cursor are the request', () => {
  const code = (query: object): string => {
    try {
      jobs.page({ index: 'due', equals: {}, limit: 1, ...query })
    } catch (error) {
      return isFlorinError(error) ? error.code : String(error)
    }
    return 'none'
  }
  expect(code({ index: 'nothing' })).toBe('internal')
  expect(code({ equals: { due: 1 } })).toBe('internal')
  expect(code({ equals: { queue: undefined } })).toBe('internal')
  expect(code({ index: 'key', equals: { id: 'job_1' }, from: 1 })).toBe('internal')
  for (const limit of [0, 1_001, 1.5, Number.NaN]) expect(code({ limit })).toBe('invalid_request')
  expect(code({ after: 'x' })).toBe('invalid_request')
  expect(code({})).toBe('none')
})
