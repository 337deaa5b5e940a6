import { camt053, mt940 } from '@florin/bank'
import type { StatementReader } from '@florin/core/statements'
import { describe, expect, test } from 'vitest'
import { itemsOf } from './reading.ts'

/** Why the only line of a file came back, and what its text begins with. */
const told = async (reader: StatementReader, file: string) => {
  const lines = (await itemsOf(reader, file)).filter((one) => one.is === 'line')
  expect(lines).toHaveLength(1)
  return lines[0]
}

const camt = (information: string): string =>
  `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr/><Stmt><Id>S1</Id>
  <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct><Ntry><Amt Ccy="EUR">60.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
  <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>pot-1</EndToEndId></Refs>
  ${information}</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`

const swift = (information: string, mark = 'C'): string =>
  `:20:S\n:25:37040044/0532013000\n:28C:1/1\n:60F:C261119EUR0,00\n:61:2611201120${mark}60,00NTRFNONREF\n:86:${information}\n:62F:C261120EUR60,00\n-`

describe('why something came back, in camt.053', () => {
  const why = (inner: string) => `<RtrInf>${inner}</RtrInf>`
  test.each([
    ['a code', why('<Rsn><Cd>AC04</Cd></Rsn>'), { code: 'AC04', text: null }],
    [
      'a code and words, of several lines',
      why('<Rsn><Cd>AC04</Cd></Rsn><AddtlInf>ACCOUNT</AddtlInf><AddtlInf>CLOSED</AddtlInf>'),
      { code: 'AC04', text: 'ACCOUNT CLOSED' },
    ],
    ["the bank's own code", why('<Rsn><Prtry>R-17</Prtry></Rsn>'), { code: 'R-17', text: null }],
    [
      "words in place of the bank's own code",
      why('<Rsn><Prtry>Konto von A. Lovelace ist zu</Prtry></Rsn>'),
      {
        code: null,
        text: 'Konto von A. Lovelace ist zu',
      },
    ],
    ['words only', why('<AddtlInf>NO SUCH ACCOUNT</AddtlInf>'), { code: null, text: 'NO SUCH ACCOUNT' }],
    ['a card number, which nobody may keep', why('<Rsn><Prtry>4111111111111111</Prtry></Rsn>'), { code: null }],
  ])('is %s', async (_, inner, expected) => {
    const line = await told(camt053(), camt(inner))
    expect(line?.returned).toMatchObject(expected)
    expect(JSON.stringify(line?.returned)).not.toContain('4111111111111111')
  })

  test('is nothing where the line does not say that it came back, or says not why', async () => {
    for (const inner of ['', '<RmtInf><Ustrd>AC04</Ustrd></RmtInf>', '<RtrInf/>'])
      expect(await told(camt053(), camt(inner))).not.toHaveProperty('returned')
  })
})

describe('why something came back, in MT940', () => {
  test.each([
    ['a code under RTRN', '166?00GUTSCHRIFT?20RTRN+AC04?21SVWZ+Retoure', { code: 'AC04', text: null }],
    [
      'a code and words',
      '166?00GUTSCHRIFT?20RTRN+AC04 Konto geschl?21ossen',
      { code: 'AC04', text: 'Konto geschlossen' },
    ],
    ['words', '166?00GUTSCHRIFT?20RTRN+Konto geschlossen', { code: null, text: 'Konto geschlossen' }],
    ['the digits of a returned transfer', '159?00RUECKUEBERWEISUNG?20EREF+pot-1?34902', { code: '902', text: null }],
    ['the code before the digits', '159?00RUECKUEBERWEISUNG?20RTRN+AC04?34902', { code: 'AC04', text: null }],
    ['a code between slashes', '/TRTP/SEPA OVERBOEKING/RTRN/AC01/EREF/pot-1', { code: 'AC01', text: null }],
    [
      'a code and words between slashes',
      '/RTRN/AC01 NUMBER UNKNOWN/EREF/pot-1',
      { code: 'AC01', text: 'NUMBER UNKNOWN' },
    ],
  ])('is %s', async (_, information, expected) => {
    expect((await told(mt940(), swift(information)))?.returned).toEqual(expected)
  })

  test.each([
    ['a transfer with other digits', '166?00GUTSCHRIFT?20EREF+pot-1?34000'],
    ['a transfer with digits of a return', '166?00GUTSCHRIFT?20EREF+pot-1?34902'],
    ['a direct debit, whose digits begin with 99', '105?00BASISLASTSCHRIFT?20EREF+1?34992'],
    ['a return that says nothing', '159?00RUECKUEBERWEISUNG?20EREF+pot-1'],
    ['free text', 'RTRN AC04'],
  ])('is nothing of %s', async (_, information) => {
    expect(await told(mt940(), swift(information))).not.toHaveProperty('returned')
  })
})
