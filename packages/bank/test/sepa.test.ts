import { sepa } from '@florin/bank'
import { bicProblem, ibanProblem, type PayoutInstruction, plainIban } from '@florin/core/rails'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'

const IBAN = 'DE89370400440532013000'
const PAYOUT = 'pot_01kafv3x1ze3prn8t0gq0m52yd'
const FILE = 'pof_01kafv3x1ze3prn8t0gq0m52ye'
const NOON = Date.UTC(2026, 10, 20, 11) // a Friday, 12:00 in Berlin

const rail = sepa({ name: 'Florin Märkte GmbH & Co. KG', iban: 'DE41 3704 0044 0000 0000 01', bic: 'COBADEFFXXX' })

const instruction = (more: Partial<PayoutInstruction> = {}): PayoutInstruction => ({
  payout: PAYOUT,
  amount: 6_000n,
  currency: 'EUR',
  beneficiary: { name: 'Åse Müller-Østergård', iban: IBAN, bic: null },
  text: 'Payout #7_b',
  executeOn: null,
  ...more,
})

const batch = (id: string, executeOn: string, instructions: readonly PayoutInstruction[]) => ({
  id,
  executeOn,
  instructions,
})

/** The paths of the elements with their texts, in order. */
const paths = (xml: string): readonly string[] => {
  const found: string[] = []
  const names: string[] = []
  let text = ''
  const parser = new SaxesParser()
  parser.on('opentag', ({ name }) => {
    names.push(name)
    text = ''
  })
  parser.on('text', (more) => {
    text += more
  })
  parser.on('closetag', () => {
    if (text.trim() !== '') found.push(`${names.slice(2).join('/')}=${text}`)
    text = ''
    names.pop()
  })
  parser.write(xml).close()
  return found
}

describe('a SEPA credit transfer file', () => {
  test('has what the schema wants, in its order, with sums and one batch a day', () => {
    const other = instruction({
      payout: 'pot_01kafv3x1ze3prn8t0gq0m52yf',
      amount: 1n,
      beneficiary: { name: 'Bob', iban: IBAN, bic: 'DEUTDEFF' },
    })
    const { name, contentType, body } = rail.write({
      file: FILE,
      createdAt: NOON,
      batches: [
        batch('pof-1-1', '2026-11-20', [instruction()]),
        batch('pof-1-2', '2026-11-23', [other, instruction()]),
      ],
    })
    expect([name, contentType]).toEqual(['pof-01kafv3x1ze3prn8t0gq0m52ye.xml', 'application/xml'])
    expect(body).toContain(
      '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr>',
    )
    const all = paths(body)
    expect(all.slice(0, 23)).toEqual([
      'GrpHdr/MsgId=pof-01kafv3x1ze3prn8t0gq0m52ye',
      'GrpHdr/CreDtTm=2026-11-20T11:00:00.000Z',
      'GrpHdr/NbOfTxs=3',
      'GrpHdr/CtrlSum=120.01',
      'GrpHdr/InitgPty/Nm=Florin Markte GmbH + Co. KG',
      'PmtInf/PmtInfId=pof-1-1',
      'PmtInf/PmtMtd=TRF',
      'PmtInf/BtchBookg=false',
      'PmtInf/NbOfTxs=1',
      'PmtInf/CtrlSum=60.00',
      'PmtInf/PmtTpInf/SvcLvl/Cd=SEPA',
      'PmtInf/ReqdExctnDt/Dt=2026-11-20',
      'PmtInf/Dbtr/Nm=Florin Markte GmbH + Co. KG',
      'PmtInf/DbtrAcct/Id/IBAN=DE41370400440000000001',
      'PmtInf/DbtrAgt/FinInstnId/BICFI=COBADEFFXXX',
      'PmtInf/ChrgBr=SLEV',
      'PmtInf/CdtTrfTxInf/PmtId/EndToEndId=pot-01kafv3x1ze3prn8t0gq0m52yd',
      'PmtInf/CdtTrfTxInf/Amt/InstdAmt=60.00',
      'PmtInf/CdtTrfTxInf/Cdtr/Nm=Ase Muller-Ostergard',
      `PmtInf/CdtTrfTxInf/CdtrAcct/Id/IBAN=${IBAN}`,
      'PmtInf/CdtTrfTxInf/RmtInf/Ustrd=Payout .7-b',
      'PmtInf/PmtInfId=pof-1-2',
      'PmtInf/PmtMtd=TRF',
    ])
    expect(all).toContain('PmtInf/CtrlSum=60.01')
    expect(all).toContain('PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId/BICFI=DEUTDEFF')
    expect(body).toContain('<InstdAmt Ccy="EUR">0.01</InstdAmt>')
  })

  test('is executed on the first business day that the cutoff and the calendar leave', () => {
    const on = (at: number, wanted: string | null = null): string => rail.executionDay(at, wanted)
    expect(on(NOON)).toBe('2026-11-20')
    expect(on(NOON + 2 * 3_600_000)).toBe('2026-11-23') // 14:00 on a Friday: Monday
    expect(on(NOON + 24 * 3_600_000)).toBe('2026-11-23')
    expect(on(NOON, '2026-11-19')).toBe('2026-11-20') // a day that is over
    expect(on(NOON, '2026-12-25')).toBe('2026-12-28') // Christmas, and the weekend after it
    expect(on(Date.UTC(2026, 3, 2, 13))).toBe('2026-04-07') // Maundy Thursday after the cutoff: Good Friday to Easter Monday are closed
    expect(on(Date.UTC(2027, 2, 25, 13))).toBe('2027-03-30')
    expect(on(Date.UTC(2025, 3, 30, 22))).toBe('2025-05-02') // the first of May has begun in Berlin
  })

  test.each([
    [{ beneficiary: { name: 'Жанна', iban: IBAN, bic: null } }, "name: holds 'Ж', and SEPA has Latin letters only"],
    [{ beneficiary: { name: '?', iban: IBAN, bic: null } }, 'name: has no letter and no digit'],
    [{ beneficiary: { name: 'ß'.repeat(36), iban: IBAN, bic: null } }, 'name: has 72 characters, and SEPA takes 70'],
    [{ text: 'x'.repeat(141) }, 'text: has 141 characters, and SEPA takes 140'],
    [{ amount: 100_000_000_000n }, 'amount: is not between 0.01 and 999999999.99'],
    [
      { beneficiary: { name: 'Bob', iban: 'BR1800360305000010009795493C1', bic: null } },
      'destination: is an account in BR',
    ],
  ])('refuses what it cannot carry: %#', (more, why) => {
    expect(() => rail.check(instruction(more))).toThrow(why)
  })

  test.each([
    [{ name: '' }, 'name'],
    [{ iban: 'DE41370400440000000002' }, 'iban'],
    [{ iban: 'BR1800360305000010009795493C1' }, 'iban'],
    [{ bic: 'nobank' }, 'bic'],
    [{ cutoff: { time: '25:00', timeZone: 'Europe/Berlin' } }, 'cutoff.time'],
    [{ cutoff: { time: '12:00', timeZone: 'Mars/Base' } }, 'cutoff.timeZone'],
  ])('refuses an account that is none: %#', (more, path) => {
    const make = () => sepa({ name: 'Florin', iban: IBAN, ...more })
    expect(make).toThrow(expect.objectContaining({ code: 'configuration', details: { path } }))
  })

  test('holds nothing but characters that every bank takes, whatever it was given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ unit: 'grapheme', maxLength: 150 }),
        (name, text) => {
          const one = instruction({ text, beneficiary: { name, iban: IBAN, bic: null } })
          try {
            rail.check(one)
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_request' })
            return
          }
          const { body } = rail.write({ file: FILE, createdAt: NOON, batches: [batch('b-1', '2026-11-20', [one])] })
          for (const path of paths(body))
            expect(path.slice(path.indexOf('=') + 1)).toMatch(/^[A-Za-z0-9/\-?:().,'+ ]+$/)
        },
      ),
    )
  })
})

describe('an IBAN', () => {
  // The examples of the registry.
  test.each([
    'DE89 3704 0044 0532 0130 00',
    'GB29 NWBK 6016 1331 9268 19',
    'FR14 2004 1010 0505 0001 3M02 606',
    'NO93 8601 1117 947',
    'MT84 MALT 0110 0001 2345 MTLC AST0 01S',
    'BR18 0036 0305 0000 1000 9795 493C 1',
  ])('is taken: %s', (iban) => {
    expect(ibanProblem(plainIban(iban))).toBeNull()
  })

  test('with any one character changed, or two neighbours swapped, is refused', () => {
    const iban = 'GB29NWBK60161331926819'
    for (let at = 4; at < iban.length; at++) {
      const other = iban[at] === '1' ? '2' : '1'
      expect(ibanProblem(iban.slice(0, at) + other + iban.slice(at + 1))).not.toBeNull()
      const swapped = iban.slice(0, at) + (iban[at + 1] ?? '') + (iban[at] ?? '') + iban.slice(at + 2)
      if (swapped !== iban) expect(ibanProblem(swapped)).not.toBeNull()
    }
  })

  test.each([
    ['', 'is not an IBAN: two letters'],
    ['DE893704004405320130', 'is not an IBAN of DE: it has 20 characters and not 22'],
    ['ZZ89370400440532013000', "no country 'ZZ'"],
    ['DE88370400440532013000', 'its check digits do not fit'],
  ])('is refused with what is wrong: %s', (iban, why) => {
    expect(ibanProblem(iban)).toContain(why)
  })

  test('and a BIC has eight or eleven characters', () => {
    expect(['DEUTDEFF', 'DEUTDEFF500', 'NWBKGB2LXXX'].map(bicProblem)).toEqual([null, null, null])
    for (const bic of ['DEUTDEF', 'DEUTDEFF50', 'DEUT1EFF', 'deutdeff'])
      expect(bicProblem(bic)).toContain('is not a BIC')
  })
})
