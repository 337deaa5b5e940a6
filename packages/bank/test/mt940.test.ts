import { mt940 } from '@florin/bank'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemsOf, linesOf } from './reading.ts'

// Written by hand from SWIFT's public description of MT940 and the German banks' of field 86; no bank's own data.
const GERMAN = `:20:STARTUMSE
:25:37040044/0532013000
:28C:00241/001
:60F:C261119EUR1000,00
:61:2611201120D60,00NTRFNONREF//POS 17
:86:116?00EINZELUEBERWEISUNG?109310?20EREF+pot-01kafv3x1ze3prn8t0gq0m
?2152yd?22KREF+B-77?23SVWZ+Auszahlung 4711 No?24vember?30DEUTDEFF500?31DE89370400440532013000?32Ada Lovelace
:61:2611211120C12,5NMSCINV-9
:86:166?00GUTSCHRIFT?20RTRN+AC04?21SVWZ+Retoure?22 Konto geschlossen
:62F:C261120EUR952,50
-`

const DUTCH = `:20:940S261120
:25:NL91ABNA0417164300 EUR
:28C:324/1
:60F:C261119EUR5000,00
:61:2611201120C250,00N654NONREF
:86:/TRTP/SEPA OVERBOEKING/IBAN/NL56AGDH9619008421/BIC/AGDHNL2A
/NAME/A B COMPANY/REMI/order 1001/2026 and more/EREF/E2E-55
:61:2611201120RC25,00NCHGNONREF
:86:correction of a booking
that was wrong
:62F:C261120EUR5225,00
-`

const day = (month: number, date: number): number => Date.UTC(2026, month - 1, date)

describe('mt940', () => {
  test('reads entries with subfields, references, and both dates', async () => {
    const items = await itemsOf(mt940(), GERMAN)
    const account = '37040044/0532013000'
    expect(items).toEqual([
      { is: 'balance', line: 1, at: 'opening', account, currency: 'EUR', amount: 100_000n, on: day(11, 19) },
      {
        ...{ is: 'line', line: 1, id: `${account}/00241/001/C261119EUR1000,00/1`, kind: 'bank_debit', currency: 'EUR' },
        ...{ gross: -6_000n, fee: null, net: -6_000n, presentment: null },
        references: {
          ...{ attempt: null, gatewayId: 'POS 17', parentGatewayId: null, batch: 'B-77' },
          endToEnd: 'pot-01kafv3x1ze3prn8t0gq0m52yd',
        },
        ...{ occurredAt: day(11, 20), valueAt: day(11, 20), text: 'EINZELUEBERWEISUNG Auszahlung 4711 November' },
      },
      expect.objectContaining({
        ...{
          net: 1_250n,
          occurredAt: day(11, 20),
          valueAt: day(11, 21),
          text: 'AC04 GUTSCHRIFT Retoure Konto geschlossen',
        },
        references: expect.objectContaining({ endToEnd: 'INV-9' }),
      }),
      { is: 'balance', line: 2, at: 'closing', account, currency: 'EUR', amount: 95_250n, on: day(11, 20) },
    ])
  })

  test('reads keywords between slashes, free text, and reversals by the direction of the entry itself', async () => {
    expect(linesOf(await itemsOf(mt940(), DUTCH))).toEqual([
      ['25000 EUR', 'E2E-55', 'order 1001/2026 and more'],
      ['-2500 EUR', null, 'correction of a booking that was wrong'],
    ])
    const debit = await itemsOf(mt940(), DUTCH.replace('RC25,00', 'RD25,00'))
    expect(linesOf(debit)[1]?.[0]).toBe('2500 EUR')
  })

  test('gives the same items whichever way lines end, wrapped or not, however the bytes are cut', async () => {
    const whole = await itemsOf(mt940(), GERMAN)
    const wrapped = `{1:F01DEUTDEFFAXXX0000000000}{2:O9400000}{4:\n${GERMAN}}{5:{CHK:0}}\n`
    for (const text of [GERMAN, wrapped, `0000 01INGBNL2A\n940\n${GERMAN}`, GERMAN.slice(0, -2)]) {
      for (const end of ['\n', '\r\n', '\r']) {
        for (const size of [1, 5, 65_536]) {
          expect(await itemsOf(mt940(), text.replaceAll('\n', end), size)).toEqual(whole)
        }
      }
    }
  })

  test('reads many messages a file, and names every entry differently', async () => {
    const second = DUTCH.replace('324/1', '325/1').replace('C261119EUR5000,00', 'C261120EUR5225,00')
    const items = await itemsOf(mt940(), `${GERMAN}\r\n${DUTCH}\r\n${second}\r\n`)
    const ids = items.flatMap((one) => (one.is === 'line' ? [one.id] : []))
    expect(new Set(ids).size).toBe(6)
    expect(items.filter((one) => one.is === 'balance')).toHaveLength(6)
    expect(await itemsOf(mt940(), DUTCH)).toEqual(
      (await itemsOf(mt940(), `${DUTCH}\n${DUTCH}`)).slice(4).map((one) => ({ ...one, line: one.line - 2 })),
    )
  })

  test('leaves out the balances between the pages of one statement', async () => {
    const pages = GERMAN.replace(':62F:', ':62M:') + GERMAN.replace(':60F:', ':60M:').replace('00241/001', '00241/002')
    const items = await itemsOf(mt940(), pages.replace('-:20:', '-\n:20:'))
    expect(items.filter((one) => one.is === 'balance').map((one) => one.at)).toEqual(['opening', 'closing'])
    expect(items.filter((one) => one.is === 'line')).toHaveLength(4)
  })

  test('places the booking date in the year next to the value date', async () => {
    const at = async (field: string): Promise<readonly unknown[]> =>
      (await itemsOf(mt940(), GERMAN.replace('2611201120', field))).flatMap((one) =>
        one.is === 'line' ? [[new Date(one.occurredAt).getUTCFullYear(), new Date(one.valueAt).getUTCFullYear()]] : [],
      )
    expect((await at('2701021231'))[0]).toEqual([2026, 2027])
    expect((await at('2612310102'))[0]).toEqual([2027, 2026])
    expect((await at('261231'))[0]).toEqual([2026, 2026])
  })

  test.each([
    [
      'a value date that is no day',
      '2611201120D',
      '2613201120D',
      "entry 1: :61: has the value date '261320', which is no day",
    ],
    [
      'a booking date that is no day',
      '2611201120D',
      '2611201131D',
      "entry 1: :61: has the booking date '1131', which is no day",
    ],
    ['too many decimals', 'D60,00N', 'D60,001N', 'entry 1: :61: 60,001 EUR has more than the 2 decimals of EUR'],
    [
      'no direction',
      '1120D60',
      '1120X60',
      /^entry 1: :61: is '2611201120X60,00NTRFNONREF\/\/POS 17'; it is a date, C or D/,
    ],
  ])('reports an entry with %s, and goes on', async (_, from, to, why) => {
    const items = await itemsOf(mt940(), GERMAN.replace(from, to))
    expect(items[1]).toEqual({ is: 'malformed', line: 1, why: expect.stringMatching(why) })
    expect(linesOf(items)).toEqual([['1250 EUR', 'INV-9', 'AC04 GUTSCHRIFT Retoure Konto geschlossen']])
  })

  test('says what is wrong with a balance, and that a statement breaks off', async () => {
    const broken = await itemsOf(mt940(), GERMAN.replace('C261119EUR1000,00', 'C261119EUR1000.00'))
    expect(broken.filter((one) => one.is === 'malformed').map((one) => one.why)).toEqual([
      "the opening balance is 'C261119EUR1000.00'; it is C or D, a day, a currency and an amount, as C261120EUR12,50",
      'entry 1: no opening balance (:60F:) gives its currency',
      'entry 2: no opening balance (:60F:) gives its currency',
    ])
    const cut = await itemsOf(mt940(), GERMAN.slice(0, GERMAN.indexOf(':62F:')))
    expect(cut.at(-1)).toEqual({
      ...{ is: 'malformed', line: 2 },
      why: 'the statement ends without its closing balance (:62F:): its end is missing',
    })
    expect(cut.filter((one) => one.is === 'line')).toHaveLength(2)
  })

  test.each([
    ['nothing', ''],
    ['XML', '<?xml version="1.0"?><Document/>'],
    ['a long file of another kind', 'a,b,c\n'.repeat(200)],
  ])('refuses %s', async (_, text) => {
    await expect(itemsOf(mt940(), text)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('reads what Windows wrote, and masks card numbers', async () => {
    const text = GERMAN.replace('Auszahlung 4711', 'Käse 4111111111111111')
    const items = await itemsOf(mt940(), Buffer.from(text, 'latin1'))
    expect(linesOf(items)[0]?.[2]).toContain('Käse ************1111')
    expect(await itemsOf(mt940(), text)).toEqual(items)
  })

  test('never fails in another way than its own, whatever happened to the file', async () => {
    const bytes = Buffer.from(`${GERMAN}\r\n${DUTCH}`)
    const damage = fc.record({ at: fc.nat(bytes.length - 1), length: fc.nat(60), by: fc.uint8Array({ maxLength: 20 }) })
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, length, by }) => {
        const broken = Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)])
        const ended = await itemsOf(mt940(), broken).catch((error: Error & { code?: string }) => error.code)
        if (!Array.isArray(ended)) expect(ended).toBe('invalid_request')
        else for (const item of ended) expect(['line', 'balance', 'malformed']).toContain(item.is)
      }),
      { numRuns: 200 },
    )
  })

  test('holds no more of a long file than of a short one', async () => {
    const [head = '', tail = ''] = GERMAN.split(/(?<=EUR1000,00\n)[\s\S]*(?=:62F:)/)
    const one = ':61:2611201120C12,50NMSCINV-9\n:86:166?00GUTSCHRIFT?20SVWZ+Rechnung 9\n'
    const block = Buffer.from(one.repeat(500))
    const blocks = 200
    async function* bytes(): AsyncIterable<Uint8Array> {
      yield Buffer.from(head)
      for (let i = 0; i < blocks; i++) yield block
      yield Buffer.from(tail)
    }
    let lines = 0
    let most = 0
    for await (const items of mt940().read(bytes())) {
      lines += items.filter((item) => item.is === 'line').length
      most = Math.max(most, items.length)
    }
    expect(lines).toBe(blocks * 500)
    expect(most).toBeLessThanOrEqual(1_000) // what one piece of 64 KB completes: nothing waits for the end
  })
})
