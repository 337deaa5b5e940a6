import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import type { World } from '../world.ts'
import { bothWays, paid, platform, rowsOf, textOf } from './setting.ts'

const DAY_MS = 86_400_000

/**
 * A story with known numbers. The first merchant: 100.00 captured (fee 3.15), then 40.00 of it refunded; 60.00 in an order of ann's and one
 * of bob's (fee 1.99); the next day a hold of 20.00, and 30 dollars (fee 0.87). The second: 10.00, without a fee. The sandbox charges 1.5 %
 * of what is captured.
 */
const story = async (): Promise<World> => {
  const w = await platform()
  const first = await paid(w, '100.00')
  await w.run(w.florin.payments.refund(first.id, { amount: '40.00' }))
  const orders = [
    { reference: 'a', seller: 'ann', amount: '36.00' },
    { reference: 'b', seller: 'bob', amount: '24.00' },
  ]
  await paid(w, '60.00', { orders })
  await w.advance(DAY_MS)
  await paid(w, '20.00', { capture: 'manual' })
  await paid(w, '30.00', { currency: 'USD' })
  await paid(w, '10.00', {}, 'mer_two')
  await auditAlways(w)
  return w
}

describe('the trial balance', () => {
  test('lists every account of all merchants, and totals that are zero', async () => {
    const w = await story()
    const rows = await rowsOf(w, w.florin.reports.all.trialBalance())
    const told = rows.map((one) => [
      one.merchant,
      one.account ?? one.row,
      one.debits,
      one.credits,
      one.balance,
      one.held,
    ])
    expect(told).toEqual([
      ['mer_default', 'gateway/sandbox/default/costs/EUR', '2.40', '0.00', '2.40', '0.00'],
      ['mer_default', 'gateway/sandbox/default/costs/USD', '0.45', '0.00', '0.45', '0.00'],
      ['mer_default', 'gateway/sandbox/default/receivable/EUR', '160.00', '42.40', '117.60', '20.00'],
      ['mer_default', 'gateway/sandbox/default/receivable/USD', '30.00', '0.45', '29.55', '0.00'],
      ['mer_default', 'merchant/pending/EUR', '43.15', '100.00', '56.85', '20.00'],
      ['mer_default', 'merchant/pending/USD', '0.87', '30.00', '29.13', '0.00'],
      ['mer_default', 'platform/fees/EUR', '0.00', '5.14', '5.14', '0.00'],
      ['mer_default', 'platform/fees/USD', '0.00', '0.87', '0.87', '0.00'],
      ['mer_default', 'seller/ann/pending/EUR', '1.19', '36.00', '34.81', '0.00'],
      ['mer_default', 'seller/bob/pending/EUR', '0.80', '24.00', '23.20', '0.00'],
      ['mer_two', 'gateway/sandbox/default/costs/EUR', '0.15', '0.00', '0.15', '0.00'],
      ['mer_two', 'gateway/sandbox/default/receivable/EUR', '10.00', '0.15', '9.85', '0.00'],
      ['mer_two', 'merchant/pending/EUR', '0.00', '10.00', '10.00', '0.00'],
      [null, 'total', '217.69', '217.69', '0.00', '0.00'],
      [null, 'total', '31.32', '31.32', '0.00', '0.00'],
    ])
    const two = await rowsOf(w, w.florin.for('mer_two').reports.trialBalance())
    expect(two.map((one) => [one.account, one.balance])).toEqual([
      ['gateway/sandbox/default/costs/EUR', '0.15'],
      ['gateway/sandbox/default/receivable/EUR', '9.85'],
      ['merchant/pending/EUR', '10.00'],
      [null, '0.00'],
    ])
  })

  test('as of an earlier position is what it was then', async () => {
    const w = await platform()
    const { id } = await paid(w, '100.00')
    const then = await rowsOf(w, w.florin.reports.all.trialBalance())
    const { length: position } = await w.run(w.florin.events.head())
    await w.run(w.florin.payments.refund(id))
    await paid(w, '60.00', { orders: [{ reference: 'a', seller: 'ann', amount: '60.00' }] })
    expect(await rowsOf(w, w.florin.reports.all.trialBalance({ position }))).toEqual(then)
    expect(await rowsOf(w, w.florin.reports.trialBalance({ position: 0 }))).toEqual([])
    const later = rowsOf(w, w.florin.reports.trialBalance({ position: 10_000 }))
    await expect(later).rejects.toMatchObject({ code: 'invalid_request', details: { path: 'position' } })
  })
})

describe('earnings', () => {
  test('are told by merchant, period and currency', async () => {
    const w = await story()
    const rows = await rowsOf(w, w.florin.reports.all.earnings({ by: 'all' }))
    expect(rows).toEqual([
      {
        ...{ merchant: 'mer_default', period: 'all', currency: 'EUR', gross: '160.00', refunds: '40.00' },
        ...{ disputes: '0.00', fees: '5.14', net: '114.86', gatewayCosts: '2.40', margin: '2.74' },
        ...{ exchanged: '0.00', paidOut: '0.00', other: '0.00' },
      },
      expect.objectContaining({ currency: 'USD', gross: '30.00', fees: '0.87', net: '29.13', margin: '0.42' }),
      expect.objectContaining({ merchant: 'mer_two', gross: '10.00', net: '10.00', margin: '-0.15' }),
    ])
    const trial = await rowsOf(w, w.florin.reports.all.trialBalance())
    const { balances, sums } = bothWays(trial, rows)
    expect(sums).toEqual(balances)
    expect(balances.owners).toEqual({ EUR: 12_486n, USD: 2_913n })
  })

  test('are divided by the days of a time zone, and by instants', async () => {
    const w = await platform()
    const start = w.runtime.clock.now()
    await paid(w, '10.00')
    await w.advance(DAY_MS)
    await paid(w, '20.00')
    const days = await rowsOf(w, w.florin.reports.earnings({ by: 'day' }))
    const day = (at: number) => new Date(at).toISOString().slice(0, 10)
    expect(days.map((one) => [one.period, one.gross])).toEqual([
      [day(start), '10.00'],
      [day(start + DAY_MS), '20.00'],
    ])
    // There, the day is another one already.
    const zone = new Date(start).getUTCHours() < 12 ? 'Etc/GMT+12' : 'Pacific/Kiritimati'
    const [there] = await rowsOf(w, w.florin.reports.earnings({ by: 'day', zone }))
    expect(there?.period).not.toBe(days[0]?.period)
    const since = { by: 'all', from: new Date(start + DAY_MS / 2) } as const
    expect(await rowsOf(w, w.florin.reports.earnings(since))).toMatchObject([{ period: 'all', gross: '20.00' }])
    const until = { by: 'all', to: new Date(start + DAY_MS / 2) } as const
    expect(await rowsOf(w, w.florin.reports.earnings(until))).toMatchObject([{ period: 'all', gross: '10.00' }])
  })

  test('of a refund that bounced, and of a capture that was taken back, are nothing', async () => {
    const w = await platform({ webhooks: true })
    const { id } = await paid(w, '100.00')
    await w.run(w.florin.payments.refund(id, { amount: '30.00' }))
    await w.advance(10)
    const { attempts } = await w.run(w.florin.payments.timeline(id))
    w.acquirer.dashboard.failRefund(attempts.find((one) => one.kind === 'refund')?.id ?? '')
    await w.advance(10)
    const reports = () => rowsOf(w, w.florin.reports.earnings({ by: 'all' }))
    expect(await reports()).toMatchObject([{ gross: '100.00', refunds: '0.00', fees: '3.15' }])
    w.acquirer.dashboard.failCapture(attempts.find((one) => one.kind === 'capture')?.id ?? '')
    await w.advance(10)
    expect(await reports()).toMatchObject([{ gross: '0.00', refunds: '0.00', fees: '0.00', net: '0.00' }])
  })

  test.each([
    [{ zone: 'Europe/Nowhere' }, 'Europe/Nowhere'],
    [{ by: 'week' }, 'by'],
    [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'from'],
    [{ from: 'yesterday' }, 'from'],
  ])('refuse %j at once', async (input, named) => {
    const w = await platform()
    expect(() => w.florin.reports.earnings(input as never)).toThrow(named)
  })
})

describe('an account statement', () => {
  test('opens, lists and closes', async () => {
    const w = await story()
    const rows = await rowsOf(w, w.florin.reports.statement('merchant/pending/EUR'))
    expect(rows.map((one) => [one.row, one.version, one.type, one.side, one.amount, one.balance])).toEqual([
      ['opening', 0, null, null, null, '0.00'],
      ['entry', 1, 'authorize', 'credit', '100.00', '0.00'],
      ['entry', 2, 'capture', 'credit', '100.00', '100.00'],
      ['entry', 3, 'capture', 'debit', '3.15', '96.85'],
      ['entry', 4, 'refund', 'debit', '40.00', '56.85'],
      ['entry', 5, 'authorize', 'credit', '20.00', '56.85'],
      ['closing', 5, null, null, null, '56.85'],
    ])
    expect(rows[4]).toMatchObject({
      subject: expect.stringMatching(/^pay_/),
      at: expect.stringMatching(/Z$/),
      held: '0.00',
    })
  })

  test('of instants that follow on each other has every entry once', async () => {
    const w = await platform()
    const cuts: number[] = []
    for (let turn = 0; turn < 6; turn++) {
      await paid(w, '10.00')
      cuts.push(w.runtime.clock.now())
      await w.advance((turn * DAY_MS) / 2)
    }
    const account = 'merchant/pending/EUR'
    const whole = await rowsOf(w, w.florin.reports.statement(account))
    const bounds = [undefined, ...cuts.map((at) => new Date(at + 1)), undefined]
    const pieces = []
    for (let index = 1; index < bounds.length; index++) {
      const span = { from: bounds[index - 1], to: bounds[index] }
      pieces.push(await rowsOf(w, w.florin.reports.statement(account, span)))
    }
    expect(pieces.flatMap((rows) => rows.filter((one) => one.row === 'entry'))).toEqual(
      whole.filter((one) => one.row === 'entry'),
    )
    for (const [index, rows] of pieces.entries()) {
      const before = pieces[index - 1]?.at(-1)
      if (before !== undefined) expect([rows[0]?.balance, rows[0]?.version]).toEqual([before.balance, before.version])
    }
  })

  test('of an account that there is not is refused', async () => {
    const w = await platform()
    const none = rowsOf(w, w.florin.reports.statement('merchant/pending/CHF'))
    await expect(none).rejects.toMatchObject({ code: 'not_found', details: { path: 'account' } })
  })
})

describe('what is outstanding', () => {
  test('is told by gateway account and age: what came last is open', async () => {
    const w = await platform()
    const old = await paid(w, '100.00')
    await w.advance(20 * DAY_MS)
    await paid(w, '50.00')
    await w.advance(3 * DAY_MS)
    await paid(w, '7.00')
    const at = { merchant: 'mer_default', gateway: 'sandbox', account: 'default', currency: 'EUR', what: 'receivable' }
    const [row] = await rowsOf(w, w.florin.reports.outstanding())
    const ages = { upToDay: '7.00', upToWeek: '50.00', upToMonth: '97.64', older: '0.00' }
    expect(row).toMatchObject({ ...at, open: '154.64', ...ages })
    await w.run(w.florin.payments.refund(old.id, { amount: '90.00' })) // the oldest is paid first, and 2.36 were costs
    const [less] = await rowsOf(w, w.florin.reports.all.outstanding())
    expect(less).toMatchObject({ open: '64.64', upToDay: '7.00', upToWeek: '50.00', upToMonth: '7.64' })
    await w.advance(40 * DAY_MS)
    const [later] = await rowsOf(w, w.florin.reports.outstanding())
    expect(later).toMatchObject({ open: '64.64', upToDay: '0.00', older: '64.64', oldest: less?.oldest })
  })
})

describe('a report as text', () => {
  test('is CSV with quoted cells and no formulas, or lines of JSON', async () => {
    const w = await platform()
    await paid(w, '60.00', { orders: [{ reference: 'a', seller: '-ann', amount: '60.00' }] })
    const csv = await textOf(w, w.florin.reports.trialBalance().csv())
    const lines = csv.split('\r\n')
    expect(lines[0]).toBe('row,merchant,account,currency,side,debits,credits,balance,held')
    expect(lines.at(-1)).toBe('')
    expect(lines.find((line) => line.startsWith('total'))).toBe('total,,,EUR,,62.89,62.89,0.00,0.00')
    const json = await textOf(w, w.florin.reports.trialBalance().jsonLines())
    const rows = await rowsOf(w, w.florin.reports.trialBalance())
    expect(
      json
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(rows)
  })
})
