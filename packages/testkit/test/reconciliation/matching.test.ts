import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { type Books, books } from './files.ts'

const open = async ({ w }: Books) => (await w.run(w.florin.reconciliation.breaks.list({ limit: 100 }))).data
const refunded = async (b: Books, payment: string, amount: string): Promise<string> => {
  await b.w.run(b.w.florin.payments.refund(payment, { amount }, { idempotencyKey: `${payment}-${amount}` }))
  return (await b.attempts()).filter((one) => one.payment === payment && one.kind === 'refund').at(-1)?.id ?? ''
}

describe('a gateway’s file is read into the books', () => {
  test('lines that name our captures settle them: what was owed is on its way, what was kept is a cost', async () => {
    const b = await books()
    const [one, two] = [await b.sell('100.00'), await b.sell('50.00')]
    const run = await b.ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', fee: '1.50', attempt: one.attempt, batch: 'po_1' },
      { id: 'l2', kind: 'capture', gross: '50.00', fee: '0.80', attempt: two.attempt, batch: 'po_1' },
    ])
    expect(run).toMatchObject({ state: 'completed', place: 2, counts: { matched: 2, missingHere: 0 } })
    expect(await b.has('transit')).toBe(14_770n)
    expect(await b.has('costs')).toBe(230n)
    expect(await b.has('receivable')).toBe(0n)
    expect(await open(b)).toEqual([])
    await auditAlways(b.w)
  })

  test('a cost that was booked when it was captured is trued up, and not booked again', async () => {
    const b = await books({ acquirer: { fees: { basisPoints: 100 } } })
    const { attempt } = await b.sell('100.00')
    expect(await b.has('costs')).toBe(100n)
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '100.00', fee: '1.25', attempt }])
    expect(await b.has('costs')).toBe(125n)
    const other = await b.sell('100.00')
    await b.ingest([{ id: 'l2', kind: 'capture', gross: '100.00', fee: '0.90', attempt: other.attempt }])
    expect(await b.has('costs')).toBe(215n)
    await auditAlways(b.w)
  })

  test('a capture that was taken back keeps its cost, which is trued up once', async () => {
    const b = await books({ acquirer: { fees: { basisPoints: 100 } } })
    const { payment, attempt } = await b.sell('100.00')
    b.w.acquirer.dashboard.failCapture(attempt)
    const line = { attempt, batch: 'b' } as const
    const run = await b.ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', fee: '1.00', ...line },
      { id: 'l2', kind: 'capture_undone', gross: '-100.00', ...line },
    ])
    expect(run.counts).toMatchObject({ matched: 2 })
    expect(await b.w.get(payment)).toMatchObject({ captured: '0.00' })
    expect(await b.has('costs')).toBe(100n)
    expect(await b.has('receivable')).toBe(0n)
    await auditAlways(b.w)
  })

  test('a line that stands on the balance only books its cost; what is owed stays owed until it is paid', async () => {
    const b = await books()
    const { attempt } = await b.sell('100.00')
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '100.00', fee: '2.00', attempt }])
    expect(await b.has('receivable')).toBe(9_800n)
    await b.ingest([{ id: 'l2', kind: 'payout', gross: '-98.00', gatewayId: 'po_9' }])
    expect(await b.has('receivable')).toBe(0n)
    expect(await b.has('transit')).toBe(9_800n)
    expect(await open(b)).toEqual([])
    await auditAlways(b.w)
  })

  test('a charge is found by the gateway’s id, and its refunds by the charge and their amount, one each', async () => {
    const b = await books()
    const { payment, charge } = await b.sell('100.00')
    await refunded(b, payment, '10.00')
    await b.w.run(b.w.florin.payments.refund(payment, { amount: '10.00' }, { idempotencyKey: 'second' }))
    const run = await b.ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', gatewayId: charge, batch: 'b' },
      { id: 'l2', kind: 'refund', gross: '-10.00', parent: charge, batch: 'b' },
      { id: 'l3', kind: 'refund', gross: '-10.00', parent: charge, batch: 'b' },
    ])
    expect(run.counts).toMatchObject({ matched: 3, duplicate: 0 })
    const again = await b.ingest([{ id: 'l4', kind: 'refund', gross: '-10.00', parent: charge, batch: 'c' }])
    expect(again.counts).toMatchObject({ matched: 0, duplicate: 1 })
    expect(await b.has('receivable')).toBe(0n)
    expect(await b.has('suspense')).toBe(-1_000n)
    await auditAlways(b.w)
  })

  test('a line that names nothing is matched by amount and date, where only one fits', async () => {
    const b = await books()
    await b.sell('12.34')
    const run = await b.ingest([
      { id: 'l1', kind: 'capture', gross: '12.34' },
      { id: 'l2', kind: 'capture', gross: '12.34' },
      { id: 'l3', kind: 'capture', gross: '99.00' },
    ])
    expect(run.counts).toMatchObject({ matched: 1, missingHere: 2 })
    await b.sell('5.00')
    await b.sell('5.00')
    expect((await b.ingest([{ id: 'l4', kind: 'capture', gross: '5.00' }])).counts.missingHere).toBe(1)
    await auditAlways(b.w)
  })

  test('a line far off in time is timing, and is booked all the same', async () => {
    const b = await books()
    const { attempt } = await b.sell()
    const at = new Date(b.w.runtime.clock.now() - 30 * 86_400_000).toISOString()
    const run = await b.ingest([{ id: 'l1', kind: 'capture', gross: '100.00', attempt, at, batch: 'b' }])
    expect(run.counts).toMatchObject({ timing: 1, matched: 0 })
    expect(await b.has('receivable')).toBe(0n)
  })

  test('what is about no payment is booked for what it is, and adjustments are looked at', async () => {
    const b = await books()
    const { attempt } = await b.sell()
    const run = await b.ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', attempt, batch: 'b' },
      { id: 'l2', kind: 'fee', gross: '-3.00', batch: 'b' },
      { id: 'l3', kind: 'transfer', gross: '-7.00', batch: 'b' },
      { id: 'l4', kind: 'adjustment', gross: '2.00', batch: 'b' },
      { id: 'l5', kind: 'payout', gross: '-92.00', batch: 'b' },
    ])
    expect(run.counts).toMatchObject({ matched: 1, booked: 3, missingHere: 1 })
    expect(await b.has('costs')).toBe(300n)
    expect(await b.has('transit')).toBe(9_200n)
    expect(await b.has('suspense')).toBe(200n)
    expect(await b.has('receivable')).toBe(700n) // what was carried to another batch, which gives it back
    await auditAlways(b.w)
  })

  test('a buyer who paid in another currency is settled through the pair’s accounts', async () => {
    const b = await books()
    const { attempt } = await b.sell('100.00')
    await b.ingest([{ id: 'l1', kind: 'capture', currency: 'USD', gross: '108.00', fee: '3.00', attempt, batch: 'b' }])
    expect(await b.has('receivable')).toBe(0n)
    expect(await b.has('receivable', 'USD')).toBe(0n)
    expect(await b.has('transit', 'USD')).toBe(10_500n)
    expect(await b.has('trading/EUR-USD')).toBe(-10_000n)
    expect(await b.has('trading/EUR-USD', 'USD')).toBe(10_800n)
    await auditAlways(b.w)
  })
})

describe('what does not fit', () => {
  test('an amount that differs is settled as it is, and the difference is a break', async () => {
    const b = await books()
    const { attempt, payment } = await b.sell('100.00')
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '99.00', attempt, batch: 'b' }])
    expect(await b.has('receivable')).toBe(100n)
    const [only] = await open(b)
    expect(only).toMatchObject({
      kind: 'amount_differs',
      ours: '100.00',
      theirs: '99.00',
      attempt,
      payment,
      state: 'open',
    })
    expect(only?.suggestion).toMatchObject({ debit: 'gateway/sandbox/default/costs/EUR', amount: '1.00' })
    await auditAlways(b.w)
  })

  test('within the tolerance a difference is a cost, and no break', async () => {
    const b = await books()
    const { attempt } = await b.sell('100.00')
    const tolerances = { amount: 2n }
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '99.98', attempt, batch: 'b' }], { tolerances })
    expect(await open(b)).toEqual([])
    expect(await b.has('receivable')).toBe(0n)
    expect(await b.has('costs')).toBe(2n)
    const other = await b.sell('100.00')
    await b.ingest([{ id: 'l2', kind: 'capture', gross: '99.97', attempt: other.attempt, batch: 'b' }])
    expect(await open(b)).toHaveLength(1)
  })

  test('money of nothing that we know is nobody’s, and a break says so', async () => {
    const b = await books()
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '40.00', fee: '1.00', gatewayId: 'ch_strange', batch: 'b' }])
    expect(await b.has('suspense')).toBe(4_000n)
    expect(await b.has('transit')).toBe(3_900n)
    expect(await b.has('receivable')).toBe(0n)
    expect(await open(b)).toMatchObject([{ kind: 'missing_here', theirs: '40.00', line: 'l1' }])
    await auditAlways(b.w)
  })

  test('the same capture on two lines is a duplicate, within a chunk, within a file and across files', async () => {
    const b = await books()
    const { attempt } = await b.sell('10.00')
    const line = { kind: 'capture', gross: '10.00', attempt, batch: 'b' } as const
    const run = await b.ingest([
      { ...line, id: 'l1' },
      { ...line, id: 'l2' },
    ])
    expect(run.counts).toMatchObject({ matched: 1, duplicate: 1 })
    expect((await b.ingest([{ ...line, id: 'l3' }])).counts).toMatchObject({ matched: 0, duplicate: 1 })
    expect(await b.has('receivable')).toBe(0n)
    expect(await b.has('suspense')).toBe(2_000n)
    await auditAlways(b.w)
  })

  test('a payout that is not what its lines come to is a break, until a file has the rest', async () => {
    const b = await books()
    const [one, two] = [await b.sell('100.00'), await b.sell('50.00')]
    await b.ingest([
      { id: 'p', kind: 'payout', gross: '-150.00', batch: 'po_1' },
      { id: 'l1', kind: 'capture', gross: '100.00', attempt: one.attempt, batch: 'po_1' },
    ])
    expect(await open(b)).toMatchObject([{ kind: 'amount_differs', ours: '100.00', theirs: '150.00' }])
    expect(await b.has('transit')).toBe(15_000n)
    await b.ingest([{ id: 'l2', kind: 'capture', gross: '50.00', attempt: two.attempt, batch: 'po_1' }])
    expect(await open(b)).toEqual([])
    expect(await b.has('transit')).toBe(15_000n)
    expect(await b.has('receivable')).toBe(0n)
    await auditAlways(b.w)
  })

  test('lines that do not lead from the opening balance to the closing one are a break', async () => {
    const b = await books()
    const { attempt } = await b.sell('10.00')
    const line = { kind: 'capture', gross: '10.00', attempt } as const
    await b.ingest(['balance,opening,acc,EUR,5.00', { ...line, id: 'l1' }, 'balance,closing,acc,EUR,15.00'])
    expect(await open(b)).toEqual([])
    await b.ingest(['balance,opening,acc,EUR,15.00', 'balance,closing,acc,EUR,16.00'])
    expect(await open(b)).toMatchObject([{ kind: 'amount_differs', ours: '15.00', theirs: '16.00' }])
  })
})

describe('what a file knows and we do not', () => {
  test('a capture that nobody knew the outcome of has succeeded, and its line is matched', async () => {
    const b = await books()
    const { id } = await b.w.pay({ capture: 'manual' })
    b.w.acquirer.fail({ how: 'drop_after', when: { operation: 'capture' } })
    await b.w.run(b.w.florin.payments.capture(id))
    const capture = (await b.attempts()).find((one) => one.kind === 'capture')
    expect(capture?.state).toBe('unknown')
    const line = { id: 'l1', kind: 'capture', gross: '100.00', attempt: capture?.id ?? '', batch: 'b' } as const
    expect((await b.ingest([line])).counts).toMatchObject({ matched: 1 })
    expect(await b.w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    expect(await b.has('receivable')).toBe(0n)
    await auditAlways(b.w)
  })

  test('also where the gateway settles it in another currency, and does not say what the buyer paid', async () => {
    const b = await books()
    const { id } = await b.w.pay({ capture: 'manual' })
    b.w.acquirer.fail({ how: 'drop_after', when: { operation: 'capture' } })
    await b.w.run(b.w.florin.payments.capture(id))
    const attempt = (await b.attempts()).find((one) => one.kind === 'capture')?.id ?? ''
    const line = { id: 'l1', kind: 'capture', currency: 'USD', gross: '108.00', attempt, batch: 'b' } as const
    expect((await b.ingest([line])).counts).toMatchObject({ matched: 1 })
    expect(await b.w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00', needsReview: false })
    await auditAlways(b.w)
  })

  test('a sale that nobody knew the outcome of has succeeded', async () => {
    const b = await books()
    b.w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await b.w.pay({ method: { type: 'redirect', token: 'tok_approve' } })
    const [sale] = await b.attempts()
    expect(sale).toMatchObject({ kind: 'sale', state: 'unknown' })
    const gatewayId = b.w.acquirer.books().charges[0]?.id ?? ''
    const line = { id: 'l1', kind: 'capture', gross: '100.00', attempt: sale?.id ?? '', gatewayId, batch: 'b' } as const
    expect((await b.ingest([line])).counts).toMatchObject({ matched: 1 })
    expect(await b.w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await auditAlways(b.w)
  })

  test('a refund in the gateway’s dashboard that no webhook told of is booked as external, and matched', async () => {
    const b = await books()
    const { payment, charge } = await b.sell('100.00')
    const { id: refund } = b.w.acquirer.dashboard.refund(charge, 3_000n)
    const run = await b.ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', gatewayId: charge, batch: 'b' },
      { id: 'l2', kind: 'refund', gross: '-30.00', gatewayId: refund, parent: charge, batch: 'b' },
    ])
    expect(run.counts).toMatchObject({ matched: 2, missingHere: 0 })
    expect(await b.w.get(payment)).toMatchObject({ refunded: '30.00' })
    expect(await b.has('receivable')).toBe(0n)
    await auditAlways(b.w)
  })

  test('captures in the dashboard that no webhook told of are one each, also beside one of ours', async () => {
    const b = await books()
    const { id } = await b.w.pay({ capture: 'manual', amount: '100.00' })
    const [authorization] = await b.attempts()
    const charge = authorization?.gatewayId ?? ''
    await b.w.run(b.w.florin.payments.capture(id, { amount: '20.00', final: false }))
    const ours = (await b.attempts()).find(({ kind }) => kind === 'capture')?.id ?? ''
    const [one, two] = [2_000n, 3_000n].map((amount) => b.w.acquirer.dashboard.capture(charge, amount).id)
    const line = { kind: 'capture', attempt: authorization?.id ?? '', batch: 'b' } as const
    const run = await b.ingest([
      { id: 'l1', ...line, gross: '20.00', gatewayId: one ?? '' },
      { id: 'l2', ...line, gross: '30.00', gatewayId: two ?? '' },
      { id: 'l3', ...line, gross: '20.00', attempt: ours },
    ])
    expect(run.counts).toMatchObject({ matched: 3, missingHere: 0, duplicate: 0, amountDiffers: 0 })
    expect(await b.w.get(id)).toMatchObject({ captured: '70.00' })
    expect(await b.has('receivable')).toBe(0n)
    await auditAlways(b.w)
  })

  test('a refund that bounced is told by its line', async () => {
    const b = await books()
    const { payment, charge } = await b.sell('100.00')
    const refund = await refunded(b, payment, '20.00')
    const run = await b.ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', gatewayId: charge, batch: 'b' },
      { id: 'l2', kind: 'refund', gross: '-20.00', attempt: refund, batch: 'b' },
      { id: 'l3', kind: 'refund_undone', gross: '20.00', attempt: refund, batch: 'b' },
    ])
    expect(run.counts).toMatchObject({ matched: 3 })
    expect(await b.w.get(payment)).toMatchObject({ refunded: '0.00' })
    expect(await b.has('receivable')).toBe(0n)
    await auditAlways(b.w)
  })
})
