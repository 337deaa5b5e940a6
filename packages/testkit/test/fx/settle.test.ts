import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from '../audit.ts'
import { mortal } from '../mortal.ts'
import { type AttemptCells, rows } from '../rows.ts'
import { order, type World, type WorldOptions } from '../world.ts'
import { balances, type FxOption, fxWorld } from './rate-book.ts'

/*
 * Where a sale in another currency can break, and what is right:
 *   crash between quote and payment               the quote stands until it expires
 *   crash anywhere within the payment             the quote is used with the payment's intent, or is still good; the capture and its
 *                                                 conversion are one commit
 *   two servers, two payments, one quote          one of them takes it
 *   the very create is repeated                   the payment that it made, also when quote and rate are long gone
 *   no rate                                       refused before anything is sent
 *   captures and refunds in parts, taken back     what went back leaves not a cent behind in any account
 */

const open = (fx: FxOption = {}, given: WorldOptions = {}): Promise<World> =>
  fxWorld((book) => [book('bank', { 'USD/EUR': '0.92', 'USD/JPY': '151.5' })], fx, { webhooks: true, ...given })

const usd = { amount: '100.00', currency: 'USD' }
const sell = { from: 'USD', to: 'EUR', amount: '100.00' }

describe('a sale in another currency', () => {
  test('is converted by its quote in the commit of the capture, net of the fee, and converted back when it is refunded', async () => {
    const fee = { merchants: { mer_default: { fee: { basisPoints: 290, fixed: { USD: '0.25' } } } } }
    const w = await open({ spread: '0.5' }, { options: fee })
    const quote = await w.run(w.florin.fx.quote(sell))
    const paid = await w.pay({ ...usd, settle: { currency: 'EUR', quote: quote.id } })
    // 100.00 less 3.15 is 96.85; at 0.9154 that is 88.6565
    expect(paid.settle).toEqual({ currency: 'EUR', rate: '0.9154', quote: quote.id, amount: '88.66' })
    expect(await balances(w)).toMatchObject({
      'platform/fees/USD': '3.15',
      'merchant/pending/EUR': '88.66',
      'trading/EUR-USD/USD': '96.85',
      'trading/EUR-USD/EUR': '-88.66',
    })
    expect((await balances(w))['merchant/pending/USD']).toBeUndefined()
    const booked = await rows<{ type: string; metadata: object }>(w.inner, 'ledger_transactions')
    expect(booked.find((one) => one.type === 'capture')?.metadata).toMatchObject({
      feeRule: 'configured',
      fxQuote: quote.id,
      fxRate: '0.9154',
    })
    const back = await w.run(w.florin.payments.refund(paid.id))
    expect(back.settle?.amount).toBe('-2.88') // the fee, which was kept, at the same rate
    expect(await balances(w)).toMatchObject({ 'merchant/pending/EUR': '-2.88', 'trading/EUR-USD/USD': '-3.15' })
    expect(await w.run(w.florin.fx.get(quote.id))).toMatchObject({ status: 'used', usedFor: paid.id })
    await audit(w)
  })

  test('without a quote takes the rate of the moment, and keeps it', async () => {
    const w = await open()
    const held = await w.pay({ ...usd, capture: 'manual', settle: { currency: 'EUR' } })
    expect(held.settle).toMatchObject({ rate: '0.92', amount: '0.00' })
    await w.advance(3_600_000)
    const paid = await w.run(w.florin.payments.capture(held.id))
    expect(paid.settle).toMatchObject({ rate: '0.92', amount: '92.00' })
    expect(await w.run(w.florin.fx.get(held.settle?.quote ?? ''))).toMatchObject({ usedFor: held.id })
    await audit(w)
  })

  test('in whatever parts it is captured, refunded and taken back leaves nothing behind', async () => {
    const w = await open({ fee: '0.7' })
    const held = await w.pay({ amount: '10.01', currency: 'USD', capture: 'manual', settle: { currency: 'JPY' } })
    for (const amount of ['3.33', '3.34']) await w.run(w.florin.payments.capture(held.id, { amount, final: false }))
    await w.run(w.florin.payments.capture(held.id))
    // 10.01 × 151.5 = 1516.515 → 1517, and 0.7 % of it is 10.619 → 11
    expect(await balances(w)).toMatchObject({ 'merchant/pending/JPY': '1506', 'platform/fees/JPY': '11' })
    for (const amount of ['1.11', '2.22', '0.01']) await w.run(w.florin.payments.refund(held.id, { amount }))
    const refunds = (await rows<AttemptCells>(w.inner, 'attempts')).filter((one) => one.kind === 'refund')
    w.acquirer.dashboard.failRefund(refunds[1]?.id ?? '')
    await w.advance(10)
    await w.run(w.florin.payments.refund(held.id))
    expect(await w.get(held.id)).toMatchObject({ refunded: '10.01', settle: { amount: '0' } })
    const left = Object.keys(await balances(w)).filter((account) => !account.startsWith('gateway/')) // its own costs stay
    expect(left).toEqual([]) // not a cent, anywhere
    await recover(w)
    await auditAlways(w)
  })

  test('that is disputed is converted back while it is frozen, again when it is won, and for good when it is lost', async () => {
    const w = await open({ fee: '1' }, { options: { disputes: { fee: { USD: '20.00' } } } })
    const { id } = await w.pay({ ...usd, settle: { currency: 'EUR' } })
    await w.advance(10)
    const eur = async () => (await balances(w))['merchant/pending/EUR']
    expect(await eur()).toBe('91.08')
    const dispute = w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
    const goOn = async (): Promise<void> => {
      await w.advance(60_000)
      await w.tick()
      await w.advance(10)
    }
    await goOn()
    // 100.00 are frozen and 20.00 charged: that much is converted back.
    expect(await balances(w)).toMatchObject({ 'merchant/frozen/USD': '100.00', 'merchant/pending/EUR': '-18.22' })
    w.acquirer.dashboard.decideDispute(dispute.id, 'won')
    await goOn()
    expect(await eur()).toBe('72.86') // of 80.00
    w.acquirer.dashboard.escalateDispute(dispute.id, 'pre_arbitration')
    await goOn()
    w.acquirer.dashboard.decideDispute(dispute.id, 'lost')
    await goOn()
    expect((await balances(w))['merchant/pending/USD']).toBeUndefined()
    expect(await eur()).toBe('-18.22')
    expect((await w.get(id)).settle?.amount).toBe('-18.22')
    await auditAlways(w)
  })

  test('that is created again shows the first, also when quote and rate are gone', async () => {
    const w = await open()
    const quote = await w.run(w.florin.fx.quote(sell))
    const input = { ...order(usd), settle: { currency: 'EUR', quote: quote.id } }
    const first = await w.run(w.florin.payments.create(input))
    await w.advance(120_000)
    expect(await w.run(w.florin.payments.create(input))).toEqual(first)
    const other = { ...input, settle: { currency: 'EUR' } }
    expect(await w.refusal(w.florin.payments.create(other))).toMatchObject({ code: 'reference_taken' })
    expect((await balances(w))['merchant/pending/EUR']).toBe('92.00')
  })

  test('of two payments that want one quote at once, one takes it', async () => {
    const w = await open()
    const other = await w.another()
    const quote = await w.run(w.florin.fx.quote(sell))
    const settle = { currency: 'EUR', quote: quote.id }
    const ends = await w.run(
      Promise.allSettled([
        w.florin.payments.create({ ...order(usd), settle }),
        other.payments.create({ ...order(usd), settle }),
      ]),
    )
    expect(ends.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(ends.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'invalid_state' } })
    expect(await rows(w.inner, 'payments')).toHaveLength(1)
    await audit(w)
  })

  test('survives a crash anywhere within: the quote is used with the payment, and the money converted with the capture', async () => {
    for (let call = 1; call <= 9; call++) {
      const w = await open()
      const quote = await w.run(w.florin.fx.quote(sell))
      const input = { ...order(usd), settle: { currency: 'EUR', quote: quote.id } }
      const process = mortal(w.runtime, { call, when: call % 2 === 0 ? 'before' : 'after' })
      const florin = await w.another(process.parts)
      process.arm()
      await process.live(florin.payments.create(input))
      const used = (await w.run(w.florin.fx.get(quote.id))).status === 'used'
      expect(await rows(w.inner, 'payments')).toHaveLength(used ? 1 : 0)
      await recover(w)
      await w.run(w.florin.payments.create(input).catch(() => undefined))
      await recover(w)
      await audit(w)
      const { 'merchant/pending/USD': left, 'merchant/pending/EUR': got } = await balances(w)
      expect([left, got]).toEqual([undefined, (await rows(w.inner, 'payments')).length === 1 ? '92.00' : undefined])
    }
  })

  test('is refused before anything is sent where the quote does not fit, is used or over, and where there is no rate', async () => {
    const w = await open()
    const quote = await w.run(w.florin.fx.quote(sell))
    const create = (input: object) => w.florin.payments.create({ ...order(usd), ...input })
    const eur = (id: string) => ({ settle: { currency: 'EUR', quote: id } })
    expect(await w.refusal(create({ ...eur(quote.id), amount: '100.01' }))).toMatchObject({ code: 'invalid_request' })
    expect(await w.refusal(create({ settle: { currency: 'JPY', quote: quote.id } }))).toMatchObject({
      code: 'invalid_request',
      details: { path: 'settle.quote' },
    })
    expect(await w.refusal(create({ settle: { currency: 'USD' } }))).toMatchObject({ details: { path: 'settle' } })
    expect(await w.refusal(create({ settle: { currency: 'CHF' } }))).toMatchObject({ code: 'rate_unavailable' })
    const orders = [{ reference: 'o', seller: 'ann', amount: '100.00' }]
    expect(await w.refusal(create({ settle: { currency: 'EUR' }, orders }))).toMatchObject({ code: 'unsupported' })
    expect(await w.refusal(create(eur('fxq_none')))).toMatchObject({ code: 'not_found' })
    await w.run(create({ ...eur(quote.id), amount: '40.00' }))
    expect(await w.refusal(create(eur(quote.id)))).toMatchObject({ code: 'invalid_state' })
    const late = await w.run(w.florin.fx.quote(sell))
    await w.advance(60_000)
    expect(await w.refusal(create(eur(late.id)))).toMatchObject({ code: 'quote_expired' })
    expect(w.acquirer.books().charges).toHaveLength(1)
  })
})
