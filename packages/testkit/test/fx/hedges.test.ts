import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { mortal } from '../mortal.ts'
import { BANK, books } from '../reconciliation/files.ts'
import { rows } from '../rows.ts'
import type { World } from '../world.ts'
import { balances, type FxOption, fund, fxWorld } from './rate-book.ts'

/*
 * Where the booking of a hedge can break, and what is right:
 *   crash, or an acknowledgement that is lost     all of it or nothing; the same call again gives what it booked
 *   two operators, or servers, book one trade     it is booked once, and both see it
 *   the reference is of another trade             refused, nothing happened
 *   currencies that were never exchanged          refused: a slip, as a rule
 *   the trade is larger than the position         booked: it was made
 */

type Trade = Parameters<World['florin']['fx']['hedges']['execute']>[0]

const TRADE: Trade = {
  ...{ reference: 'T-1', counterparty: 'bank', by: 'ann', from: 'USD', to: 'EUR' },
  sold: '100.00',
  bought: '92.40',
}

/** A merchant who has bought 92.00 EUR for 100.00 USD: the platform holds the dollars and owes the euros. */
const exposed = async (fx: FxOption = {}): Promise<World> => {
  const w = await fxWorld((book) => [book('bank', { 'USD/EUR': '0.92' })], fx)
  await fund(w, 50_000n, 'USD')
  await convert(w)
  return w
}

const convert = async (w: World): Promise<void> => {
  const quote = await w.run(w.florin.fx.quote({ from: 'USD', to: 'EUR', amount: '100.00' }))
  await w.run(w.florin.fx.convert(quote.id))
}

describe('a hedge', () => {
  test('closes the position by what was traded; the rest is what it earned', async () => {
    const w = await exposed()
    const booked = await w.run(w.florin.fx.hedges.execute({ ...TRADE, fee: { amount: '0.15', currency: 'EUR' } }))
    expect(booked).toEqual({
      object: 'fx_hedge',
      reference: 'T-1',
      pair: 'EUR-USD',
      from: 'USD',
      to: 'EUR',
      sold: '100.00',
      bought: '92.40',
      rate: '0.924',
      fee: { amount: '0.15', currency: 'EUR' },
      counterparty: 'bank',
      by: 'ann',
      executedAt: booked.bookedAt,
      bookedAt: new Date(w.runtime.clock.now()).toISOString(),
    })
    expect(await w.run(w.florin.fx.exposure())).toEqual([
      {
        pair: 'EUR-USD',
        positions: [
          { currency: 'EUR', amount: '0.40' },
          { currency: 'USD', amount: '0.00' },
        ],
        hedged: [
          { counterparty: 'bank', currency: 'EUR', amount: '92.25' },
          { counterparty: 'bank', currency: 'USD', amount: '-100.00' },
        ],
      },
    ])
    expect(await balances(w)).toMatchObject({
      'trading/EUR-USD/EUR': '0.40',
      'hedge/EUR-USD/bank/EUR': '92.25',
      'hedge/EUR-USD/bank/USD': '-100.00',
      'hedge/costs/bank/EUR': '0.15',
    })
    await auditAlways(w)
  })

  test('is read and listed by its reference, with when it was made', async () => {
    const w = await exposed()
    const executedAt = new Date(w.runtime.clock.now() - 3_600_000).toISOString()
    const second = await w.run(w.florin.fx.hedges.execute({ ...TRADE, reference: 'T-2', executedAt }))
    const first = await w.run(
      w.florin.fx.hedges.execute({ ...TRADE, from: 'EUR', to: 'USD', sold: '1.00', bought: '3.00' }),
    )
    expect(second.executedAt).toBe(executedAt)
    expect(first.rate).toBe('3')
    expect(await w.run(w.florin.fx.hedges.get('T-2'))).toEqual(second)
    const page = await w.run(w.florin.fx.hedges.list({ limit: 1 }))
    expect(page.data).toEqual([first])
    expect((await w.run(w.florin.fx.hedges.list({ after: page.next ?? '' }))).data).toEqual([second])
    expect(await w.refusal(w.florin.fx.hedges.get('T-3'))).toMatchObject({ code: 'not_found' })
    expect(await w.refusal(w.florin.for('mer_b').fx.hedges.get('T-2'))).toMatchObject({ code: 'not_found' })
    expect((await w.run(w.florin.for('mer_b').fx.hedges.list())).data).toEqual([])
  })

  test('is told in an event that records its transaction, and eases a position that was beyond its threshold', async () => {
    const hedge = [{ pair: 'EUR-USD', currency: 'USD', above: '150.00' }]
    const w = await exposed({ hedge })
    await convert(w)
    const told = async (): Promise<readonly string[]> => {
      await w.advance(11_000)
      await w.tick()
      const events = await rows<{ type: string; ledger: unknown; data: Record<string, unknown> }>(w.inner, 'events')
      const hedged = events.filter((one) => one.type === 'fx.hedged')
      for (const { ledger, data } of hedged)
        expect([ledger, data]).toMatchObject([expect.anything(), { reference: 'T-1', by: 'ann', rate: '0.924' }])
      return events.map((one) => one.type).filter((type) => type.startsWith('fx.hedge'))
    }
    expect(await told()).toEqual(['fx.hedge_needed'])
    await w.run(w.florin.fx.hedges.execute(TRADE))
    expect((await told()).toSorted()).toEqual(['fx.hedge_eased', 'fx.hedge_needed', 'fx.hedged'])
  })

  test('larger than the position is booked all the same: it was made', async () => {
    const w = await exposed()
    await w.run(w.florin.fx.hedges.execute({ ...TRADE, sold: '300.00', bought: '277.20' }))
    expect((await balances(w))['trading/EUR-USD/USD']).toBe('-200.00')
    await auditAlways(w)
  })
})

describe('a trade', () => {
  test('is booked once, whoever books it again, and when', async () => {
    const w = await exposed()
    const first = await w.run(w.florin.fx.hedges.execute(TRADE))
    await w.advance(60_000)
    expect(await w.run(w.florin.fx.hedges.execute({ ...TRADE, by: 'bob' }))).toEqual(first)
    expect(await w.run(w.florin.fx.hedges.execute({ ...TRADE, executedAt: first.executedAt }))).toEqual(first)
    expect((await balances(w))['hedge/EUR-USD/bank/USD']).toBe('-100.00')
  })

  test('by two servers at once is booked by one of them', async () => {
    const w = await exposed()
    const other = await w.another()
    const both = [w.florin.fx.hedges.execute(TRADE), other.fx.hedges.execute({ ...TRADE, by: 'bob' })]
    const [one, two] = await w.run(Promise.all(both))
    expect(one).toEqual(two)
    expect((await balances(w))['hedge/EUR-USD/bank/USD']).toBe('-100.00')
    await auditAlways(w)
  })

  test.each<readonly [string, Partial<Trade>]>([
    ['sold', { sold: '100.01' }],
    ['bought', { bought: '92.41' }],
    ['fee', { fee: { amount: '0.10', currency: 'EUR' } }],
    ['counterparty', { counterparty: 'broker' }],
    ['from', { from: 'EUR', to: 'USD' }],
    ['was made at', { executedAt: '2020-01-01T00:00:00Z' }],
  ])('whose reference is of one with another %s is refused', async (what, change) => {
    const w = await exposed()
    await w.run(w.florin.fx.hedges.execute(TRADE))
    const before = await balances(w)
    const refused = await w.refusal(w.florin.fx.hedges.execute({ ...TRADE, ...change }))
    expect(refused).toMatchObject({ code: 'idempotency_mismatch', details: { path: 'reference', reference: 'T-1' } })
    expect(refused.message).toContain(what)
    expect(await balances(w)).toEqual(before)
  })

  test('in currencies that were never exchanged is refused, also where another merchant did', async () => {
    const w = await exposed()
    const refused = await w.refusal(w.florin.fx.hedges.execute({ ...TRADE, to: 'GBP' }))
    expect(refused).toMatchObject({ code: 'not_found', details: { pair: 'GBP-USD' } })
    expect(await w.refusal(w.florin.for('mer_b').fx.hedges.execute(TRADE))).toMatchObject({ code: 'not_found' })
    expect((await w.run(w.florin.fx.hedges.list())).data).toEqual([])
  })

  test.each<readonly [string, Partial<Trade>]>([
    ['reference', { reference: 'T 1' }],
    ['counterparty', { counterparty: '' }],
    ['to', { to: 'USD' }],
    ['from', { from: 'usd' }],
    ['sold', { sold: '0.00' }],
    ['sold', { sold: 100 as unknown as string }],
    ['bought', { bought: '-1.00' }],
    ['fee.amount', { fee: { amount: '0.001', currency: 'EUR' } }],
    ['executedAt', { executedAt: '2999-01-01T00:00:00Z' }],
  ])('with a wrong %s is refused: %j', async (path, change) => {
    const w = await exposed()
    const refused = await w.refusal(w.florin.fx.hedges.execute({ ...TRADE, ...change }))
    expect(refused).toMatchObject({ code: 'invalid_request' })
    expect(refused.message).toContain(path)
  })

  test('survives a crash anywhere within, as all of it or nothing', async () => {
    for (let call = 1; call <= 3; call++) {
      for (const when of ['before', 'after'] as const) {
        const w = await exposed()
        const process = mortal(w.runtime, { call, when })
        const florin = await w.another(process.parts)
        process.arm()
        await process.live(florin.fx.hedges.execute(TRADE))
        expect([undefined, '-100.00']).toContain((await balances(w))['hedge/EUR-USD/bank/USD'])
        expect(await w.run(w.florin.fx.hedges.execute(TRADE))).toMatchObject({ reference: 'T-1' })
        expect((await balances(w))['hedge/EUR-USD/bank/USD']).toBe('-100.00')
        await auditAlways(w)
      }
    }
  })
})

test('money of a hedge that a bank shows is moved to its counterparty by whoever resolves the break', async () => {
  const b = await books()
  await b.ingest([{ id: 'c1', kind: 'bank_credit', gross: '92.25', text: 'FX T-1' }], { source: BANK })
  const { breaks } = b.w.florin.reconciliation
  const [found] = (await b.w.run(breaks.list())).data
  const posting = { debit: 'suspense/EUR', credit: 'hedge/EUR-USD/bank/EUR', amount: '92.25', currency: 'EUR' }
  await b.w.run(breaks.resolve(found?.id ?? '', { how: 'post', posting, by: 'ann', note: 'hedge T-1' }))
  const { data } = await b.w.run(b.w.florin.ledger.balances({ under: 'hedge' }))
  expect(data).toMatchObject([{ account: 'hedge/EUR-USD/bank/EUR', side: 'debit', posted: '-92.25' }])
  await auditAlways(b.w)
})
