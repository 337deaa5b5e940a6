import { describe, expect, it } from 'vitest'
import {
  append,
  type Change,
  claim,
  count,
  defineTable,
  type Effect,
  finish,
  type Guard,
  id,
  json,
  nullable,
  post,
  replace,
  scheduleOp,
  sealed,
  text,
} from '../records/index.ts'
import { footprint } from './footprint.ts'

const orders = defineTable('orders', {
  columns: { merchant: text(), id: id('ord'), reference: nullable(text()), version: count(), body: sealed() },
  key: ['merchant', 'id'],
  unique: { reference: ['merchant', 'reference'] },
  mutable: ['version', 'body'],
})
const steps = defineTable('steps', {
  columns: { id: id('stp'), version: count() },
  key: ['id'],
  mutable: ['version'],
})
const notes = defineTable('notes', { columns: { id: text(), data: json<Record<string, string>>() }, key: ['id'] })

const lines = defineTable('lines', {
  columns: { id: id('stp'), line: text() },
  key: ['id', 'line'],
  contended: true,
  heldBy: 'steps',
})

const body = new Uint8Array(10)
const order = { merchant: 'm', id: 'ord_1', reference: 'r', version: 1, body } as const
const change = (guards: readonly Guard[], effects: readonly Effect[] = []): Change => ({ guards, effects })
const shared = (one: Change, other: Change): boolean => {
  const rows = new Set(footprint(one).rows)
  return footprint(other).rows.some((row) => rows.has(row))
}

describe('footprint', () => {
  const claimed = change([claim(orders, order)])

  it('sees two changes touch the same row by claim, replace and append', () => {
    const replaced = change([replace(orders, { id: 'ord_1', merchant: 'm' }, 1, { version: 2, body })])
    expect(shared(claimed, replaced)).toBe(true)
    expect(shared(replaced, change([replace(orders, { merchant: 'm', id: 'ord_1' }, 2, { version: 3, body })]))).toBe(
      true,
    )
    const appended = change([], [append(steps, { id: 'stp_1', version: 1 })])
    expect(shared(appended, change([replace(steps, { id: 'stp_1' }, 1, { version: 2 })]))).toBe(true)
  })

  it('sees two claims of one unique key, and none in a key with a null', () => {
    expect(shared(claimed, change([claim(orders, { ...order, id: 'ord_2' })]))).toBe(true)
    expect(shared(claimed, change([claim(orders, { ...order, id: 'ord_2', reference: 'other' })]))).toBe(false)
    const [one, two] = (['ord_1', 'ord_2'] as const).map((each) =>
      change([claim(orders, { ...order, id: each, reference: null })]),
    ) as [Change, Change]
    expect(shared(one, two)).toBe(false)
  })

  it('keeps apart what differs in merchant, key or table', () => {
    expect(shared(claimed, change([claim(orders, { ...order, merchant: 'n' })]))).toBe(false)
    const other = change([replace(steps, { id: 'stp_1' }, 1, { version: 2 })])
    expect(shared(other, change([replace(steps, { id: 'stp_2' }, 1, { version: 2 })]))).toBe(false)
  })

  it('sees two changes finish one job', () => {
    const job = { id: 'job_1', token: 't' }
    expect(shared(change([finish(job)]), change([finish({ ...job, token: 'u' }, 5)]))).toBe(true)
  })

  it('leaves out ledger accounts, scheduled jobs and rows that nobody can touch again', () => {
    const { rows, ops } = footprint(
      change(
        [post('m', 't', 1, [])],
        [scheduleOp({ id: 'job_1', queue: 'q', key: 'k', payload: {} }), append(notes, { id: 'n', data: {} })],
      ),
    )
    expect({ rows, ops }).toEqual({ rows: [], ops: 3 })
  })

  it('names rows of a table that another holds only where the change does not begin by replacing the holder', () => {
    const claims = ['a', 'b'].map((line) => claim(lines, { id: 'stp_1', line }))
    const step = replace(steps, { id: 'stp_1' }, 1, { version: 2 })
    expect(footprint(change([step, ...claims])).rows.length).toBe(1)
    expect(footprint(change(claims)).rows.length).toBe(2)
    expect(footprint(change([...claims, step])).rows.length).toBe(3)
    const other = replace(orders, { id: 'ord_1', merchant: 'm' }, 1, { version: 2, body })
    expect(footprint(change([other, ...claims])).rows.length).toBe(3)
  })

  it('weighs what can be large', () => {
    const bytesOf = (row: Uint8Array): number => footprint(change([claim(orders, { ...order, body: row })])).bytes
    expect(bytesOf(new Uint8Array(1_000_000)) - bytesOf(new Uint8Array(0))).toBe(1_000_000)
    const note = (data: string): number => footprint(change([], [append(notes, { id: 'n', data: { data } })])).bytes
    expect(note('x'.repeat(5_000)) - note('')).toBe(5_000)
    expect(footprint(claimed).bytes).toBeGreaterThan(10)
    const list = (length: number): number =>
      footprint(change([], [append(notes, { id: 'n', data: { list: Array(length).fill('x'.repeat(20)) } as never })]))
        .bytes
    expect(list(1_000)).toBeGreaterThan(20_000)
  })
})
