import { type SepaAddress, sepa } from '@florin/bank'
import { type PayoutInstruction, payoutOfReference, plainIban, type RailBatch } from '@florin/core/rails'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sepaText } from '../src/sepa/charset.ts'
import { all, at, type Element, faultsOf, PAIN_001, treeOf } from './pain-schema.ts'

const FILE = 'pof_01kafv3x1ze3prn8t0gq0m52ye'
const NOON = Date.UTC(2026, 10, 20, 11)
const ADDRESS: SepaAddress = {
  street: 'Große Straße',
  building: '7a',
  postCode: '10117',
  town: 'Berlin',
  country: 'DE',
}
const OWN = 'DE41370400440000000001'

// The examples of the SWIFT IBAN registry.
const INSIDE = ['DE89370400440532013000', 'FR1420041010050500013M02606', 'NO9386011117947', 'BE68539007547034']
const OUTSIDE = ['GB29NWBK60161331926819', 'CH9300762011623852957', 'SM86U0322509800000000270100']

const rail = sepa({ name: 'Florin Märkte GmbH & Co. KG', iban: OWN, address: ADDRESS })

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const id = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 25, maxLength: 25 })
  .map((letters) => `pot_0${letters.join('')}` as const)
const latin = (most: number) =>
  fc.string({ unit: fc.constantFrom(..."AzÅéß09/-?:().,'+ &#_€\t"), minLength: 1, maxLength: most })

/** Payouts that the rail takes, of any name, text and amount; what it refuses is left out. */
const instruction = fc
  .record({
    payout: id,
    amount: fc.bigInt({ min: 1n, max: 99_999_999_999n }),
    iban: fc.constantFrom(...INSIDE, ...OUTSIDE),
    bic: fc.constantFrom('DEUTDEFF', 'NWBKGB2LXXX', null),
    name: latin(80),
    text: latin(150),
  })
  .map(
    ({ iban, bic, name, ...rest }): PayoutInstruction => ({
      ...{ ...rest, currency: 'EUR', executeOn: null },
      beneficiary: { name, iban, bic },
    }),
  )
  .filter((one) => {
    try {
      rail.check(one)
      return true
    } catch {
      return false
    }
  })

const batches = fc
  .uniqueArray(instruction, { minLength: 1, maxLength: 12, selector: ({ payout }) => payout })
  .chain((whole) =>
    fc.integer({ min: 1, max: whole.length }).map((size): readonly RailBatch[] =>
      Array.from({ length: Math.ceil(whole.length / size) }, (_, at) => ({
        id: `pof-01kafv3x1ze3prn8t0gq0m52ye-${at + 1}`,
        executeOn: `2026-12-${String(at + 1).padStart(2, '0')}`,
        instructions: whole.slice(at * size, (at + 1) * size),
      })),
    ),
  )

const textAt = (from: Element, path: string): string => at(from, path)?.text ?? expect.fail(`there is no ${path}`)
const minorOf = (text: string): bigint => BigInt(text.replace('.', ''))
const written = (text: string): string => {
  const found = sepaText(text)
  return 'text' in found ? found.text : expect.fail('it was taken, and cannot be written')
}

/** What a bank makes of a file: the payouts in it. */
const readBack = (body: string): readonly object[] => {
  const root = at(treeOf(body), 'CstmrCdtTrfInitn') ?? expect.fail('there is no message')
  return all(root, 'PmtInf').flatMap((info) =>
    all(info, 'CdtTrfTxInf').map((one) => ({
      batch: textAt(info, 'PmtInfId'),
      executeOn: textAt(info, 'ReqdExctnDt/Dt'),
      payout: payoutOfReference(textAt(one, 'PmtId/EndToEndId')),
      amount: minorOf(textAt(one, 'Amt/InstdAmt')),
      name: textAt(one, 'Cdtr/Nm'),
      iban: textAt(one, 'CdtrAcct/Id/IBAN'),
      bic: at(one, 'CdtrAgt/FinInstnId/BICFI')?.text ?? null,
      text: textAt(one, 'RmtInf/Ustrd'),
    })),
  )
}

const given = (orders: readonly RailBatch[]): readonly object[] =>
  orders.flatMap(({ id: batch, executeOn, instructions }) =>
    instructions.map(({ payout, amount, beneficiary: { name, iban, bic }, text }) => ({
      ...{ batch, executeOn, payout, amount, iban, bic },
      ...{ name: written(name), text: written(text) },
    })),
  )

const write = (orders: readonly RailBatch[]): string =>
  rail.write({ file: FILE, createdAt: NOON, batches: orders }).body

describe('a file of any payouts', () => {
  test('is as the schema and the European Payments Council want it, and reads back as the same payouts, with its sums', () => {
    fc.assert(
      fc.property(batches, (orders) => {
        const body = write(orders)
        const tree = treeOf(body)
        expect(tree.attributes.xmlns).toBe('urn:iso:std:iso:20022:tech:xsd:pain.001.001.09')
        expect(faultsOf(tree, PAIN_001)).toEqual([])
        expect(readBack(body)).toEqual(given(orders))
        const message = at(tree, 'CstmrCdtTrfInitn') ?? expect.fail('there is no message')
        const infos = all(message, 'PmtInf')
        for (const [index, { instructions }] of orders.entries()) {
          const info = infos[index] ?? expect.fail('a batch is missing')
          expect(textAt(info, 'NbOfTxs')).toBe(String(instructions.length))
          expect(minorOf(textAt(info, 'CtrlSum'))).toBe(instructions.reduce((sum, { amount }) => sum + amount, 0n))
        }
        const sums = infos.map((info) => [Number(textAt(info, 'NbOfTxs')), minorOf(textAt(info, 'CtrlSum'))] as const)
        expect(Number(textAt(message, 'GrpHdr/NbOfTxs'))).toBe(sums.reduce((total, [count]) => total + count, 0))
        expect(minorOf(textAt(message, 'GrpHdr/CtrlSum'))).toBe(sums.reduce((total, [, sum]) => total + sum, 0n))
      }),
      { numRuns: 200 },
    )
  })

  test('is the same bytes each time', () => {
    fc.assert(
      fc.property(batches, (orders) => {
        expect(write(orders)).toBe(write(structuredClone(orders)))
      }),
      { numRuns: 20 },
    )
  })

  const one: PayoutInstruction = {
    payout: 'pot_01kafv3x1ze3prn8t0gq0m52yd',
    ...{ amount: 6_000n, currency: 'EUR', text: 'Payout 7', executeOn: null },
    beneficiary: { name: 'Bob', iban: INSIDE[0] ?? '', bic: null },
  }
  const body = write([{ id: 'b-1', executeOn: '2026-12-01', instructions: [one] }])

  // What the rules above would find, were the file wrong.
  test.each([
    [
      'an element out of its order',
      /(<PmtMtd>TRF<\/PmtMtd>)(<BtchBookg>false<\/BtchBookg>)/,
      '$2$1',
      'PmtMtd in its place',
    ],
    ['a missing element', /<DbtrAgt>.*<\/DbtrAgt>/, '', 'no DbtrAgt'],
    [
      'an element that nobody knows',
      /<ChrgBr>SLEV<\/ChrgBr>/,
      '<ChrgBr>SLEV</ChrgBr><Prio>1</Prio>',
      'has no CdtTrfTxInf',
    ],
    ['charges of another kind', /SLEV/, 'DEBT', "is 'DEBT'"],
    ['a long reference', /pof-01kafv3x1ze3prn8t0gq0m52ye/, 'x'.repeat(36), 'MsgId'],
    ['a reference with a slash at its end', /b-1/, 'b/', 'PmtInfId'],
    ['three decimals', /60\.00<\/InstdAmt>/, '60.000</InstdAmt>', 'InstdAmt'],
    ['no amount', /60\.00<\/InstdAmt>/, '0.00</InstdAmt>', 'InstdAmt'],
    ['another currency', /Ccy="EUR"/, 'Ccy="USD"', "Ccy='USD'"],
    ['a sum with one decimal', /<CtrlSum>60\.00/, '<CtrlSum>60.0', 'CtrlSum'],
    ['an instant in place of a day', /<Dt>2026-12-01<\/Dt>/, '<DtTm>2026-12-01T00:00:00</DtTm>', 'no Dt'],
    ['another sign', /Payout 7/, 'Payout #7', 'Ustrd'],
    ['a long name', /<Nm>Bob/, `<Nm>${'B'.repeat(71)}`, 'Cdtr/Nm'],
    ['two texts', /<Ustrd>Payout 7<\/Ustrd>/, '<Ustrd>a</Ustrd><Ustrd>b</Ustrd>', '2 Ustrd'],
  ])('would be found to have %s', (_, from, to, fault) => {
    expect(faultsOf(treeOf(body), PAIN_001)).toEqual([])
    expect(body).toMatch(from)
    expect(faultsOf(treeOf(body.replace(from, to)), PAIN_001).join('\n')).toContain(fault)
  })
})

describe('outside the European Economic Area', () => {
  const to = (iban: string, bic: string | null): PayoutInstruction => ({
    payout: 'pot_01kafv3x1ze3prn8t0gq0m52yd',
    ...{ amount: 1n, currency: 'EUR', text: 'Payout', executeOn: null },
    beneficiary: { name: 'Bob', iban, bic },
  })

  test.each(OUTSIDE)('an account needs its BIC, and the payer’s address: %s', (iban) => {
    expect(() => rail.check(to(iban, null))).toThrow(/outside the European Economic Area, and has no BIC/)
    expect(() => rail.check(to(iban, 'NWBKGB2L'))).not.toThrow()
    const homeless = sepa({ name: 'Florin', iban: OWN })
    expect(() => homeless.check(to(iban, 'NWBKGB2L'))).toThrow(/give sepa\(\) an address/)
  })

  test('within it neither is needed', () => {
    const homeless = sepa({ name: 'Florin', iban: OWN })
    for (const iban of INSIDE) expect(() => homeless.check(to(iban, null))).not.toThrow()
  })

  test('an account of ours needs both when the rail is made', () => {
    const swiss = { name: 'Florin AG', iban: plainIban('CH93 0076 2011 6238 5295 7') }
    const path = (path: string) => expect.objectContaining({ code: 'configuration', details: { path } })
    expect(() => sepa(swiss)).toThrow(path('bic'))
    expect(() => sepa({ ...swiss, bic: 'UBSWCHZH80A' })).toThrow(path('address'))
    expect(() => sepa({ ...swiss, bic: 'UBSWCHZH80A', address: ADDRESS })).not.toThrow()
  })

  test.each([
    [{ town: '' }, 'address.town'],
    [{ town: 'x'.repeat(36) }, 'address.town'],
    [{ street: 'Невский' }, 'address.street'],
    [{ postCode: 'x'.repeat(17) }, 'address.postCode'],
    [{ country: 'Germany' }, 'address.country'],
  ])('an address says what is wrong with it: %o', (more, path) => {
    const make = () => sepa({ name: 'Florin', iban: OWN, address: { ...ADDRESS, ...more } })
    expect(make).toThrow(expect.objectContaining({ code: 'configuration', details: { path } }))
  })
})

test('an IBAN whose check digits do not fit, or a BIC that is none, is refused before anything is written', () => {
  const to = (iban: string, bic: string | null) => () =>
    rail.check({
      payout: 'pot_01kafv3x1ze3prn8t0gq0m52yd',
      ...{ amount: 1n, currency: 'EUR', text: 'Payout', executeOn: null },
      beneficiary: { name: 'Bob', iban, bic },
    })
  expect(to('DE88370400440532013000', null)).toThrow(/destination: .*check digits do not fit/)
  expect(to('DE89370400440532013000', 'nobank')).toThrow(/destination: is not a BIC/)
})
