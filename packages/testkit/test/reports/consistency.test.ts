import type { Report, ReportRow } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recover } from '../audit.ts'
import { card, type World } from '../world.ts'
import { bothWays, paid, platform, rowsOf } from './setting.ts'

type Act = (w: World, amount: string) => Promise<unknown>

let names = 0
const last = new WeakMap<World, string>()
const pay =
  (more: object, merchant = 'mer_default'): Act =>
  async (w, amount) => {
    const { id } = await paid(w, amount, more, merchant)
    if (merchant === 'mer_default') last.set(w, id)
  }
/** Something about the newest payment; refused where it cannot be. */
const onLast =
  (act: (w: World, id: string) => Promise<unknown>): Act =>
  async (w) => {
    const id = last.get(w)
    if (id !== undefined) await w.run(act(w, id)).catch(() => {})
  }

const inDashboard = (kind: string, act: (w: World, attempt: string) => unknown): Act =>
  onLast(async (w, id) => {
    const { attempts } = await w.florin.payments.timeline(id)
    const found = attempts.findLast((one) => one.kind === kind && one.state === 'applied')
    if (found !== undefined) act(w, found.id)
  })

const disputes = new WeakMap<World, string>()
const decide = (w: World, how: 'won' | 'lost'): void => {
  const id = disputes.get(w)
  disputes.delete(w)
  if (id !== undefined) w.acquirer.dashboard.decideDispute(id, how)
}

const ACTS: Readonly<Record<string, Act>> = {
  pay: pay({}),
  dollars: pay({ currency: 'USD' }),
  two: pay({}, 'mer_two'),
  hold: pay({ capture: 'manual' }),
  declined: pay({ method: card('tok_do_not_honor') }),
  checkout: (w, amount) => {
    names += 1
    return pay({ orders: [{ reference: `c${names}`, seller: `s${amount.length}`, amount }] })(w, amount)
  },
  capture: onLast((w, id) => w.florin.payments.capture(id, { amount: '0.50' })),
  refund: onLast((w, id) => w.florin.payments.refund(id, { amount: '0.40' })),
  cancel: onLast((w, id) => w.florin.payments.cancel(id)),
  bounce: inDashboard('refund', (w, attempt) => w.acquirer.dashboard.failRefund(attempt)),
  undo: inDashboard('capture', (w, attempt) => w.acquirer.dashboard.failCapture(attempt)),
  dispute: async (w) => {
    const charge = w.acquirer.books().charges.findLast((one) => one.captured > one.refunded)
    if (charge !== undefined) disputes.set(w, w.acquirer.dashboard.openDispute(charge.id).id)
  },
  lose: async (w) => decide(w, 'lost'),
  win: async (w) => decide(w, 'won'),
  day: (w) => w.advance(86_400_000),
}

test('whatever happens, the earnings of all merchants agree with the trial balance, whose totals are zero', async () => {
  const acts = fc.array(fc.tuple(fc.constantFrom(...Object.keys(ACTS)), fc.integer({ min: 1, max: 20_000 })), {
    minLength: 3,
    maxLength: 20,
  })
  await fc.assert(
    fc.asyncProperty(acts, async (done) => {
      const w = await platform({ webhooks: true })
      for (const [name, cents] of done) {
        await ACTS[name]?.(w, (cents / 100).toFixed(2))
        await w.advance(10)
      }
      await recover(w)
      const trial = await rowsOf(w, w.florin.reports.all.trialBalance())
      for (const total of trial.filter((one) => one.row === 'total')) {
        expect(total).toMatchObject({ debits: total.credits, balance: expect.stringMatching(/^0\.00$/) })
      }
      for (const by of ['all', 'day'] as const) {
        const { balances, sums } = bothWays(trial, await rowsOf(w, w.florin.reports.all.earnings({ by })))
        expect(sums).toEqual(balances)
      }
    }),
    { numRuns: 15 },
  )
})

/** A storage that hands out what is scanned in pages of two, each read when it is asked for. */
const inSmallPages = (inner: Storage): Storage => ({
  ...inner,
  async *scan(table, query) {
    let after: string | undefined
    do {
      const page: Awaited<ReturnType<typeof inner.find<typeof table>>> = await inner.find(table, {
        ...query,
        limit: 2,
        ...(after === undefined ? {} : { after }),
      })
      yield page.rows
      after = page.next
    } while (after !== undefined)
  },
})

test('a report reads no further than its rows are taken', async () => {
  let read = 0
  const counted = (inner: Storage): Storage => {
    const small = inSmallPages(inner)
    return {
      ...small,
      async *scan(table, query) {
        for await (const page of small.scan(table, query)) {
          read += page.length
          yield page
        }
      },
    }
  }
  const w = await platform({ storage: counted })
  for (let n = 0; n < 5; n++)
    await paid(w, '10.00', { orders: [{ reference: `r${n}`, seller: `s${n}`, amount: '10.00' }] })
  const reports = w.florin.reports
  for (const report of [reports.trialBalance(), reports.statement('platform/fees/EUR')]) {
    read = 0
    const rows = report[Symbol.asyncIterator]()
    expect(read).toBe(0)
    for (let taken = 1; taken <= 5; taken++) {
      await w.run(Promise.resolve(rows.next()))
      expect(read).toBeLessThanOrEqual(taken + 1)
    }
    await rows.return?.()
  }
})

/** Reads a report, and lets money move before every row. */
const whileMoving = async <R extends ReportRow>(report: Report<R>, move: () => Promise<unknown>) => {
  const rows: R[] = []
  for await (const row of report) {
    rows.push(row)
    await move()
  }
  return rows
}

test('what is committed while a report is read is not in it: at one position reports agree', async () => {
  const w = await platform({ storage: inSmallPages })
  for (let n = 0; n < 4; n++)
    await paid(w, '100.00', { orders: [{ reference: `o${n}`, seller: `s${n}`, amount: '100.00' }] })
  const { length: position } = await w.run(w.florin.events.head())
  const quiet = await rowsOf(w, w.florin.reports.all.trialBalance())
  let n = 0
  const move = async (): Promise<void> => {
    n += 1
    const { id } = await paid(
      w,
      '5.00',
      n % 2 === 0 ? {} : { orders: [{ reference: `m${n}`, seller: `a${n}`, amount: '5.00' }] },
    )
    await w.run(w.florin.payments.refund(id, { amount: '1.00' }))
  }
  const trial = await whileMoving(w.florin.reports.all.trialBalance({ position }), move)
  expect(n).toBeGreaterThan(5)
  expect(trial).toEqual(quiet)
  const earned = await whileMoving(w.florin.reports.all.earnings({ by: 'all', position }), move)
  const { balances, sums } = bothWays(trial, earned)
  expect(sums).toEqual(balances)
  // Without a position it is as of its beginning, and of that alone.
  const moving = await whileMoving(w.florin.reports.all.trialBalance(), move)
  for (const total of moving.filter((one) => one.row === 'total')) expect(total.debits).toBe(total.credits)
})
