import type { Storage } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { mortal } from '../mortal.ts'
import { rows } from '../rows.ts'
import { balances, type FxOption, fund, fxWorld } from './rate-book.ts'

/*
 * Where a quote and its conversion can break, and what is right:
 *   crash before the quote's commit               no quote; ask again
 *   crash between quote and conversion            the quote stands until it expires
 *   crash within the conversion                   all of it or nothing; the same call again gives what it did
 *   the commit's acknowledgement is lost          the same call again finds it done
 *   two servers use one quote                     one converts, the other finds it done, or used for something else
 *   the wallet has less                           refused, nothing happened, and the quote is still good
 *   the quote expired meanwhile                   refused
 */

const open = (fx: FxOption = {}) =>
  fxWorld((book) => [book('bank', { 'USD/EUR': '0.92', 'USD/JPY': '151.5', 'EUR/KWD': '0.3331' })], fx)

const sell = { from: 'USD', to: 'EUR', amount: '100.00' }

describe('a quote', () => {
  test('promises the rate less the spread for a while, with the fee beside it', async () => {
    const w = await open({ spread: '0.5', fee: '0.1', fixedFee: { USD: '0.30' } })
    const quote = await w.run(w.florin.fx.quote(sell))
    expect(quote).toMatchObject({
      rate: '0.9154',
      midRate: '0.92',
      sell: '100.00',
      buy: '91.54',
      fee: '0.40',
      total: '100.40',
      source: 'bank',
      status: 'open',
    })
    expect(Date.parse(quote.expiresAt) - Date.parse(quote.createdAt)).toBe(60_000)
    await w.advance(60_000)
    expect(await w.run(w.florin.fx.get(quote.id))).toMatchObject({ status: 'expired' })
  })

  test('for a target asks for the least that gives it', async () => {
    const w = await open({ spread: '0.5' })
    expect(await w.run(w.florin.fx.quote({ from: 'USD', to: 'JPY', target: '10001' }))).toMatchObject({
      buy: '10001',
      sell: '66.35', // 66.346…
      rate: '150.7425',
    })
    expect(await w.run(w.florin.fx.quote({ from: 'EUR', to: 'KWD', amount: '0.01' }))).toMatchObject({ buy: '0.003' })
  })

  test('has terms of the merchant’s own', async () => {
    const w = await open({ spread: '1', merchants: { mer_b: { spread: '0', quoteMs: 5_000 } } })
    expect(await w.run(w.florin.for('mer_b').fx.quote(sell))).toMatchObject({ rate: '0.92', spread: '0' })
    expect(await w.run(w.florin.fx.quote(sell))).toMatchObject({ rate: '0.9108', spread: '1' })
    const theirs = await w.run(w.florin.for('mer_b').fx.quote(sell))
    expect(await w.refusal(w.florin.fx.get(theirs.id))).toMatchObject({ code: 'not_found' })
  })

  test.each([
    [{ from: 'USD', to: 'USD', amount: '1.00' }, 'to'],
    [{ from: 'USD', to: 'EUR' }, 'amount'],
    [{ from: 'USD', to: 'EUR', amount: '1.00', target: '1.00' }, 'amount'],
    [{ from: 'USD', to: 'EUR', amount: '0.00' }, 'amount'],
    [{ from: 'USD', to: 'EUR', amount: '1.001' }, 'amount'],
    [{ from: 'USD', to: 'EURO', amount: '1.00' }, 'to'],
    [{ from: 'JPY', to: 'EUR', amount: '1.5' }, 'amount'],
  ])('of %j is refused', async (input, path) => {
    const w = await open()
    expect(await w.refusal(w.florin.fx.quote(input))).toMatchObject({ code: 'invalid_request', details: { path } })
    expect(await rows(w.inner, 'fx_quotes')).toEqual([])
  })

  test('of an amount that nothing is left of is refused', async () => {
    const w = await fxWorld((book) => [book('bank', { 'JPY/KWD': '0.0002' })])
    const asked = w.florin.fx.quote({ from: 'JPY', to: 'KWD', amount: '1' })
    expect(await w.refusal(asked)).toMatchObject({ code: 'invalid_request', details: { path: 'amount' } })
  })
})

describe('a conversion', () => {
  test('is two postings through the trading accounts, with its fee, and leaves the exposure', async () => {
    const w = await open({ spread: '0.5', fee: '0.1' })
    await fund(w, 20_000n, 'USD')
    const quote = await w.run(w.florin.fx.quote(sell))
    expect(await w.run(w.florin.fx.convert(quote.id))).toMatchObject({ status: 'used', usedFor: 'merchant' })
    expect(await balances(w)).toEqual({
      'merchant/pending/USD': '-200.00',
      'merchant/available/USD': '99.90',
      'merchant/available/EUR': '91.54',
      'platform/fees/USD': '0.10',
      'trading/EUR-USD/USD': '100.00',
      'trading/EUR-USD/EUR': '-91.54',
    })
    expect(await w.run(w.florin.fx.exposure())).toEqual([
      {
        pair: 'EUR-USD',
        positions: [
          { currency: 'EUR', amount: '-91.54' },
          { currency: 'USD', amount: '100.00' },
        ],
        hedged: [],
      },
    ])
    await auditAlways(w)
  })

  test('done again gives what it did; for another wallet it is refused', async () => {
    const w = await open()
    await fund(w, 20_000n, 'USD')
    await fund(w, 20_000n, 'USD', 'ann')
    const quote = await w.run(w.florin.fx.quote(sell))
    const done = await w.run(w.florin.fx.convert(quote.id, { seller: 'ann' }))
    await w.advance(600_000) // also when the quote would be over
    expect(await w.run(w.florin.fx.convert(quote.id, { seller: 'ann' }))).toEqual(done)
    expect(await w.refusal(w.florin.fx.convert(quote.id))).toMatchObject({ code: 'idempotency_mismatch' })
    expect((await balances(w))['seller/ann/available/EUR']).toBe('92.00')
    await auditAlways(w)
  })

  test('by two servers at once happens once', async () => {
    const w = await open()
    await fund(w, 50_000n, 'USD')
    const other = await w.another()
    const quote = await w.run(w.florin.fx.quote(sell))
    const both = await w.run(Promise.all([w.florin.fx.convert(quote.id), other.fx.convert(quote.id)]))
    expect(both[0]).toEqual(both[1])
    expect((await balances(w))['merchant/available/EUR']).toBe('92.00')
    await auditAlways(w)
  })

  test('takes no more than there is, also of two quotes at once, and the quote stays good', async () => {
    const w = await open()
    await fund(w, 15_000n, 'USD')
    const quotes = await w.run(Promise.all([w.florin.fx.quote(sell), w.florin.fx.quote(sell)]))
    const ends = await w.run(Promise.allSettled(quotes.map((quote) => w.florin.fx.convert(quote.id))))
    expect(ends.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(ends.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'amount_too_large' } })
    expect((await balances(w))['merchant/available/USD']).toBe('50.00')
    await fund(w, 5_000n, 'USD')
    for (const quote of quotes) expect(await w.run(w.florin.fx.convert(quote.id))).toMatchObject({ status: 'used' })
    expect((await balances(w))['merchant/available/EUR']).toBe('184.00')
    await auditAlways(w)
  })

  test('at a rate that is over is refused', async () => {
    const w = await open()
    await fund(w, 15_000n, 'USD')
    const quote = await w.run(w.florin.fx.quote(sell))
    await w.advance(60_000)
    expect(await w.refusal(w.florin.fx.convert(quote.id))).toMatchObject({ code: 'quote_expired' })
    expect(await w.refusal(w.florin.fx.convert('fxq_none'))).toMatchObject({ code: 'not_found' })
    expect((await balances(w))['merchant/available/USD']).toBe('150.00')
  })

  test('whose commit was not acknowledged is found done', async () => {
    let lose = false
    const storage = (inner: Storage): Storage => ({
      ...inner,
      commit: async (batch) => {
        const outcome = await inner.commit(batch)
        if (lose) throw new Error('the connection was lost')
        return outcome
      },
    })
    const w = await fxWorld((book) => [book('bank', { 'USD/EUR': '0.92' })], {}, { storage })
    await fund(w, 15_000n, 'USD')
    const quote = await w.run(w.florin.fx.quote(sell))
    lose = true
    await w.run(w.florin.fx.convert(quote.id).catch(() => undefined))
    lose = false
    expect(await w.run(w.florin.fx.convert(quote.id))).toMatchObject({ status: 'used' })
    expect((await balances(w))['merchant/available/EUR']).toBe('92.00')
  })

  test('survives a crash anywhere within, as all of it or nothing', async () => {
    for (let call = 1; call <= 3; call++) {
      for (const when of ['before', 'after'] as const) {
        const w = await open()
        await fund(w, 15_000n, 'USD')
        const quote = await w.run(w.florin.fx.quote(sell))
        const process = mortal(w.runtime, { call, when })
        const florin = await w.another(process.parts)
        process.arm()
        await process.live(florin.fx.convert(quote.id))
        expect(['0.00', '92.00']).toContain((await balances(w))['merchant/available/EUR'] ?? '0.00')
        expect(await w.run(w.florin.fx.convert(quote.id))).toMatchObject({ status: 'used' })
        expect((await balances(w))['merchant/available/EUR']).toBe('92.00')
        await auditAlways(w)
      }
    }
  })
})

describe('a position beyond its threshold', () => {
  const hedge = [{ pair: 'EUR-USD', currency: 'USD', above: '150.00' }]
  const told = async (w: Awaited<ReturnType<typeof open>>) =>
    (await rows<{ type: string; data: unknown; version: number }>(w.inner, 'events'))
      .filter((one) => one.type.startsWith('fx.hedge'))
      .map(({ type, data, version }) => ({ type, data, version }))
  const exchange = async (w: Awaited<ReturnType<typeof open>>, input: Parameters<typeof w.florin.fx.quote>[0]) => {
    await w.run(w.florin.fx.convert((await w.run(w.florin.fx.quote(input))).id))
    await w.advance(11_000)
    await w.tick()
  }

  test('is told once, and once more after it had eased', async () => {
    const w = await fxWorld((book) => [book('bank', { 'USD/EUR': '0.92', 'EUR/USD': '1.08' })], { hedge })
    await fund(w, 100_000n, 'USD')
    await exchange(w, sell)
    expect(await told(w)).toEqual([])
    await exchange(w, sell)
    await exchange(w, sell)
    const needed = { pair: 'EUR-USD', currency: 'USD', position: '200.00', above: '150.00' }
    expect(await told(w)).toEqual([{ type: 'fx.hedge_needed', data: needed, version: 1 }])
    await exchange(w, { from: 'EUR', to: 'USD', target: '200.00' })
    expect((await told(w)).slice(1)).toEqual([
      { type: 'fx.hedge_eased', data: { ...needed, position: '100.00' }, version: 2 },
    ])
    await exchange(w, sell)
    expect((await told(w)).slice(2)).toMatchObject([{ type: 'fx.hedge_needed', version: 3 }])
    await auditAlways(w)
  })
})
