import { ecbRates, staticRates } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { type World, world } from '../world.ts'
import { type FxOption, fxWorld, type RateBook } from './rate-book.ts'

/*
 * Where rates can break, and what is right:
 *   the primary fails, hangs, or has none       the backup is asked; a hanging one is waited for 3 s
 *   the primary's rate is stale                 the backup's; where all are stale none is used, and it is told
 *   all fail for a while                        the last rate goes on while it is fresh by its own date, and not a moment longer
 *   zero, negative, absurd, from the future     not a rate
 *   a rate jumps                                believed only where a second provider says the same
 *   many ask at once                            one question
 */

const ask = { from: 'USD', to: 'EUR', amount: '100.00' }

const two = async (fx: FxOption = {}): Promise<{ w: World; primary: RateBook; backup: RateBook }> => {
  const made: RateBook[] = []
  const w = await fxWorld((book) => {
    made.push(book('primary', { 'USD/EUR': '0.92' }), book('backup', { 'USD/EUR': '0.93' }))
    return made
  }, fx)
  const [primary, backup] = made
  if (primary === undefined || backup === undefined) throw new Error('two were made')
  return { w, primary, backup }
}

const sourceOf = async (w: World): Promise<string> => (await w.run(w.florin.fx.quote(ask))).source
const refused = async (w: World) => await w.refusal(w.florin.fx.quote(ask))

describe('a rate', () => {
  test('is asked for once a minute, and once for all who ask at the same time', async () => {
    const { w, primary, backup } = await two()
    await w.run(Promise.all(Array.from({ length: 5 }, () => w.florin.fx.quote(ask))))
    await w.advance(59_000)
    await w.run(w.florin.fx.quote(ask))
    expect([primary.asked, backup.asked]).toEqual([1, 0])
    await w.advance(1_000)
    await w.run(w.florin.fx.quote(ask))
    expect([primary.asked, backup.asked]).toEqual([2, 0])
  })

  test.each(['fail', 'hang'] as const)('comes from the backup where the primary is known to %s', async (mood) => {
    const { w, primary } = await two()
    primary.mood = mood
    const before = w.runtime.clock.now()
    expect(await sourceOf(w)).toBe('backup')
    expect(w.runtime.clock.now() - before).toBeLessThanOrEqual(mood === 'hang' ? 3_100 : 50)
  })

  test('is not asked of a provider that failed three times in a row, for half a minute', async () => {
    const { w, primary } = await two({ cacheMs: 0 })
    primary.mood = 'fail'
    for (let tries = 0; tries < 5; tries++) expect(await sourceOf(w)).toBe('backup')
    expect(primary.asked).toBe(3)
    primary.mood = 'answer'
    await w.advance(30_000)
    expect(await sourceOf(w)).toBe('primary')
  })

  test('that is stale is not used: the backup’s is, and where that is stale too, none', async () => {
    const { w, primary, backup } = await two()
    const old = w.runtime.clock.now() - 900_000
    primary.book.set('USD/EUR', { rate: '0.92', asOf: old })
    expect(await sourceOf(w)).toBe('backup')
    backup.book.set('USD/EUR', { rate: '0.93', asOf: w.runtime.clock.now() - 899_999 })
    await w.advance(60_000)
    // The backup's first rate was of a minute ago and is fresh still; what it says now is not.
    expect(await sourceOf(w)).toBe('backup')
    await w.advance(840_000)
    const error = await refused(w)
    expect(error).toMatchObject({ code: 'rate_unavailable', details: { pair: 'USD/EUR' } })
    expect(error.message).toContain('primary: stale; backup: stale')
    expect(w.errors.length).toBeGreaterThan(0)
  })

  test('of the last question goes on while nobody answers, until it is stale by its own date', async () => {
    const { w, primary, backup } = await two()
    primary.book.set('USD/EUR', { rate: '0.92', asOf: w.runtime.clock.now() - 600_000 })
    expect(await sourceOf(w)).toBe('primary')
    primary.mood = 'fail'
    backup.mood = 'fail'
    await w.advance(299_000)
    const quote = await w.run(w.florin.fx.quote(ask))
    expect(Date.parse(quote.expiresAt) - Date.parse(quote.asOf)).toBe(900_000) // no promise beyond it
    await w.advance(1_000)
    expect(await refused(w)).toMatchObject({ code: 'rate_unavailable' })
  })

  test.each([
    ['zero', '0'],
    ['zero with decimals', '0.000'],
    ['negative', '-0.92'],
    ['in words', 'about one'],
    ['with an exponent', '9.2e-1'],
    ['absurdly small', '0.000000000001'],
    ['absurdly large', '123456789012'],
  ])('that is %s is none', async (_, rate) => {
    const { w, primary, backup } = await two()
    primary.book.set('USD/EUR', { rate })
    expect(await sourceOf(w)).toBe('backup')
    backup.book.set('USD/EUR', { rate })
    const other = await w.another()
    expect(await w.refusal(other.fx.quote(ask))).toMatchObject({ code: 'rate_unavailable' })
  })

  test('of tomorrow is none, and of a clock that is a little ahead is one', async () => {
    const { w, primary } = await two({ cacheMs: 0 })
    primary.book.set('USD/EUR', { rate: '0.92', asOf: w.runtime.clock.now() + 60_001 })
    expect(await sourceOf(w)).toBe('backup')
    primary.book.set('USD/EUR', { rate: '0.92', asOf: w.runtime.clock.now() + 60_000 })
    expect(await sourceOf(w)).toBe('primary')
  })

  test('that nobody has is told with the pair', async () => {
    const { w } = await two()
    const error = await w.refusal(w.florin.fx.quote({ from: 'CHF', to: 'EUR', amount: '1.00' }))
    expect(error.message).toContain('CHF/EUR')
    expect(error.message).toContain('primary: missing; backup: missing')
    const none = await world()
    expect((await refused(none)).message).toContain('no provider is configured')
  })
})

describe('a rate that jumps', () => {
  test('is believed when a second provider says the same', async () => {
    const { w, primary, backup } = await two({ cacheMs: 0 })
    expect(await sourceOf(w)).toBe('primary')
    primary.book.set('USD/EUR', { rate: '0.70' })
    expect(await sourceOf(w)).toBe('backup') // at 0.93 still: nothing has happened in the market
    backup.book.set('USD/EUR', { rate: '0.71' })
    expect(await w.run(w.florin.fx.quote(ask))).toMatchObject({ source: 'primary', midRate: '0.70' })
  })

  test('is refused while nobody else says so, and the old one is not used in its place', async () => {
    const { w, primary, backup } = await two({ cacheMs: 0 })
    expect(await sourceOf(w)).toBe('primary')
    backup.mood = 'fail'
    primary.book.set('USD/EUR', { rate: '9.2' })
    const error = await refused(w)
    expect(error).toMatchObject({ code: 'rate_unavailable' })
    expect(error.message).toContain('primary: jump; backup: failed')
    primary.book.set('USD/EUR', { rate: '0.95' })
    expect(await sourceOf(w)).toBe('primary')
    await w.advance(86_400_000)
    primary.book.set('USD/EUR', { rate: '0.5' })
    expect(await sourceOf(w)).toBe('primary') // a rate of yesterday says nothing any more
  })
})

describe('the readers that come along', () => {
  const xml = (day: string, more = ''): string => `<?xml version="1.0" encoding="UTF-8"?>
    <gesmes:Envelope><gesmes:subject>Reference rates</gesmes:subject><Cube><Cube time='${day}'>
    <Cube currency='USD' rate='1.0842'/><Cube currency='JPY' rate='171.36'/>${more}</Cube></Cube></gesmes:Envelope>`

  const dayOf = (w: World, daysAgo: number): string =>
    new Date(w.runtime.clock.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)

  const withEcb = async (text: (w: World) => string): Promise<World> => {
    let w: World | undefined
    w = await world({ options: { fx: { providers: [ecbRates({ load: async () => text(w as World) })] } } })
    return w
  }

  test('the European Central Bank’s daily document, crossed by EUR', async () => {
    const w = await withEcb((w) => xml(dayOf(w, 1)))
    expect(await w.run(w.florin.fx.quote({ from: 'EUR', to: 'USD', amount: '100.00' }))).toMatchObject({
      buy: '108.42',
      source: 'ecb',
    })
    expect(await w.run(w.florin.fx.quote({ from: 'USD', to: 'JPY', amount: '100.00' }))).toMatchObject({
      rate: '158.052019923', // 171.36 / 1.0842, 12 digits
      buy: '15805',
    })
  })

  test.each([
    ['of last week', (w: World) => xml(dayOf(w, 7))],
    ['that is an error page', () => '<html><body>503</body></html>'],
    ['without a rate', (w: World) => `<Cube time='${dayOf(w, 1)}'></Cube>`],
    ['of a day that is none', () => xml('2026-99-99')],
    ['with a rate of zero', (w: World) => xml(dayOf(w, 1), "<Cube currency='CHF' rate='0'/>")],
    ['that does not end', () => `${xml('2026-11-20')}${' '.repeat(200_000)}`],
  ])('a document %s is refused', async (_, text) => {
    const w = await withEcb(text)
    expect(await w.refusal(w.florin.fx.quote({ from: 'EUR', to: 'USD', amount: '1.00' }))).toMatchObject({
      code: 'rate_unavailable',
    })
  })

  test('rates that are written down, also the other way round', async () => {
    const provider = staticRates({ rates: { 'EUR/DKK': '7.46038' }, now: () => 5 })
    const { signal } = new AbortController()
    expect(
      await provider.rates(
        [
          { from: 'DKK', to: 'EUR' },
          { from: 'EUR', to: 'USD' },
        ],
        signal,
      ),
    ).toEqual([{ from: 'DKK', to: 'EUR', rate: '0.134041429525', asOf: 5 }])
    expect(() => staticRates({ rates: { EURUSD: '1' }, now: () => 0 })).toThrow(/'EURUSD' is no pair/)
    expect(() => staticRates({ rates: { 'EUR/USD': '-1' }, now: () => 0 })).toThrow(/rate/)
  })
})

describe('options that cannot work', () => {
  test.each<readonly [FxOption, string]>([
    [{ hedge: [{ pair: 'USD-EUR', currency: 'USD', above: '1' }] }, 'fx.hedge.0'],
    [{ hedge: [{ pair: 'EUR-USD', currency: 'CHF', above: '1' }] }, 'fx.hedge.0'],
    [{ hedge: [{ pair: 'EUR-USD', currency: 'USD', above: '-1' }] }, 'fx.hedge.0'],
    [{ spread: '100' }, 'fx.spread'],
    [{ merchants: { mer_a: { fixedFee: { EUR: '1.234' } } } }, 'fx.merchants.mer_a.fixedFee'],
    [{ providers: [{ name: 'x' } as never] }, 'fx.providers.0'],
  ])('%j', async (fx, path) => {
    await expect(world({ options: { fx } })).rejects.toMatchObject({ code: 'configuration', details: { path } })
  })
})
