import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FlorinError } from '../kernel/index.ts'
import { currencies, currencyOf, exponentOf, isPayable } from './currency.ts'

// The published list is not ours to commit: it is compared where the workplace has it, beside the checkout.
const LIST = new URL('../../../../../shared/data/currencies/iso4217-codes-all.csv', import.meta.url)

/** Code, number and decimals of the active lines. Entities may hold commas within quotes, so the fields are counted from the end. */
const active = (csv: string): Map<string, [numeric: string, exponent: number | null]> => {
  const rows = new Map<string, [string, number | null]>()
  for (const line of csv.split(/\r?\n/).slice(1)) {
    const match = /,([A-Z]{3}),([0-9]{3}|),([0-9-]?),$/.exec(line)
    if (match === null) continue
    const [, code = '', numeric = '', exponent = ''] = match
    rows.set(code, [numeric, exponent === '-' ? null : Number(exponent)])
  }
  return rows
}

describe('currencies', () => {
  it('have the decimals that ISO 4217 gives them', () => {
    expect(currencyOf('EUR')).toEqual({ code: 'EUR', numeric: '978', exponent: 2, name: 'Euro' })
    expect(exponentOf('JPY')).toBe(0)
    expect(exponentOf('KWD')).toBe(3)
    expect(exponentOf('CLF')).toBe(4)
  })

  it('have unique three-digit numbers and a name', () => {
    const all = [...currencies.values()]
    expect(all.length).toBeGreaterThan(170)
    expect(new Set(all.map(({ numeric }) => numeric)).size).toBe(all.length)
    for (const { code, numeric, name } of all) {
      expect(code).toMatch(/^[A-Z]{3}$/)
      expect(numeric).toMatch(/^[0-9]{3}$/)
      expect(name.length).toBeGreaterThan(2)
    }
  })

  it('without a minor unit are known, and refused for payments', () => {
    expect(currencies.get('XAU')?.exponent).toBeNull()
    expect(isPayable('XAU')).toBe(false)
    const failure = (() => {
      try {
        return currencyOf('XAU')
      } catch (error) {
        return error
      }
    })()
    expect(failure).toBeInstanceOf(FlorinError)
    expect(failure).toMatchObject({ code: 'currency_not_supported', details: { currency: 'XAU' } })
    expect(() => exponentOf('XXX')).toThrow('XXX (No Currency) has no minor unit')
  })

  it('that are unknown, withdrawn or badly written are refused with the remedy', () => {
    expect(() => currencyOf('eur')).toThrow("currency 'eur' is not an active currency code of ISO 4217: write 'EUR'")
    expect(() => currencyOf('DEM')).toThrow("currency 'DEM' is not an active currency code")
    for (const code of ['', 'EURO', 'constructor', '__proto__', '978']) {
      expect(isPayable(code)).toBe(false)
      expect(() => currencyOf(code)).toThrow('use a three-letter code in capitals')
    }
    expect(isPayable(978)).toBe(false)
  })

  it('are those of the published list, neither more nor less', ({ skip }) => {
    if (!existsSync(LIST)) skip("the maintenance agency's list is not beside this checkout")
    const published = active(readFileSync(LIST, 'utf8'))
    expect(published.size).toBeGreaterThan(170)
    const ours = new Map([...currencies.values()].map(({ code, numeric, exponent }) => [code, [numeric, exponent]]))
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(published))
  })
})
