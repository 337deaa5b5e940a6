import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Posting } from '../records/index.ts'
import { captureBook, holdBook, partsOf, releaseBook } from './postings.ts'
import type { AllocationRow, AttemptRow, ShareRow } from './records.ts'
import type { PaymentState } from './state.ts'

const at = { gateway: 'g', account: 'a', currency: 'EUR' }
const attempt = (row: Partial<AttemptRow> & Pick<AttemptRow, 'id' | 'kind' | 'amount'>): AttemptRow =>
  ({ ...at, state: 'applied', parent: null, applied: null, ...row }) as AttemptRow
const stateOf = (set: Partial<PaymentState>): PaymentState =>
  ({
    attempts: [],
    allocations: [],
    shares: [],
    obligations: [],
    winner: null,
    holds: null,
    ...set,
  }) as unknown as PaymentState

/** What is still pending on each beneficiary's account after some postings. */
const held = (postings: readonly Posting[]): Map<string, bigint> => {
  const by = new Map<string, bigint>()
  for (const { credit, amount, phase } of postings) {
    if (phase === 'posted') continue
    const before = by.get(credit.account) ?? 0n
    const after = before + (phase === 'pending' ? amount : -amount)
    expect(after >= 0n).toBe(true) // never more than is held
    by.set(credit.account, after)
  }
  return by
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, one) => total + one, 0n)

describe('whatever a gateway authorizes and captures of what it was asked', () => {
  const amount = fc.bigInt(1n, 1_000_000n)
  const factor = fc.integer({ min: 50, max: 150 })
  const orders = fc.array(amount, { minLength: 0, maxLength: 5 })
  const captures = fc.array(fc.record({ percent: fc.integer({ min: 1, max: 60 }), factor }), { maxLength: 5 })

  test('no part of a hold is taken twice, and none is left after the release', () => {
    fc.assert(
      fc.property(orders, amount, factor, captures, (lefts, single, granted, wanted) => {
        const asked = lefts.length === 0 ? single : sum(lefts)
        const got = (asked * BigInt(granted)) / 100n
        fc.pre(got > 0n)
        const allocations = lefts.map(
          (one, i) => ({ id: `alc_${i}`, seller: `s${i % 3}`, amount: one }) as AllocationRow,
        )
        const charge = attempt({ id: 'att_0', kind: 'authorize', amount: asked, applied: got })
        const postings = [...holdBook(stateOf({ attempts: [charge], allocations }), charge, got)]
        const attempts = [charge]
        const shares: ShareRow[] = []
        for (const [index, { percent, factor: done }] of wanted.entries()) {
          const want = (asked * BigInt(percent)) / 100n
          const took = (want * BigInt(done)) / 100n
          if (want === 0n || took === 0n) continue
          const id = `att_${index + 1}` as const
          const capture = attempt({ id, kind: 'capture', amount: want, applied: took, parent: charge.id })
          const parts = partsOf(stateOf({ allocations }), { ...charge, amount: want, id }, want)
          for (const part of parts) {
            if (part.allocation !== null)
              shares.push({ attempt: id, allocation: part.allocation, amount: part.amount } as ShareRow)
          }
          attempts.push(capture)
          const state = stateOf({ attempts, allocations, shares })
          const booked = captureBook(state, capture, took, 0n, 0n)
          expect(sum(booked.map((one) => one.amount))).toBe(took)
          postings.push(...booked)
          held(postings)
        }
        postings.push(...releaseBook(stateOf({ attempts, allocations, shares }), charge, null))
        for (const left of held(postings).values()) expect(left).toBe(0n)
      }),
    )
  })

  test('parts of an attempt sum to what it did', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 8 }), amount, (lefts, whole) => {
        const allocations = lefts.map((one, i) => ({ id: `alc_${i}`, seller: `s${i}`, amount: one }) as AllocationRow)
        const charge = attempt({ id: 'att_0', kind: 'sale', amount: sum(lefts) })
        const parts = partsOf(stateOf({ allocations }), charge, whole)
        expect(sum(parts.map((part) => part.amount))).toBe(whole)
        expect(parts.map((part) => part.allocation)).toEqual(allocations.map((one) => one.id))
      }),
    )
  })
})

test('without orders all is the merchant’s own', () => {
  const charge = attempt({ id: 'att_0', kind: 'authorize', amount: 100n })
  expect(partsOf(stateOf({}), charge, 70n)).toEqual([{ allocation: null, beneficiary: null, amount: 70n }])
  expect(holdBook(stateOf({}), charge, 100n).map((one) => one.credit.account)).toEqual(['merchant/pending/EUR'])
})

test('what an increment added is released with the rest', () => {
  const charge = attempt({ id: 'att_0', kind: 'authorize', amount: 100n, applied: 100n })
  const raise = attempt({ id: 'att_1', kind: 'increment', amount: 50n, parent: charge.id })
  const capture = attempt({ id: 'att_2', kind: 'capture', amount: 120n, applied: 120n, parent: charge.id })
  const release = releaseBook(stateOf({ attempts: [charge, raise, capture] }), charge, null)
  expect(release.map((one) => [one.phase, one.amount])).toEqual([['voided', 30n]])
})

test('a capture on its way keeps its part of the hold, and gives back just that when it fails', () => {
  const charge = attempt({ id: 'att_0', kind: 'authorize', amount: 100n, applied: 100n })
  const open = attempt({ id: 'att_1', kind: 'capture', amount: 40n, parent: charge.id, state: 'pending' })
  const rest = releaseBook(stateOf({ attempts: [charge, open] }), charge, null)
  expect(rest.map((one) => one.amount)).toEqual([60n])
  const failed = { ...open, state: 'rejected' } as const
  const back = releaseBook(stateOf({ attempts: [charge, failed] }), charge, failed)
  expect(back.map((one) => one.amount)).toEqual([40n])
})

test('a capture that took more than it asked for takes no more than that out of the hold', () => {
  const charge = attempt({ id: 'att_0', kind: 'authorize', amount: 100n, applied: 100n })
  const capture = attempt({ id: 'att_1', kind: 'capture', amount: 40n, applied: 45n, parent: charge.id })
  const booked = captureBook(stateOf({ attempts: [charge, capture] }), capture, 45n, 0n, 0n)
  expect(booked.map((one) => [one.phase, one.amount])).toEqual([
    ['settled', 40n],
    ['posted', 5n],
  ])
})
