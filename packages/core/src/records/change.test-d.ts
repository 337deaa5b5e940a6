import { expectTypeOf, test } from 'vitest'
import { append, claim, type Effect, type Guard, post, replace } from './change.ts'
import { amount, count, flag, id, instant, json, nullable, oneOf, sealed, text } from './column.ts'
import { defineTable, type IndexName, type Key, type Mutable, type Row, type UniqueName } from './table.ts'

const orders = defineTable('orders', {
  columns: {
    merchant: text(),
    id: id('ord'),
    reference: text(),
    total: amount(),
    status: oneOf('open', 'paid'),
    paidAt: nullable(instant()),
    notes: json<{ readonly gift: boolean }>(),
    buyer: sealed(),
    version: count(),
  },
  key: ['merchant', 'id'],
  unique: { reference: ['merchant', 'reference'] },
  index: { paid: ['paidAt'] },
  mutable: ['status', 'paidAt', 'version'],
})

/** Appended to under fresh keys only. */
const lines = defineTable('lines', {
  columns: { merchant: text(), id: id('lin'), gift: flag() },
  key: ['merchant', 'id'],
})

/** No unique key besides the primary one, which callers collide on. */
const slots = defineTable('slots', {
  columns: { merchant: text(), name: text() },
  key: ['merchant', 'name'],
  contended: true,
})

const order = {
  merchant: 'mer_1',
  id: 'ord_1',
  reference: 'r',
  total: 4990n,
  status: 'open',
  paidAt: null,
  notes: { gift: false },
  buyer: new Uint8Array(),
  version: 1,
} as const
const line = { merchant: 'mer_1', id: 'lin_1', gift: true } as const
const slot = { merchant: 'mer_1', name: 'first' }
const key = { merchant: 'mer_1', id: 'ord_1' } as const
const set = { status: 'paid', paidAt: 5, version: 2 } as const

test('rows, keys and mutable columns follow the catalogue', () => {
  expectTypeOf<Row<typeof orders>>().toEqualTypeOf<{
    readonly merchant: string
    readonly id: `ord_${string}`
    readonly reference: string
    readonly total: bigint
    readonly status: 'open' | 'paid'
    readonly paidAt: number | null
    readonly notes: { readonly gift: boolean }
    readonly buyer: Uint8Array
    readonly version: number
  }>()
  expectTypeOf<Key<typeof orders>>().toEqualTypeOf<{ readonly merchant: string; readonly id: `ord_${string}` }>()
  expectTypeOf<keyof Mutable<typeof orders>>().toEqualTypeOf<'status' | 'paidAt' | 'version'>()
  expectTypeOf<keyof Mutable<typeof lines>>().toEqualTypeOf<never>()
  expectTypeOf<UniqueName<typeof orders>>().toEqualTypeOf<'reference'>()
  expectTypeOf<IndexName<typeof orders>>().toEqualTypeOf<'paid'>()
})

test('a wrong row does not compile', () => {
  expectTypeOf(claim(orders, order)).toEqualTypeOf<Guard>()
  // @ts-expect-error a number is not minor units
  claim(orders, { ...order, total: 4990 })
  // @ts-expect-error not a status
  claim(orders, { ...order, status: 'lost' })
  // @ts-expect-error an id of something else
  claim(orders, { ...order, id: 'pay_1' })
  // @ts-expect-error this column may not be null
  claim(orders, { ...order, reference: null })
  // @ts-expect-error another document
  claim(orders, { ...order, notes: { gift: 'yes' } })
  // @ts-expect-error clear text where sealed bytes belong
  claim(orders, { ...order, buyer: 'Ada' })
  // @ts-expect-error no such column
  claim(orders, { ...order, colour: 'red' })
  // @ts-expect-error columns are missing
  claim(orders, { merchant: 'mer_1', id: 'ord_1' })
})

test('a table with a key to lose is claimed, any other is appended to', () => {
  // @ts-expect-error a unique key can be lost: claim it
  append(orders, order)
  // @ts-expect-error the primary key can be lost: claim it
  append(slots, slot)
  // @ts-expect-error there is nothing to lose: append it
  claim(lines, line)
  claim(slots, slot)
  expectTypeOf(append(lines, line)).toEqualTypeOf<Effect>()
})

test('a replacement gives all mutable columns and no others', () => {
  expectTypeOf(replace(orders, key, 1, set)).toEqualTypeOf<Guard>()
  // @ts-expect-error the total of an order never changes
  replace(orders, key, 1, { ...set, total: 1n })
  // @ts-expect-error neither does its key
  replace(orders, key, 1, { ...set, id: 'ord_2' })
  // @ts-expect-error a mutable column is missing
  replace(orders, key, 1, { status: 'paid', version: 2 })
  // @ts-expect-error part of a key
  replace(orders, { id: 'ord_1' }, 1, set)
  // @ts-expect-error append-only: nothing of a line ever changes
  replace(lines, { merchant: 'mer_1', id: 'lin_1' }, 1, { gift: false })
})

test('keys, uniques, indexes and mutable columns name columns', () => {
  const columns = { merchant: text(), id: id('x') }
  // @ts-expect-error no such column
  defineTable('t', { columns, key: ['merchant', 'name'] })
  // @ts-expect-error no such column
  defineTable('t', { columns, key: ['id'], unique: { name: ['merchant', 'name'] } })
  // @ts-expect-error no such column
  defineTable('t', { columns, key: ['id'], index: { name: ['name'] } })
  // @ts-expect-error no such column
  defineTable('t', { columns, key: ['id'], mutable: ['name'] })
})

test('an op that no maker made, and a guard among the effects, do not compile', () => {
  // @ts-expect-error only the makers make ops, so a storage may trust every cell
  const forged: Guard = { op: 'claim', table: slots, row: slot }
  // @ts-expect-error a claim can lose: it is a guard
  const effect: Effect = claim(slots, slot)
  expectTypeOf(forged).toExtend<Guard>()
  expectTypeOf(effect).toExtend<Effect>()
})

test('a posting names two accounts, an amount in minor units and a phase', () => {
  const cash = { account: 'cash/EUR', side: 'debit', floor: null } as const
  const owed = { account: 'owed/EUR', side: 'credit', floor: 0n } as const
  const posting = { debit: cash, credit: owed, amount: 1n, currency: 'EUR', phase: 'posted' } as const
  post('mer_1', 't', 1, [posting])
  // @ts-expect-error a number is not minor units
  post('mer_1', 't', 1, [{ ...posting, amount: 1 }])
  // @ts-expect-error not a phase
  post('mer_1', 't', 1, [{ ...posting, phase: 'final' }])
  // @ts-expect-error an account without its normal side
  post('mer_1', 't', 1, [{ ...posting, debit: { account: 'cash/EUR', floor: null } }])
})
