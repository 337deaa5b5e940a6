import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rows } from '../rows.ts'
import { order } from '../world.ts'
import { BATCH, newest, settleNow, settling, textOf } from './settling.ts'

/** Decimal text in cents. */
const cents = (text: string): bigint => BigInt(text.replace('.', ''))
const sum = (amounts: readonly string[]): bigint => amounts.reduce((total, one) => total + cents(one), 0n)

interface Statement {
  readonly settlement: {
    readonly carriedIn: string
    readonly paid: string
    readonly reserved: string
    readonly carriedOut: string
  }
  readonly lines: readonly { readonly kind: string; readonly amount: string; readonly subject: string }[]
}

/** Quoted cells do not occur in these. */
const table = (csv: string): readonly (readonly string[])[] =>
  csv
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))

test('whatever happens, every statement sums to what it paid, and all of them to what there is', async () => {
  const act = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ what: fc.constant('pay' as const), amount: fc.integer({ min: 50, max: 30_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('refund' as const), part: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('settle' as const) }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('wait' as const) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), async (acts) => {
      const shop = await settling({
        daily: { mode: 'batch', minimum: { EUR: '5.00' }, reserve: { kind: 'rolling', basisPoints: 700, days: 2 } },
      })
      const { florin, run } = shop
      const paid: string[] = []
      for (const one of acts) {
        if (one.what === 'pay') {
          const amount = (one.amount / 100).toFixed(2)
          paid.push((await shop.pay({ amount, orders: [{ reference: `o-${paid.length}`, seller: 'ann', amount }] })).id)
        } else if (one.what === 'refund' && paid.length > 0) {
          const id = paid[one.part % paid.length] as string
          const { captured, refunded } = await shop.get(id)
          const left = (cents(captured) - cents(refunded)) / BigInt(one.part)
          const amount = `${left / 100n}.${String(left % 100n).padStart(2, '0')}`
          if (left > 0n) await run(florin.payments.refund(id, { amount }))
        } else if (one.what === 'settle') {
          await run(florin.settlements.run({ plan: 'daily' }))
        } else {
          await shop.advance(90_000_000)
          await shop.tick()
        }
      }
      await run(florin.settlements.run({ plan: 'daily' }))
      const { data } = await run(florin.settlements.list({ limit: 100 }))
      let carried = '0.00'
      for (const { id, carriedIn, carriedOut } of [...data].reverse()) {
        expect(carriedIn).toBe(carried)
        carried = carriedOut
        const { settlement, lines } = JSON.parse(await textOf(shop, id, 'json')) as Statement
        const due = sum([settlement.carriedIn, ...lines.map(({ amount }) => amount)])
        expect(due).toBe(sum([settlement.paid, settlement.reserved, settlement.carriedOut]))
        const [, ...cells] = table(await textOf(shop, id, 'csv'))
        const amounts = cells.map((row) => row[4] as string)
        expect(sum(amounts.slice(0, -1))).toBe(cents(amounts.at(-1) as string))
        expect(amounts.at(-1)).toBe(settlement.paid)
      }
      const pending = (await run(florin.wallets.get({ seller: 'ann' }))).balances[0]?.pending ?? '0.00'
      expect(carried).toBe(pending)
      expect((await run(florin.verify())).ok).toBe(true)
    }),
    { numRuns: 25 },
  )
})

describe('a statement', () => {
  test('has a line for every capture, fee and refund', async () => {
    const shop = await settling(BATCH)
    const one = await shop.pay()
    await shop.run(shop.florin.payments.refund(one.id, { amount: '30.00' }))
    const { id } = await settleNow(shop)
    const { lines } = JSON.parse(await textOf(shop, id, 'json')) as Statement
    expect(lines.map(({ kind, amount, subject }) => [kind, amount, subject])).toEqual([
      ['capture', '100.00', one.id],
      ['fee', '-2.25', one.id],
      ['refund', '-30.00', one.id],
    ])
    expect(table(await textOf(shop, id, 'csv')).map((row) => `${row[1]} ${row[4]}`)).toEqual([
      'kind amount',
      'carried_in 0.00',
      'capture 100.00',
      'fee -2.25',
      'refund -30.00',
      'reserved 0.00',
      'carried_out 0.00',
      'paid 67.75',
    ])
  })

  test('as a page needs nothing else, and escapes everything', async () => {
    const shop = await settling(BATCH)
    await shop.pay()
    const { id } = await settleNow(shop)
    const page = await textOf(shop, id, 'html')
    expect(page).toMatch(/^<!doctype html>/)
    expect(page.trim()).toMatch(/<\/html>$/)
    expect(page).toContain('<td>Paid</td><td class="n">97.75</td>')
    expect(page).toContain('@media print')
    expect(page).not.toMatch(/<script|src=|href=|url\(/)
  })

  test('tells when its lines do not come to what was paid', async () => {
    const shop = await settling(BATCH)
    await shop.pay()
    const { id } = await settleNow(shop)
    const [row] = await rows<Record<string, unknown>>(shop.inner, 'settlements')
    const other = await shop.another({
      storage: (inner) => ({
        ...inner,
        load: async (one, keys) => {
          const found = await inner.load(one, keys)
          return one.name === 'settlements' ? ([{ ...row, paid: 9_999n }] as unknown as typeof found) : found
        },
      }),
    })
    await expect(textOf({ florin: other, run: shop.run }, id, 'csv')).rejects.toMatchObject({ code: 'storage_corrupt' })
  })

  test('of thousands of lines comes in pieces, each line once', async () => {
    const shop = await settling(BATCH)
    const ordersOf = (round: number) =>
      Array.from({ length: 90 }, (_, i) => ({ reference: `o-${round}-${i}`, seller: 'ann', amount: '1.00' }))
    for (let i = 0; i < 8; i++)
      await shop.run(shop.florin.payments.create(order({ amount: '90.00', orders: ordersOf(i) })))
    await settleNow(shop)
    const { id, lines, captures } = await newest(shop)
    const statement = JSON.parse(await textOf(shop, id, 'json')) as Statement
    expect(statement.lines).toHaveLength(lines)
    expect(sum(statement.lines.filter(({ kind }) => kind === 'capture').map(({ amount }) => amount))).toBe(
      cents(captures),
    )
    expect(captures).toBe('720.00')
    expect(lines).toBeGreaterThan(700)
  })

  test('is not there before it is calculated, and for nobody who asks for another form', async () => {
    const shop = await settling(BATCH)
    expect(await shop.refusal(shop.florin.settlements.statement('stl_x'))).toMatchObject({ code: 'not_found' })
    const wrong = { format: 'pdf' } as unknown as { format: 'csv' }
    expect(await shop.refusal(shop.florin.settlements.statement('stl_x', wrong))).toMatchObject({
      code: 'invalid_request',
    })
  })
})
