import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { BANK, type Books, books } from './files.ts'

const open = async ({ w }: Books) => (await w.run(w.florin.reconciliation.breaks.list({ limit: 100 }))).data
const payout = async (b: Books, batch: string, amount: string): Promise<void> => {
  const { attempt } = await b.sell(amount)
  await b.ingest([
    { id: `${batch}-l`, kind: 'capture', gross: amount, attempt, batch },
    { id: `${batch}-p`, kind: 'payout', gross: `-${amount}`, batch },
  ])
}
const DAY_MS = 86_400_000
const credit = { id: 'c1', kind: 'bank_credit' } as const

describe('a bank’s file is read into the books', () => {
  test('a credit that names a batch of a gateway brings it home, whosever money it was', async () => {
    const b = await books()
    const other = b.w.florin.for('mer_other')
    await b.w.run(
      other.payments.create({
        reference: 'o',
        amount: '7.00',
        currency: 'EUR',
        method: { type: 'card', token: 'tok_approve' },
      }),
    )
    const [theirs] = (await b.attempts()).filter((one) => one.kind === 'capture' || one.kind === 'sale')
    const { attempt } = await b.sell('100.00')
    await b.ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', attempt, batch: 'po_1' },
      { id: 'l2', kind: 'capture', gross: '7.00', attempt: theirs?.id ?? '', batch: 'po_1' },
      { id: 'l3', kind: 'payout', gross: '-107.00', batch: 'po_1' },
    ])
    const run = await b.ingest([{ ...credit, gross: '107.00', endToEnd: 'po_1' }], { source: BANK })
    expect(run.counts).toMatchObject({ matched: 1 })
    expect(await b.has('transit')).toBe(0n)
    const banks = (await b.w.run(b.w.florin.ledger.balances({ under: 'bank' }))).data
    const others = (await b.w.run(other.ledger.balances({ under: 'bank' }))).data
    expect([banks[0]?.posted, others[0]?.posted]).toEqual(['100.00', '7.00'])
    expect(await open(b)).toEqual([])
    await auditAlways(b.w)
  })

  test('it is found by its name in the text, by its amount, and several by their sum', async () => {
    const b = await books()
    for (const [batch, amount] of [
      ['po_text1', '10.00'],
      ['po_amount', '20.00'],
      ['po_a', '30.00'],
      ['po_b', '40.00'],
    ] as const)
      await payout(b, batch, amount)
    const run = await b.ingest(
      [
        { ...credit, id: 'c1', gross: '10.00', text: 'PAYOUT po_text1 THANK YOU' },
        { ...credit, id: 'c2', gross: '20.00' },
        { ...credit, id: 'c3', gross: '70.00' },
      ],
      { source: BANK },
    )
    expect(run.counts).toMatchObject({ matched: 3 })
    expect(await b.has('bank/giro')).toBe(10_000n)
    expect(await b.has('transit')).toBe(0n)
    await auditAlways(b.w)
  })

  test('of two batches of one amount nobody can say which, unless the credit names one', async () => {
    const b = await books()
    await payout(b, 'po_one', '10.00')
    await payout(b, 'po_two', '10.00')
    expect((await b.ingest([{ ...credit, gross: '10.00' }], { source: BANK })).counts.missingHere).toBe(1)
    expect(
      (await b.ingest([{ ...credit, id: 'c2', gross: '10.00', endToEnd: 'po_two' }], { source: BANK })).counts.matched,
    ).toBe(1)
    // One is left, so now it is clear.
    expect(await b.w.run(b.w.florin.reconciliation.lookAgain())).toBe(0)
    expect(await open(b)).toHaveLength(0)
    expect(await b.has('suspense')).toBe(0n)
    await auditAlways(b.w)
  })

  test('what differs is nobody’s and a break; within the tolerance it is a cost', async () => {
    const b = await books()
    await payout(b, 'po_one', '100.00')
    await payout(b, 'po_two', '50.00')
    await b.ingest([{ ...credit, gross: '99.00', endToEnd: 'po_one' }], { source: BANK })
    expect(await b.has('bank/giro')).toBe(9_900n)
    expect(await b.has('suspense')).toBe(-100n)
    const [only] = await open(b)
    expect(only).toMatchObject({ kind: 'amount_differs', ours: '100.00', theirs: '99.00', source: 'bank/giro' })
    await b.w.run(
      b.w.florin.reconciliation.breaks.resolve(only?.id ?? '', { how: 'post', by: 'ann', note: 'a fee of the bank' }),
    )
    expect(await b.has('suspense')).toBe(0n)
    const costs = await b.has('costs')
    const near = { source: BANK, tolerances: { amount: 5n } }
    await b.ingest([{ ...credit, id: 'c2', gross: '49.95', endToEnd: 'po_two' }], near)
    expect((await b.has('costs')) - costs).toBe(5n)
    expect(await open(b)).toEqual([])
    await auditAlways(b.w)
  })

  test('a credit that came before its gateway’s file is explained by that file', async () => {
    const b = await books()
    const { attempt } = await b.sell('100.00')
    await b.ingest([{ ...credit, gross: '100.00', endToEnd: 'po_1' }], { source: BANK })
    const [only] = await open(b)
    expect(only).toMatchObject({ kind: 'missing_here', theirs: '100.00' })
    expect(await b.has('suspense')).toBe(10_000n)
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '100.00', attempt, batch: 'po_1' }])
    expect(await open(b)).toEqual([])
    const ended = await b.w.run(b.w.florin.reconciliation.breaks.get(only?.id ?? ''))
    expect(ended).toMatchObject({ state: 'resolved', resolution: { how: 'explained', by: 'florin' } })
    expect(await b.has('suspense')).toBe(0n)
    expect(await b.has('transit')).toBe(0n)
    expect(await b.has('bank/giro')).toBe(10_000n)
    await auditAlways(b.w)
  })

  test('a credit of a payout of which some lines are still to be read waits for them, and is no break in the end', async () => {
    const b = await books()
    const [one, two] = [await b.sell('100.00'), await b.sell('50.00')]
    const line = { kind: 'capture', batch: 'po_1' } as const
    await b.ingest([{ ...line, id: 'l1', gross: '100.00', attempt: one.attempt }])
    const run = await b.ingest([{ ...credit, gross: '150.00', endToEnd: 'po_1' }], { source: BANK })
    expect(run.counts).toMatchObject({ missingHere: 1, amountDiffers: 0 })
    await b.ingest([
      { ...line, id: 'l2', gross: '50.00', attempt: two.attempt },
      { id: 'p', kind: 'payout', gross: '-150.00', batch: 'po_1' },
    ])
    expect(await open(b)).toEqual([])
    for (const account of ['suspense', 'transit', 'receivable']) expect(await b.has(account)).toBe(0n)
    expect(await b.has('bank/giro')).toBe(15_000n)
    await auditAlways(b.w)
  })

  test('lines of a payout that are read after the bank has shown it are at the bank', async () => {
    const b = await books()
    const [one, two] = [await b.sell('100.00'), await b.sell('50.00')]
    const line = { kind: 'capture', batch: 'po_1' } as const
    await b.ingest([
      { ...line, id: 'l1', gross: '100.00', attempt: one.attempt },
      { id: 'p', kind: 'payout', gross: '-150.00', batch: 'po_1' },
    ])
    await b.ingest([{ ...credit, gross: '150.00', endToEnd: 'po_1' }], { source: BANK })
    expect(await open(b)).toMatchObject([{ kind: 'amount_differs', ours: '100.00', theirs: '150.00' }])
    await b.ingest([{ ...line, id: 'l2', gross: '50.00', attempt: two.attempt }])
    expect(await open(b)).toEqual([])
    for (const account of ['suspense', 'transit', 'receivable']) expect(await b.has(account)).toBe(0n)
    expect(await b.has('bank/giro')).toBe(15_000n)
    await auditAlways(b.w)
    await b.ingest([{ ...line, id: 'l3', gross: '7.00', gatewayId: 'ch_nobody' }])
    expect((await open(b)).map(({ kind }) => kind).sort()).toEqual(['amount_differs', 'missing_here'])
    expect(await b.has('transit')).toBe(0n)
  })

  test('a payout that no bank shows in time is missing there, until one does', async () => {
    const b = await books()
    const { reconciliation } = b.w.florin
    await payout(b, 'po_lost', '10.00')
    await b.w.advance(4 * DAY_MS)
    await b.ingest([{ ...credit, id: 'x', gross: '1.00' }], { source: BANK })
    expect((await b.w.run(reconciliation.sweep())).missing).toBe(0)
    await b.w.advance(2 * DAY_MS)
    await b.ingest([{ ...credit, id: 'y', gross: '2.00' }], { source: BANK })
    expect((await b.w.run(reconciliation.sweep())).missing).toBe(1)
    expect((await b.w.run(reconciliation.sweep())).missing).toBe(0)
    const missing = async () => (await open(b)).filter(({ kind }) => kind === 'missing_there')
    const [only] = await missing()
    expect(only).toMatchObject({ ours: '10.00', source: 'gateway/sandbox/default' })
    await b.w.run(reconciliation.breaks.resolve(only?.id ?? '', { how: 'suspense', by: 'ann', note: 'asked them' }))
    expect(await b.has('transit')).toBe(0n)
    await b.ingest([{ ...credit, id: 'z', gross: '10.00', endToEnd: 'po_lost' }], { source: BANK })
    expect(await b.has('transit')).toBe(0n)
    expect(await b.has('suspense')).toBe(300n) // of the two strange credits
    const ended = await b.w.run(reconciliation.breaks.get(only?.id ?? ''))
    expect(ended).toMatchObject({ state: 'resolved', resolution: { how: 'explained' } })
    await auditAlways(b.w)
  })
})
