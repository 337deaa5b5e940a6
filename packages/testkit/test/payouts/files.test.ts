import { paperRail } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { payoutBatchSettled, payoutSettled } from '../../../core/src/flows/index.ts'
import { auditAlways } from '../audit.ts'
import { rows } from '../rows.ts'
import { contextOf, payoutWorld } from './payout-world.ts'

/*
 * A file rail. What may break (FAILURES 1), and what is right:
 * - two export at once: every payout is in exactly one file; the loser's file is never stored
 * - the caller of an export dies before it has the file: the same reference gives the same bytes
 * - a payout is canceled while it is exported: it is in the file, or canceled, never both
 * - a statement has the batch as one line, and the process dies in the midst of settling it: a repetition settles the rest
 */
const paperWorld = (most?: number) => payoutWorld({ options: { payouts: { rails: { paper: paperRail(most) } } } })

const inFiles = (contents: readonly string[]): readonly string[] =>
  contents.flatMap((content) => [...content.matchAll(/pot_\w+/g)].map(([id]) => id))

describe('payouts of a file rail', () => {
  test('wait until they are written into a file, by day, and the same reference gives the same bytes', async () => {
    const w = await paperWorld()
    await w.fund(100_000n)
    const one = await w.payOut({ amount: '10.00', executeOn: '2026-01-09' })
    const two = await w.payOut({ amount: '20.00' })
    await w.tick()
    expect(await w.payout(one.id)).toMatchObject({ status: 'approved' })
    const file = await w.run(w.florin.payouts.files.export({ rail: 'paper', reference: 'monday' }))
    expect(file).toMatchObject({
      ...{ object: 'payout_file', rail: 'paper', payouts: 2 },
      batches: [
        { executeOn: '2026-01-01', total: '20.00', currency: 'EUR', payouts: 1 },
        { executeOn: '2026-01-09', total: '10.00', currency: 'EUR', payouts: 1 },
      ],
    })
    expect(await w.payout(two.id)).toMatchObject({ status: 'submitted', file: file?.id })
    const again = await w.run(w.florin.payouts.files.export({ rail: 'paper', reference: 'monday' }))
    expect(again).toEqual(file)
    expect(await w.run(w.florin.payouts.files.get(file?.id ?? ''))).toEqual(file)
    expect(await w.run(w.florin.payouts.files.export({ rail: 'paper', reference: 'tuesday' }))).toBeNull()
    const { data } = await w.run(w.florin.payouts.files.list())
    const { content, ...view } = file ?? { content: '' }
    expect(data).toEqual([view])
    expect(content).toContain(`${one.id} 1000 DE89370400440532013000`)
    await auditAlways(w)
  })

  test('are in exactly one file, however many export at the same time', async () => {
    const w = await paperWorld(3)
    await w.fund(100_000n)
    const ordered = []
    for (let i = 0; i < 7; i++) ordered.push((await w.payOut({ amount: '1.00' })).id)
    const other = await w.another()
    const files = await w.run(
      Promise.all([
        w.florin.payouts.files.export({ rail: 'paper', reference: 'a' }),
        other.payouts.files.export({ rail: 'paper', reference: 'b' }),
        w.florin.payouts.files.export({ rail: 'paper', reference: 'a' }),
        other.payouts.files.export({ rail: 'paper', reference: 'c' }),
      ]),
    )
    expect(files[0]).toEqual(files[2])
    const contents = [files[0], files[1], files[3]].flatMap((file) =>
      file === null || file === undefined ? [] : [file.content],
    )
    expect([...inFiles(contents)].sort()).toEqual([...ordered].sort())
    expect(await rows(w.inner, 'payout_files')).toHaveLength(3)
  })

  test('are in the file or canceled, never both', async () => {
    const w = await paperWorld()
    await w.fund(100_000n)
    const { id } = await w.payOut()
    const [canceled, file] = await w.run(
      Promise.allSettled([
        w.florin.payouts.cancel(id),
        w.florin.payouts.files.export({ rail: 'paper', reference: 'a' }),
      ]),
    )
    const written = file.status === 'fulfilled' && file.value !== null
    expect(written).toBe(canceled.status === 'rejected')
    expect(await w.payout(id)).toMatchObject({ status: written ? 'submitted' : 'canceled' })
    await auditAlways(w)
  })

  test('leave the bank when its statement shows them, one by one or as a batch', async () => {
    const w = await paperWorld()
    await w.fund(100_000n)
    const one = await w.payOut({ amount: '10.00' })
    const two = await w.payOut({ amount: '20.00' })
    const file = await w.run(w.florin.payouts.files.export({ rail: 'paper', reference: 'a' }))
    const context = contextOf(w)
    const batch = file?.batches[0]?.id.toUpperCase() ?? ''
    const tell = (amount: bigint) => w.run(payoutBatchSettled(context, batch, { amount, currency: 'EUR' }))
    expect(await tell(2_999n)).toMatchObject({ outcome: 'differs' })
    const single = { amount: 1_000n, currency: 'EUR' }
    expect(await w.run(payoutSettled(context, one.id.replace('_', '-').toUpperCase(), single))).toMatchObject({
      outcome: 'applied',
    })
    expect(await tell(3_000n)).toMatchObject({ outcome: 'applied' })
    expect(await tell(3_000n)).toMatchObject({ outcome: 'known' })
    expect(await w.payout(two.id)).toMatchObject({ status: 'paid' })
    expect(await w.balances()).toMatchObject({ 'bank/paper/EUR': '-30.00', 'merchant/available/EUR': '970.00' })
    expect(await w.run(payoutBatchSettled(context, 'POF-nonsense-1', single))).toEqual({ outcome: 'not_found' })
    expect(await w.run(payoutBatchSettled(context, batch, single, 'mer_other'))).toEqual({ outcome: 'not_found' })
    await auditAlways(w)
  })

  test('a reference of another rail, and a rail that writes no files, are refused', async () => {
    const rails = { paper: paperRail(), other: paperRail() }
    const w = await payoutWorld({ options: { payouts: { rails } } })
    await w.fund(10_000n)
    await w.payOut({ rail: 'paper' })
    await w.run(w.florin.payouts.files.export({ rail: 'paper', reference: 'a' }))
    const taken = await w.refusal(w.florin.payouts.files.export({ rail: 'other', reference: 'a' }))
    expect(taken).toMatchObject({ code: 'reference_taken' })
    const api = await payoutWorld()
    const refused = await api.refusal(api.florin.payouts.files.export({ rail: 'sandbox', reference: 'a' }))
    expect(refused.message).toBe("rail: 'sandbox' sends each payout by itself, and writes no files")
    const unknown = await api.refusal(api.florin.payouts.files.export({ rail: 'fax', reference: 'a' }))
    expect(unknown).toMatchObject({ code: 'invalid_request', details: { path: 'rail' } })
  })
})
