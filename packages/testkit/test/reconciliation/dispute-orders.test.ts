import type { DisputeFact, DisputePort, Gateway } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { balances, only } from '../disputes/dispute-world.ts'
import { event } from '../inbox.ts'
import { type World, world } from '../world.ts'
import { type CsvRow, csvFile, csvStatement } from './csv-statement.ts'
import { GATEWAY } from './files.ts'

const MINUTE = 60_000
const RUNS = 15

/** What one part of a dispute's life says, whichever way it comes. `at`: minutes after it began. */
interface Told {
  readonly at: number
  readonly report: DisputeFact['report']
  readonly fee?: number
}
type Part =
  | { readonly by: 'webhook'; readonly told: readonly Told[] }
  | { readonly by: 'file'; readonly row: Omit<CsvRow, 'batch'> & { readonly minute: number } }

const [OPENED, TAKEN] = [{ at: 0, report: 'opened' } as const, { at: 1, report: 'withdrawn' } as const]
const webhook = (...told: readonly Told[]): Part => ({ by: 'webhook', told })
const line = (minute: number, row: Omit<CsvRow, 'batch'>): Part => ({ by: 'file', row: { ...row, minute } })
const chargeback = (fee: string): Part => line(1, { id: 'l-taken', kind: 'dispute', gross: '-100.00', fee })
const wonBack = (fee: string): Part => line(9, { id: 'l-back', kind: 'dispute_won', gross: '100.00', fee })

interface Life {
  readonly name: string
  readonly parts: readonly Part[]
  /** What the gateway kept in the end, minor units, and how it ended. */
  readonly cost: bigint
  readonly ends: string
}

/** Stripe's events carry all movements, each with what was kept by then; its report has each with its own fee. */
const STRIPE_TAKEN = { ...TAKEN, fee: 1_500 }
const LIVES: readonly Life[] = [
  {
    name: 'as Stripe tells of one that is lost',
    parts: [
      webhook(OPENED),
      webhook(OPENED, STRIPE_TAKEN),
      webhook(STRIPE_TAKEN, { at: 8, report: 'lost' }),
      chargeback('15.00'),
    ],
    ...{ cost: 1_500n, ends: 'lost' },
  },
  {
    name: 'as Stripe tells of one that is won, and gives the fee back',
    parts: [
      webhook(OPENED),
      webhook(OPENED, STRIPE_TAKEN),
      webhook(STRIPE_TAKEN, { at: 9, report: 'reinstated', fee: 0 }, { at: 10, report: 'won' }),
      chargeback('15.00'),
      wonBack('-15.00'),
    ],
    ...{ cost: 0n, ends: 'won' },
  },
  {
    name: 'as Stripe tells of one that is won, and keeps the fee',
    parts: [
      webhook(OPENED),
      webhook(STRIPE_TAKEN, { at: 9, report: 'reinstated' }, { at: 10, report: 'won' }),
      chargeback('15.00'),
      wonBack('0.00'),
    ],
    ...{ cost: 1_500n, ends: 'won' },
  },
  {
    name: 'as Adyen tells of one that is lost: only its report knows the fee',
    parts: [webhook(OPENED), webhook(TAKEN), webhook({ at: 8, report: 'lost' }), chargeback('7.50')],
    ...{ cost: 750n, ends: 'lost' },
  },
  {
    name: 'as Adyen tells of one that is won, and invoices the fee by itself',
    parts: [
      webhook(TAKEN),
      webhook({ at: 9, report: 'reinstated' }, { at: 10, report: 'won' }),
      chargeback('0.00'),
      wonBack('0.00'),
      line(20, { id: 'l-invoice', kind: 'fee', gross: '-7.50', gatewayId: null }),
    ],
    ...{ cost: 750n, ends: 'won' },
  },
  {
    name: 'whose fee is a line of its own that names it, and which the webhooks tell, too',
    parts: [
      webhook(OPENED),
      webhook(STRIPE_TAKEN),
      webhook({ at: 8, report: 'lost' }),
      chargeback('0.00'),
      line(20, { id: 'l-fee', kind: 'fee', gross: '-15.00' }),
    ],
    ...{ cost: 1_500n, ends: 'lost' },
  },
  {
    name: 'that takes the money twice, with a fee for each time',
    parts: [
      webhook(STRIPE_TAKEN),
      webhook(STRIPE_TAKEN, { at: 5, report: 'reinstated' }, { at: 6, report: 'won' }),
      webhook(STRIPE_TAKEN, { at: 7, report: 'withdrawn', fee: 3_000 }),
      webhook({ at: 8, report: 'lost' }),
      chargeback('15.00'),
      line(5, { id: 'l-back', kind: 'dispute_won', gross: '100.00', fee: '0.00' }),
      line(7, { id: 'l-again', kind: 'dispute', gross: '-100.00', fee: '15.00' }),
    ],
    ...{ cost: 3_000n, ends: 'lost' },
  },
]

/** The sandbox, but for how it tells of disputes: as the test does, word for word. */
const worded = (inner: SandboxGateway): Gateway => {
  const port = inner.disputes as DisputePort
  const parse: DisputePort['parse'] = (body) =>
    (JSON.parse(Buffer.from(body).toString('utf8')) as { data: { told: Wire[] } }).data.told.map(factOf)
  return { ...inner, parse: () => [], disputes: { ...port, parse } }
}

type Wire = Told & { readonly charge: string; readonly start: number }

const factOf = ({ at, report, fee, charge, start }: Wire): DisputeFact => ({
  ...{ dispute: 'dp_1', report, stage: 'chargeback', attempt: null, charge, amount: 10_000n, currency: 'EUR' },
  ...{ fee: fee === undefined ? null : BigInt(fee), reason: null, network: null, evidenceDueAt: null },
  occurredAt: start + at * MINUTE,
})

const sold = async (): Promise<{ w: World; charge: string; start: number }> => {
  const options = { disputes: { fee: { EUR: '20.00' } } }
  const w = await world({ gateway: worded, acquirer: { fees: { basisPoints: 0 } }, options })
  await w.pay()
  await w.advance(MINUTE)
  return { w, charge: w.acquirer.books().charges[0]?.id ?? '', start: w.runtime.clock.now() }
}

/** Tells the parts in this order, and gives what the books are in the end. */
const play = async (parts: readonly Part[]) => {
  const { w, charge, start } = await sold()
  await w.advance(30 * MINUTE)
  const read = (row: CsvRow) => {
    const bytes = csvFile([row], w.runtime.clock.now())
    return w.run(
      w.florin.reconciliation.ingest({ source: GATEWAY, reader: csvStatement(), bytes, onMalformed: 'refuse' }),
    )
  }
  await read({ id: 'l-sold', kind: 'capture', gross: '100.00', gatewayId: charge, batch: 'b', at: iso(start) })
  for (const part of parts) {
    if (part.by === 'webhook') {
      const told = part.told.map((one) => ({ ...one, charge, start }))
      await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...event(w, { told }) }))
    } else {
      const { minute, ...row } = part.row
      const names = { gatewayId: 'dp_1', parent: charge, ...row }
      await read({ ...names, batch: 'b', at: iso(start + minute * MINUTE) })
    }
    await w.advance(10)
    await w.tick()
  }
  const { status, frozen, withdrawn, lost, fee, gatewayFee } = await only(w)
  await auditAlways(w)
  expect(await w.run(w.florin.verify())).toMatchObject({ ok: true })
  return { dispute: { status, frozen, withdrawn, lost, fee, gatewayFee }, books: await balances(w) }
}

const iso = (at: number): string => new Date(at).toISOString()

describe('webhooks and report lines of a dispute end in the same books in whatever order they come', () => {
  test.each(LIVES)('$name', async ({ parts, cost, ends }) => {
    const inTurn = await play(parts)
    expect(inTurn.dispute).toMatchObject({ status: ends, frozen: '0.00', fee: '20.00' })
    expect(inTurn.books['costs/EUR'] ?? 0n).toBe(cost)
    expect(inTurn.books).not.toHaveProperty('receivable/EUR')
    const order = fc.shuffledSubarray([...parts], { minLength: parts.length, maxLength: parts.length })
    await fc.assert(
      fc.asyncProperty(order, async (shuffled) => {
        expect(await play(shuffled)).toEqual(inTurn)
      }),
      { numRuns: RUNS, seed: 1, endOnFailure: true },
    )
  })
})
