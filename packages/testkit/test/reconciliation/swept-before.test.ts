import type { BreakView } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { rows } from '../rows.ts'
import { type Books, books } from './files.ts'

/*
 * Money that was known to have moved only after the look for missing lines had passed its time, and what is right:
 *   a later file has its line                 nothing is missed
 *   no file has it, though one should by now  a break, by the nightly job, once
 *   files have not reached so far             looked at again the next night
 *   it was taken back meanwhile               nothing is missed
 *   everything known in time                  no timer, and nothing is looked at twice
 */

const DAY_MS = 86_400_000
let lines = 0

/** A line that is about nothing of ours, so that files reach to this instant. */
const reach = async (b: Books): Promise<void> => {
  lines += 1
  await b.ingest([{ id: `reach-${lines}`, kind: 'fee', gross: '-0.01', batch: `day-${lines}` }])
}

/** A capture whose answer was lost, and whose time is swept while nobody knows of it. */
const sweptUnknown = async (): Promise<{ readonly b: Books; readonly payment: string; readonly attempt: string }> => {
  const b = await books()
  await reach(b)
  const { id } = await b.w.pay({ capture: 'manual' })
  b.w.acquirer.fail({ how: 'drop_after', when: { operation: 'capture' } })
  await b.w.run(b.w.florin.payments.capture(id))
  const capture = (await b.attempts()).find((one) => one.kind === 'capture')
  expect(capture?.state).toBe('unknown')
  await b.w.advance(DAY_MS)
  await reach(b)
  await b.w.advance(6 * DAY_MS)
  expect(await b.w.run(b.w.florin.reconciliation.sweep())).toEqual({ checked: 0, missing: 0 })
  return { b, payment: id, attempt: capture?.id ?? '' }
}

/** Recovery finds out what became of the capture, and the check of the minute reads of it. */
const learn = async ({ w }: Books, payment: string): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) {
    await w.advance(60_000)
    await w.tick()
  }
  expect(await w.get(payment)).toMatchObject({ captured: '100.00' })
  await w.run(w.florin.reconciliation.check('changes'))
}

const waiting = async ({ w }: Books): Promise<readonly { key: string; due: number }[]> =>
  (await rows<{ queue: string; key: string; due: number }>(w.inner, 'jobs')).filter(
    ({ queue, key }) => queue === 'reconciliation.nightly' && key !== 'all',
  )

const night = async (b: Books): Promise<void> => {
  await b.w.advance(DAY_MS)
  await b.w.tick()
}

const missing = async ({ w }: Books): Promise<readonly BreakView[]> =>
  (await w.run(w.florin.reconciliation.breaks.list({ kind: 'missing_there', state: 'open' }))).data

describe('a capture that was known only after its time was swept', () => {
  test('is looked for later, once a file should have it: then that none has is a break', async () => {
    const { b, payment, attempt } = await sweptUnknown()
    await learn(b, payment)
    expect(await waiting(b)).toHaveLength(1)
    for (let nights = 0; nights < 8; nights++) await night(b)
    expect(await missing(b)).toEqual([]) // files do not reach so far: the next night, then
    await reach(b)
    for (let nights = 0; nights < 3; nights++) await night(b)
    expect(await missing(b)).toMatchObject([{ attempt, payment, ours: '100.00' }])
    expect(await waiting(b)).toEqual([])
    await b.ingest([{ id: 'late', kind: 'capture', gross: '100.00', attempt, batch: 'b' }])
    expect(await missing(b)).toEqual([])
    await auditAlways(b.w)
  })

  test('is not missed where a later file has it', async () => {
    const { b, payment, attempt } = await sweptUnknown()
    await learn(b, payment)
    await b.ingest([{ id: 'late', kind: 'capture', gross: '100.00', attempt, batch: 'b' }])
    for (let nights = 0; nights < 8; nights++) await night(b)
    expect(await waiting(b)).toEqual([])
    expect(await missing(b)).toEqual([])
  })

  test('is a break after a month where no file comes any more', async () => {
    const { b, payment, attempt } = await sweptUnknown()
    await learn(b, payment)
    for (let nights = 0; nights < 29; nights++) await night(b)
    expect(await missing(b)).toEqual([])
    for (let nights = 0; nights < 2; nights++) await night(b)
    expect(await missing(b)).toMatchObject([{ attempt }])
    expect(await waiting(b)).toEqual([])
  })
})

test('what was known in time has none either where the check is days behind the sweep', async () => {
  const b = await books()
  await reach(b)
  await b.sell('10.00')
  await b.w.advance(DAY_MS)
  await reach(b)
  await b.w.advance(6 * DAY_MS)
  expect(await b.w.run(b.w.florin.reconciliation.sweep())).toEqual({ checked: 1, missing: 1 })
  await b.w.run(b.w.florin.reconciliation.check('changes'))
  expect(await waiting(b)).toEqual([])
})

test('what was known in time has no timer', async () => {
  const b = await books()
  await reach(b)
  await b.sell('10.00')
  await b.w.run(b.w.florin.reconciliation.check('changes'))
  expect(await waiting(b)).toEqual([])
})
