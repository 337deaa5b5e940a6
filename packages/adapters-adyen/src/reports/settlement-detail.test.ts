import type { StatementItem } from '@florin/core/statements'
import { describe, expect, test } from 'vitest'
import { CHARGE, DEED, DEED_PSP, PSP } from '../../test/commands.ts'
import { NO_DATA, referenceData } from '../../test/schemas.ts'
import { adyenSettlementDetail, type SettlementDetailOptions } from './settlement-detail.ts'

const HEADER =
  'Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,' +
  'Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),' +
  'Scheme Fees (NC),Interchange (NC),Payment Method Variant,Modification Merchant Reference,Batch Number'

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}
const readAll = async (text: string, options?: SettlementDetailOptions): Promise<readonly StatementItem[]> => {
  const items: StatementItem[] = []
  for await (const group of adyenSettlementDetail(options).read(bytes(text))) items.push(...group)
  return items
}
const read = async (line: string, options?: SettlementDetailOptions) =>
  (await readAll(`${HEADER}\n${line}\n`, options))[0]

const WHO = 'FlorinBV,FlorinECOM'
const WHEN = '2026-11-21 13:00:00,CET'
const settled = (amounts: string, own = `${DEED}-capture`) =>
  `${WHO},${PSP},${CHARGE},visa,${WHEN},Settled,${DEED_PSP},${amounts},visaclassic,${own},7`
const refunded = (own: string) =>
  `${WHO},${PSP},${CHARGE},visa,${WHEN},Refunded,${DEED_PSP},EUR,40.00,,1,EUR,40.00,,,,,,visaclassic,${own},7`

describe('a line of a settlement detail report', () => {
  test('is a capture, with its costs, by Adyen’s references and ours', async () => {
    expect(await read(settled('EUR,,100.00,1,EUR,,98.85,,0.40,0.10,0.65'))).toEqual({
      is: 'line',
      line: 2,
      id: `FlorinECOM/7/Settled ${DEED_PSP}`,
      kind: 'capture',
      currency: 'EUR',
      gross: 10_000n,
      fee: 115n,
      net: 9_885n,
      presentment: null,
      references: { attempt: DEED, gatewayId: DEED_PSP, parentGatewayId: PSP, batch: '7', endToEnd: null },
      occurredAt: Date.parse('2026-11-21T12:00:00Z'),
      valueAt: Date.parse('2026-11-21T12:00:00Z'),
      text: 'Settled: visa',
    })
  })

  test('of a charge that was captured by itself is by the charge', async () => {
    for (const own of ['', CHARGE])
      expect(await read(settled('EUR,,100.00,1,EUR,,100.00,,,,', own))).toMatchObject({
        fee: 0n,
        references: { attempt: CHARGE },
      })
  })

  test('is a refund by its own attempt, and by none where it was made in the Customer Area', async () => {
    expect(await read(refunded(`${DEED}-refund`))).toMatchObject({
      kind: 'refund',
      gross: -4_000n,
      references: { attempt: DEED },
    })
    for (const own of ['', CHARGE, `${DEED}-capture`])
      expect(await read(refunded(own))).toMatchObject({ references: { attempt: null, gatewayId: DEED_PSP } })
  })

  test('is a chargeback with what Adyen takes for it', async () => {
    const line = `${WHO},${PSP},${CHARGE},visa,${WHEN},Chargeback,${DEED_PSP},EUR,349.99,,1,EUR,357.49,,7.5,,,,visaclassic,,7`
    expect(await read(line)).toMatchObject({
      kind: 'dispute',
      gross: -34_999n,
      fee: 750n,
      net: -35_749n,
      references: { attempt: CHARGE, parentGatewayId: PSP },
    })
  })

  test('in another currency than the balance’s tells what the buyer paid, and at which rate', async () => {
    expect(await read(settled('USD,,110.00,0.9,EUR,,98.00,,0.40,0.10,0.50'))).toMatchObject({
      currency: 'EUR',
      gross: 9_900n,
      fee: 100n,
      net: 9_800n,
      presentment: { currency: 'USD', amount: 11_000n, rate: '0.9' },
    })
  })

  test('may count costs finer than its currency does', async () => {
    expect(await read(settled('EUR,,100.00,1,EUR,,98.85,,0.404,0.0962,0.6521'))).toMatchObject({ fee: 115n })
    expect(await read(settled('USD,,110.00,0.9,EUR,,98.00,,0.404,0.0962,0.5048'))).toMatchObject({ fee: 101n })
  })

  test('without a payment is named by its place, and its words are no reference', async () => {
    const fee = `${WHO},,,,${WHEN},Fee,Transaction Fees November 2026,,,,,EUR,0.09,,,,,,,,7`
    expect(await read(fee)).toMatchObject({
      id: 'FlorinECOM/7/line 2',
      kind: 'fee',
      gross: -9n,
      fee: 0n,
      net: -9n,
      references: { attempt: null, gatewayId: null, parentGatewayId: null, batch: '7' },
      text: 'Fee: Transaction Fees November 2026',
    })
  })

  test.each([
    ['MerchantPayout', 'payout'],
    ['BankInstructionReturned', 'payout_undone'],
    ['DepositCorrection', 'transfer'],
    ['InvoiceDeduction', 'fee'],
    ['SomethingNew', 'adjustment'],
  ])('of the type %s is a %s', async (type, kind) => {
    expect(await read(`${WHO},,,,${WHEN},${type},x,,,,,EUR,,5.00,,,,,,,7`)).toMatchObject({ kind, net: 500n })
  })

  test('is dated by its zone, which a reader may be told', async () => {
    const at = (zone: string) => `${WHO},,,,2026-07-01 12:00:00,${zone},Fee,x,,,,,EUR,1,,,,,,,,7`
    expect(await read(at('CEST'))).toMatchObject({ occurredAt: Date.parse('2026-07-01T10:00:00Z') })
    expect(await read(at('IST'), { timeZones: { IST: 330 } })).toMatchObject({
      occurredAt: Date.parse('2026-07-01T06:30:00Z'),
    })
    expect(await read(at('IST'))).toMatchObject({ is: 'malformed', why: expect.stringContaining("TimeZone is 'IST'") })
  })

  test.each([
    [settled('EUR,,100.00,1,EUR,,98.85,,0.40,0.10,9.65'), 'do not add up'],
    [settled('EUR,,100.00,1,EUR,,"98,85",,0.40,0.10,0.65'), "Net Credit (NC) is '98,85'"],
    [settled('EUR,,100.00,1,,,98.85,,,,'), 'Net Currency is empty'],
    [`${WHO},,,,${WHEN},Fee,x,,,,,EUR,1,,,,,,,,`, 'Batch Number is empty'],
  ])('is malformed where %s', async (line, says) => {
    expect(await read(line)).toEqual({ is: 'malformed', line: 2, why: expect.stringContaining(says) })
  })
})

test('another file is refused whole, with what its header lacks', async () => {
  await expect(readAll(`${HEADER.replace(',Batch Number', '')}\n`)).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('Batch Number'),
  })
})

const sample = referenceData('statements/settlement_detail_report_batch_238.csv')
test.skipIf(sample === null)(
  `Adyen’s own sample reads to the cent${sample === null ? ` (skipped: ${NO_DATA})` : ''}`,
  async () => {
    const items = await readAll(sample ?? '')
    expect(items.map((item) => (item.is === 'line' ? [item.kind, item.net, item.text] : item))).toEqual([
      ['transfer', 45_433_199n, 'Balancetransfer: Balancetransfer: Balancetransfer from batch 237'],
      ['fee', -9n, 'Fee: Transaction Fees March     01 2022'],
      ['transfer', -45_433_190n, 'Balancetransfer: Balancetransfer: Balancetransfer to batch 239'],
    ])
  },
)
