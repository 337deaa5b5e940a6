import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../kernel/index.ts'
import type { EventRow } from '../storage/index.ts'
import { appendEvent, type EventContent, eventDigest, isIntact } from './event.ts'

const content: EventContent = {
  merchant: 'mer_1',
  subject: 'pay_1',
  version: 1,
  id: 'evt_1',
  type: 'payment.created',
  v: 1,
  at: 1_700_000_000_000,
  data: { amount: '49.90', tries: 2, nested: { list: [1, null, true, 'x'] } },
  ledger: null,
}
const hexOf = (more: Partial<EventContent> = {}): string => toHex(eventDigest({ ...content, ...more }))

describe('eventDigest', () => {
  it('is fixed for ever: stored chains are verified with it', () => {
    expect(hexOf()).toMatchInlineSnapshot(`"7928713b8854be4e0c283197afe161b7f66339e84f62dcdae730bb737aa22081"`)
    expect(hexOf({ ledger: new Uint8Array([1, 2]) })).toMatchInlineSnapshot(
      `"ee61525d410afbbc421c939afffaba8da445f8615a1d1d51893ccda09782d2ed"`,
    )
  })

  it('covers every column', () => {
    const changed: Partial<EventContent>[] = [
      { merchant: 'mer_2' },
      { subject: 'pay_2' },
      { version: 2 },
      { id: 'evt_2' },
      { type: 'payment.declined' },
      { v: 2 },
      { at: 1 },
      { data: {} },
      { ledger: new Uint8Array(32) },
    ]
    expect(changed.flatMap(Object.keys).sort()).toEqual(Object.keys(content).sort())
    expect(new Set([hexOf(), ...changed.map(hexOf)]).size).toBe(changed.length + 1)
  })

  it('does not depend on the order of members, nor on members that JSON leaves out', () => {
    expect(hexOf({ data: { a: 1, b: { c: 2, d: 3 } } })).toBe(
      hexOf({ data: { b: { d: 3, c: 2 }, a: 1, e: undefined } }),
    )
  })

  it('is the same after a trip through JSON, and differs for data that differs', () => {
    const data = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())
    fc.assert(
      fc.property(data, (value) => {
        expect(hexOf({ data: JSON.parse(JSON.stringify(value)) })).toBe(hexOf({ data: value }))
      }),
    )
    fc.assert(
      fc.property(data, data, (one, other) => {
        fc.pre(sorted(one) !== sorted(other))
        expect(hexOf({ data: one })).not.toBe(hexOf({ data: other }))
      }),
    )
  })

  it('tells values apart that look alike', () => {
    const alike = [
      { a: '1' },
      { a: 1 },
      { a: [1] },
      { a: ['1'] },
      { a: null },
      { a: 'n;' },
      { a: true },
      { a: {} },
      { a: [] },
      {},
    ]
    expect(new Set(alike.map((data) => hexOf({ data }))).size).toBe(alike.length)
    expect(hexOf({ merchant: 'a', subject: 'bc' })).not.toBe(hexOf({ merchant: 'ab', subject: 'c' }))
    expect(hexOf({ data: { a: '\ud800' } })).not.toBe(hexOf({ data: { a: '\ud801' } }))
  })

  it.each([
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['an instant as Date', new Date(0)],
    ['bytes', new Uint8Array(1)],
    ['undefined in a list', [undefined]],
  ])('refuses %s, which would come back from the database as something else', (_, value) => {
    expect(() => hexOf({ data: { value } })).toThrow(expect.objectContaining({ code: 'internal' }))
  })
})

describe('appendEvent', () => {
  it('appends the whole row with its digest, version 1 of its type and no ledger digest by default', () => {
    const { v: _, ledger: __, ...given } = content
    const effect = appendEvent(given)
    expect(effect).toMatchObject({ op: 'append', table: { name: 'events' }, row: content })
    expect(isIntact((effect as unknown as { row: EventRow }).row)).toBe(true)
  })
})

describe('isIntact', () => {
  it('says no to a changed column and to data that no event can have', () => {
    const row: EventRow = { ...content, digest: eventDigest(content) }
    expect(isIntact(row)).toBe(true)
    expect(isIntact({ ...row, at: 0 })).toBe(false)
    expect(isIntact({ ...row, data: { value: 1n } })).toBe(false)
  })
})

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
