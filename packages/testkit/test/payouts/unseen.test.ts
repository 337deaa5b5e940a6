import type { FileRail } from '@florin/core/rails'
import { paperRail } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { payoutBatchSettled, payoutSettled } from '../../../core/src/flows/index.ts'
import { auditAlways } from '../audit.ts'
import { type Death, mortal } from '../mortal.ts'
import { contextOf, type PayoutWorld, payoutWorld } from './payout-world.ts'

const DAY = 86_400_000
/** The worlds' clock begins on a Thursday, 2026-01-01. */
const FRIDAY = '2026-01-02'

/** A bank that is closed at weekends. */
const weekdays: FileRail = {
  ...paperRail(),
  executionDay: (now, wanted) => {
    let day = Math.max(Math.floor(now / DAY), wanted === null ? 0 : Date.parse(wanted) / DAY)
    while ([0, 6].includes(new Date(day * DAY).getUTCDay())) day += 1
    return new Date(day * DAY).toISOString().slice(0, 10)
  },
}

const filed = async (more: { readonly unseenAfterDays?: number | null } = {}) => {
  const w = await payoutWorld({ options: { payouts: { rails: { paper: weekdays }, ...more } } })
  await w.fund(100_000n)
  const ids = [
    (await w.payOut({ amount: '10.00', executeOn: FRIDAY })).id,
    (await w.payOut({ amount: '20.00', executeOn: FRIDAY })).id,
  ]
  const file = await w.run(w.florin.payouts.files.export({ rail: 'paper', reference: 'friday' }))
  return { w, ids, file }
}

const until = async (w: PayoutWorld, day: string): Promise<void> => {
  await w.advance(Date.parse(`${day}T01:00:00Z`) - w.runtime.clock.now())
  await w.tick()
  await w.tick()
}

const reviews = async (w: PayoutWorld) =>
  (await w.run(w.florin.payouts.list({ needsReview: true }))).data.map(({ id }) => id).sort()

const told = async ({ florin, run }: Pick<PayoutWorld, 'florin' | 'run'>) => {
  const { events } = await run(florin.events.read({ partition: 0, position: 0 }, { limit: 500 }))
  return events.filter(({ type }) => type === 'payout.unseen')
}

describe('a payout in a file that no bank statement has shown', () => {
  test('is told, once, after five of the bank’s days, and listed for a person', async () => {
    const { w, ids, file } = await filed()
    await until(w, '2026-01-09') // Friday is not over: five days after the last one, but not five of the bank's
    expect([await reviews(w), await told(w)]).toEqual([[], []])
    await until(w, '2026-01-10')
    expect(await reviews(w)).toEqual([...ids].sort())
    const events = await told(w)
    expect(events.map(({ subject }) => subject).sort()).toEqual([...ids].sort())
    expect(events[0]?.data).toMatchObject({ file: file?.id, batch: file?.batches[0]?.id, executeOn: FRIDAY, days: 5 })
    await until(w, '2026-01-30')
    expect(await told(w)).toHaveLength(2)
    expect(await w.payout(ids[0] ?? '')).toMatchObject({ status: 'submitted', needsReview: true })
    await auditAlways(w)
  })

  test('is no review any more once a line shows it, and what a line has shown in time never was one', async () => {
    const { w, ids } = await filed()
    const [first = '', second = ''] = ids
    await w.run(payoutSettled(contextOf(w), first, { amount: 1_000n, currency: 'EUR' }))
    await until(w, '2026-01-12')
    expect(await reviews(w)).toEqual([second])
    await w.run(payoutSettled(contextOf(w), second, { amount: 2_000n, currency: 'EUR' }))
    expect(await reviews(w)).toEqual([])
    expect(await w.payout(second)).toMatchObject({ status: 'paid', needsReview: false })
    expect(await told(w)).toHaveLength(1)
    await auditAlways(w)
  })

  test('nor is one of a batch that the bank shows as one line', async () => {
    const { w, file } = await filed()
    const fact = { amount: 3_000n, currency: 'EUR' }
    await w.run(payoutBatchSettled(contextOf(w), file?.batches[0]?.id ?? '', fact))
    await until(w, '2026-01-12')
    expect([await reviews(w), await told(w)]).toEqual([[], []])
  })

  test.each([
    [{ unseenAfterDays: 1 }, '2026-01-05', '2026-01-06'],
    [{ unseenAfterDays: null }, '2026-02-20', null],
  ])('%j says after how many days', async (options, quiet, loud) => {
    const { w } = await filed(options)
    await until(w, quiet)
    expect(await told(w)).toEqual([])
    if (loud === null) return
    await until(w, loud)
    expect(await told(w)).toHaveLength(2)
  })

  test('is told once, wherever the server dies over it', async () => {
    const ticking = async (death: Death | null) => {
      const { w, ids } = await filed()
      await w.advance(Date.parse('2026-01-12T00:00:00Z') - w.runtime.clock.now())
      const process = mortal(w.runtime, death)
      const florin = await w.another({ ...process.parts, options: { payouts: { rails: { paper: weekdays } } } })
      process.arm()
      await process.live(w.run(florin.tick()))
      return { w, ids, calls: process.calls.length }
    }
    const { calls } = await ticking(null)
    for (let call = 1; call <= calls; call++) {
      for (const when of ['before', 'after'] as const) {
        const { w, ids } = await ticking({ call, when })
        await w.advance(10 * 60_000)
        await w.tick()
        await w.tick()
        expect((await told(w)).map(({ subject }) => subject).sort()).toEqual([...ids].sort())
      }
    }
  })
})

test('payouts that need a review are listed by themselves', async () => {
  const { w } = await filed()
  const refused = await w.refusal(w.florin.payouts.list({ needsReview: true, owner: 'ann' }))
  expect(refused).toMatchObject({ code: 'invalid_request', details: { path: 'needsReview' } })
  const wrong = w.florin.payouts.list({ needsReview: false as true })
  expect(await w.refusal(wrong)).toMatchObject({ message: expect.stringContaining('must be true, or left out') })
})
