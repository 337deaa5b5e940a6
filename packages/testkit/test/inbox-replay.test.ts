import type { WorkReport } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { awaited, event, type Listening, listening, patched } from './inbox.ts'
import { mortal } from './mortal.ts'
import { rows } from './rows.ts'

const DAY_MS = 86_400_000

const everything = ({ w }: Listening, more: { readonly dryRun?: boolean; readonly limit?: number } = {}) =>
  w.run(w.florin.webhooks.replay({ from: new Date(0), to: new Date(w.runtime.clock.now()), ...more }))

/** All that could change, apart from the inbox. */
const state = async ({ w }: Listening) => ({
  payments: await rows(w.inner, 'payments'),
  attempts: await rows(w.inner, 'attempts'),
  refunds: await rows(w.inner, 'refunds'),
  events: (await rows(w.inner, 'events')).length,
  entries: (await rows(w.inner, 'entries')).length,
})

/** A life with everything in it, every webhook delivered. */
const lived = async (): Promise<Listening> => {
  const all = await listening()
  const { w } = all
  const charges = () => w.acquirer.books().charges
  const { id } = await w.pay({ capture: 'manual' })
  await w.run(w.florin.payments.capture(id, { amount: '60.00' }))
  await w.run(w.florin.payments.refund(id, { amount: '10.00' }))
  await w.pay()
  const canceled = await w.pay({ capture: 'manual' })
  await w.run(w.florin.payments.cancel(canceled.id))
  await awaited(all)
  w.acquirer.dashboard.refund(charges().find((charge) => charge.captured === 6_000n)?.id ?? '', 500n) // ordered by nobody here
  await w.advance(10)
  for (const delivery of all.mail) await all.hand(delivery)
  await w.advance(10)
  return all
}

describe('a replay of everything', () => {
  test('changes nothing where nothing was missed, and may be done again', async () => {
    const all = await lived()
    const before = await state(all)
    expect(before.refunds).toHaveLength(2)
    expect(await everything(all, { dryRun: true })).toMatchObject({ applied: 0, failed: 0, dryRun: true })
    for (let turn = 0; turn < 2; turn++) {
      const report = await everything(all)
      expect(report).toMatchObject({ seen: all.mail.length, unchanged: all.mail.length, complete: true, problems: [] })
    }
    expect(await state(all)).toEqual(before)
    expect(await all.list('processed')).toHaveLength(all.mail.length)
    await audit(all.w)
  })

  test('makes up for what an earlier adapter did not see; a dry run says so and changes nothing', async () => {
    let blind = true
    const all = await listening({
      gateway: patched(
        () => ({ parse: () => [] }),
        () => blind,
      ),
    })
    const { id, delivery } = await awaited(all)
    await all.hand(delivery)
    await all.w.advance(10)
    expect(await all.list('processed')).toHaveLength(1)
    expect((await all.w.get(id)).status).toBe('processing')
    blind = false
    const before = await state(all)
    expect(await everything(all, { dryRun: true })).toMatchObject({ seen: 1, applied: 1 })
    expect(await state(all)).toEqual(before)
    expect(all.w.errors).toEqual([])
    expect(await everything(all)).toMatchObject({ seen: 1, applied: 1 })
    expect((await all.w.get(id)).status).toBe('succeeded')
    expect(await everything(all)).toMatchObject({ seen: 1, unchanged: 1 })
    await audit(all.w)
  })

  test('tells how it goes, stops at its limit, and keeps to its time', async () => {
    const all = await listening()
    for (let n = 0; n < 130; n++) await all.hand(event(all.w, { n }))
    const seen: WorkReport[] = []
    const now = all.w.runtime.clock.now()
    const to = new Date(now).toISOString()
    const { replay } = all.w.florin.webhooks
    const report = await all.w.run(replay({ from: new Date(0), to, onProgress: (one) => void seen.push(one) }))
    expect([report.seen, report.complete, seen.map((one) => one.seen)]).toEqual([130, true, [100, 130]])
    expect(await everything(all, { limit: 30 })).toMatchObject({ seen: 30, complete: false })
    expect(await all.w.run(replay({ from: new Date(now + 1), to: new Date(now + 2) }))).toMatchObject({ seen: 0 })
    expect(await all.w.run(replay({ from: new Date(0), to, gateway: 'sandbox' }))).toMatchObject({ seen: 130 })
    const nobody = replay({ from: new Date(0), to, account: 'nobody' })
    expect(await all.w.refusal(nobody)).toMatchObject({ code: 'gateway_unknown' })
  })

  test('works off what is dead, and lets what still cannot be read stay as it is', async () => {
    let broken = true
    const parse = () => {
      throw new Error('no')
    }
    const all = await listening({
      gateway: patched(
        () => ({ parse }),
        () => broken,
      ),
    })
    const { delivery } = await awaited(all)
    await all.hand(delivery)
    for (let day = 0; day < 40; day++) {
      await all.w.advance(DAY_MS)
      await all.w.tick()
    }
    expect(await everything(all)).toMatchObject({ seen: 1, failed: 1, problems: [{ note: 'unreadable' }] })
    expect(await all.list('dead')).toHaveLength(1)
    broken = false
    expect(await everything(all)).toMatchObject({ seen: 1, failed: 0 })
    expect(await all.list('processed')).toHaveLength(1)
    await recover(all.w)
    await audit(all.w)
  })
})

test('a crash anywhere while one is redriven loses nothing', async () => {
  const take = async (death: Parameters<typeof mortal>[1]) => {
    let blind = true
    const all = await listening({
      gateway: patched(
        () => ({ parse: () => [] }),
        () => blind,
      ),
    })
    const { id, delivery } = await awaited(all)
    await all.hand(delivery)
    await all.w.advance(10)
    blind = false
    const process = mortal(all.w.runtime, death)
    const florin = await all.w.another(process.parts)
    process.arm()
    await process.live(florin.webhooks.redrive({ state: 'processed' }))
    return { ...all, id, process }
  }
  const { process: whole } = await take(null)
  expect(whole.calls.length).toBeGreaterThan(4)
  for (let call = 1; call <= whole.calls.length; call++) {
    for (const when of ['before', 'after'] as const) {
      const all = await take({ call, when })
      await recover(all.w)
      await all.w.run(all.w.florin.webhooks.redrive({ state: 'processed' }))
      expect((await all.w.get(all.id)).status).toBe('succeeded')
      await audit(all.w)
    }
  }
})

describe('the bytes of what was worked off', () => {
  test('are dropped when their time is over; the delivery is still known, and says why it cannot be replayed', async () => {
    const all = await listening({ options: { webhookBodyDays: 30 } })
    const { delivery } = await awaited(all)
    await all.hand(delivery)
    await all.w.advance(10)
    for (let day = 0; day < 29; day++) {
      await all.w.advance(DAY_MS)
      await all.w.tick()
    }
    expect(await everything(all)).toMatchObject({ unchanged: 1 })
    for (let day = 0; day < 3; day++) {
      await all.w.advance(DAY_MS)
      await all.w.tick()
    }
    const [one] = await all.list('processed')
    expect(await all.w.run(all.w.florin.webhooks.get(one?.id ?? ''))).toMatchObject({ bodyKept: false, facts: null })
    expect(await all.w.refusal(all.w.florin.webhooks.body(one?.id ?? ''))).toMatchObject({ code: 'invalid_state' })
    expect(await everything(all)).toMatchObject({ failed: 1, problems: [{ note: 'invalid_state' }] })
    expect(await rows(all.w.inner, 'webhook_bodies')).toMatchObject([{ delivery: null }])
  })

  test('of evidence go too', async () => {
    const all = await listening({ options: { webhookBodyDays: 30 } })
    const { delivery } = await awaited(all)
    await all.w.refusal(all.hand({ ...delivery, headers: {} }))
    await all.w.advance(10)
    for (let day = 0; day < 32; day++) {
      await all.w.advance(DAY_MS)
      await all.w.tick()
    }
    expect(await all.list('rejected')).toEqual([])
    expect(await rows(all.w.inner, 'webhook_evidence')).toMatchObject([{ state: 'dropped', delivery: null }])
  })
})
