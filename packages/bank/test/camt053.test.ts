import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { camt053 } from '@florin/bank'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemsOf, linesOf } from './reading.ts'

const FOLDER = process.env.FLORIN_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const sample = (name: string): Buffer => readFileSync(join(FOLDER, 'statements', name))
/** Tests on the standard's own samples, where those are: in FLORIN_DATA, or ../shared/data. */
const withSamples = test.skipIf(!existsSync(join(FOLDER, 'statements/camt053.v8.xml')))

const DAY = Date.UTC(2014, 11, 31)

const file = (entries: string, version = '08', more = ''): string =>
  `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><GrpHdr/>
  <Stmt><Id>S1</Id>${more}<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>${entries}</Stmt>
  </BkToCstmrStmt></Document>`

const entry = (inner: string, amount = '10.00', direction = 'CRDT', currency = 'EUR'): string =>
  `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
  <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-21</Dt></ValDt>${inner}</Ntry>`

const details = (reference: string, amount: string | null, currency = 'EUR'): string =>
  `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs>${amount === null ? '' : `<Amt Ccy="${currency}">${amount}</Amt>`}</TxDtls>`

describe('camt.053', () => {
  withSamples('reads several statements of version 2, with their balances', async () => {
    const items = await itemsOf(camt053(), sample('camt053.v2.multi.statement.xml'))
    const account = 'NL26VAYB8060476890'
    const balance = { is: 'balance', account, currency: 'EUR' }
    expect(items).toEqual([
      { ...balance, line: 1, at: 'opening', amount: 1_815n, on: DAY - 86_400_000 },
      { ...balance, line: 1, at: 'closing', amount: 2_700n, on: DAY },
      expect.objectContaining({
        ...{
          is: 'line',
          line: 1,
          id: `${account}/253EURNL26VAYB8060476890/1`,
          kind: 'bank_credit',
          net: 885n,
          gross: 885n,
        },
        ...{
          occurredAt: DAY,
          valueAt: Date.UTC(2015, 0, 2),
          text: 'Transaction Description 1',
          presentment: null,
          fee: null,
        },
      }),
      { ...balance, line: 2, at: 'opening', amount: 2_700n, on: DAY - 86_400_000 },
      { ...balance, line: 2, at: 'closing', amount: 2_000n, on: DAY },
      expect.objectContaining({ line: 2, id: `${account}/254EURNL26VAYB8060476890/1`, kind: 'bank_debit', net: -700n }),
    ])
  })

  withSamples(
    'takes five decimals where those beyond the currency are zeros, and calls the line malformed where not',
    async () => {
      const good = await itemsOf(camt053(), sample('camt053.v2.five.decimals.xml'))
      expect(good.map((one) => ('net' in one ? one.net : 'amount' in one ? one.amount : one))).toEqual([
        1_815n,
        2_705n,
        885n,
      ])
      const [bad] = await itemsOf(camt053(), file(entry('', '8.85001')))
      expect(bad).toEqual({ is: 'malformed', line: 1, why: 'entry 1: 8.85001 EUR has more than the 2 decimals of EUR' })
    },
  )

  withSamples(
    'reads version 8, where the transaction is told in another currency: the entry is what moved',
    async () => {
      const items = await itemsOf(camt053(), sample('camt053.v8.xml'))
      expect(linesOf(items)).toEqual([['885 EUR', 'MUELL/FINP/RA12345', '4654654654654654']])
      expect(items.filter((one) => one.is === 'balance').map((one) => [one.at, one.currency, one.amount])).toEqual([
        ['opening', 'EUR', 1_815n],
        ['closing', 'SEK', -2_700n],
      ])
      expect(items.at(-1)).toMatchObject({
        references: { gatewayId: 'AAAASESS-FP-CN_98765/01' },
        occurredAt: DAY + 44_100_000,
      })
    },
  )

  test('tells each transaction of a batch, where they add up, and the whole entry where not', async () => {
    const batch = (amounts: readonly (string | null)[]): string =>
      entry(
        `<NtryDtls><Btch><PmtInfId>B7</PmtInfId></Btch>${amounts.map((one, i) => details(`E${i + 1}`, one)).join('')}</NtryDtls>`,
      )
    const adding = await itemsOf(camt053(), file(batch(['4.00', '6.00'])))
    expect(linesOf(adding)).toEqual([
      ['400 EUR', 'E1', ''],
      ['600 EUR', 'E2', ''],
    ])
    expect(adding.map((one) => 'id' in one && [one.id, one.references.batch])).toEqual([
      ['DE89370400440532013000/S1/1/1', 'B7'],
      ['DE89370400440532013000/S1/1/2', 'B7'],
    ])
    for (const amounts of [['4.00', '5.00'], ['4.00', null], []]) {
      expect(linesOf(await itemsOf(camt053(), file(batch(amounts))))).toEqual([['1000 EUR', null, '']])
    }
  })

  test('tells a batch of thousands as it is read, and what its transactions do not add up to', async () => {
    const many = (last: string): string =>
      entry(
        `<NtryDtls>${Array.from({ length: 2_500 }, (_, i) => details(`E${i + 1}`, i === 2_499 ? last : '0.01')).join('')}</NtryDtls>`,
        '25.00',
        'DBIT',
      )
    const good = await itemsOf(camt053(), file(many('0.01')))
    expect(good).toHaveLength(2_500)
    expect(new Set(good.map((one) => 'id' in one && one.id)).size).toBe(2_500)
    expect(good.at(-1)).toMatchObject({ net: -1n, id: 'DE89370400440532013000/S1/1/2500' })
    const bad = await itemsOf(camt053(), file(many('0.02')))
    expect(bad.at(-1)).toEqual({
      ...{ is: 'malformed', line: 1 },
      why: 'entry 1: its transactions add up to -2501 and not to -2500 minor units of EUR',
    })
  })

  test('takes the direction of an entry as it is, also of a reversal, and says why money came back', async () => {
    const reversal = entry(
      `<RvslInd>true</RvslInd><NtryDtls><TxDtls><Refs><EndToEndId>pot-1</EndToEndId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>
       <RmtInf><Ustrd>Return of</Ustrd><Ustrd>a transfer</Ustrd></RmtInf></TxDtls></NtryDtls>`,
    )
    expect(linesOf(await itemsOf(camt053(), file(reversal)))).toEqual([
      ['1000 EUR', 'pot-1', 'AC04 Return of a transfer'],
    ])
  })

  test('leaves out what is not booked', async () => {
    const pending = entry('').replace('BOOK', 'PDNG')
    const old = entry('').replace('<Cd>BOOK</Cd>', 'INFO')
    expect(await itemsOf(camt053(), file(pending + old))).toEqual([])
  })

  test.each([
    ['no amount', entry('').replace(/<Amt.*?Amt>/, ''), 'it has no amount with a currency'],
    ['a direction that is none', entry('', '1.00', 'UP'), "CdtDbtInd is 'UP'; it is CRDT or DBIT"],
    ['a currency that is none', entry('', '1.00', 'CRDT', 'EUX'), "'EUX' is no currency of ISO 4217"],
    ['an amount that is none', entry('', '-1,00'), "'-1,00' is no amount: digits, and '.' before the decimals"],
    ['no date', entry('').replace(/<BookgDt>.*<\/ValDt>/, ''), 'it has neither a booking date nor a value date'],
    [
      'a day that is none',
      entry('').replace('2026-11-20', '2026-02-30'),
      "'2026-02-30' or its value date is no date of ISO 8601",
    ],
  ])('reports an entry with %s, and goes on', async (_, broken, why) => {
    const items = await itemsOf(camt053(), file(broken + entry('', '2.00')))
    expect(items[0]).toEqual({ is: 'malformed', line: 1, why: `entry 1: ${why}` })
    expect(items[1]).toMatchObject({ is: 'line', line: 2, net: 200n })
  })

  test('says where a file breaks off, after what could be read', async () => {
    const whole = file(entry('', '1.00') + entry('', '2.00'))
    const items = await itemsOf(camt053(), whole.slice(0, whole.lastIndexOf('<ValDt>')))
    expect(items[0]).toMatchObject({ is: 'line', net: 100n })
    expect(items.slice(1)).toEqual([
      { is: 'malformed', line: 2, why: expect.stringMatching(/^at line 4 of the file: it is not well-formed XML/) },
    ])
  })

  test.each([
    ['nothing', ''],
    ['no XML', ':20:STARTUMS\r\n'],
    [
      'another message',
      '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>',
    ],
    ['another schema', '<Document xmlns="urn:x"><BkToCstmrStmt/></Document>'],
    [
      'a document type',
      '<!DOCTYPE a [<!ENTITY b "c">]><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
    ],
    ['an unknown encoding', '<?xml version="1.0" encoding="KLINGON"?><Document/>'],
  ])('refuses %s', async (_, text) => {
    await expect(itemsOf(camt053(), text)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('reads other encodings, prefixes, entities and CDATA', async () => {
    const text = file(entry('<AddtlNtryInf>Käse &amp; <![CDATA[<Brot>]]></AddtlNtryInf>'))
    const latin = Buffer.from(text.replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"'), 'latin1')
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    const prefixed = text
      .replaceAll(/<(\/?)([A-Z])/g, '<$1n:$2')
      .replace('<![CDATA[<n:Brot>]]>', '<![CDATA[<Brot>]]>')
      .replace('xmlns=', 'xmlns:n=')
    for (const bytes of [text, latin, utf16, prefixed]) {
      expect(linesOf(await itemsOf(camt053(), bytes))).toEqual([['1000 EUR', null, 'Käse & <Brot>']])
    }
  })

  withSamples('gives the same items however the bytes are cut', async () => {
    const bytes = sample('camt053.v2.multi.statement.xml')
    const whole = await itemsOf(camt053(), bytes)
    for (const size of [1, 7, 333]) expect(await itemsOf(camt053(), bytes, size)).toEqual(whole)
  })

  withSamples('never fails in another way than its own, whatever happened to the file', async () => {
    const bytes = sample('camt053.v8.xml')
    const damage = fc.record({ at: fc.nat(bytes.length - 1), length: fc.nat(40), by: fc.uint8Array({ maxLength: 20 }) })
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, length, by }) => {
        const broken = Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)])
        const ended = await itemsOf(camt053(), broken).catch((error: Error & { code?: string }) => error.code)
        if (!Array.isArray(ended)) expect(ended).toBe('invalid_request')
        else for (const item of ended) expect(['line', 'balance', 'malformed']).toContain(item.is)
      }),
      { numRuns: 150 },
    )
  })

  test('holds no more of a long file than of a short one', async () => {
    const one = entry(
      `<NtryDtls>${details('pot-1', '10.00')}</NtryDtls><AddtlNtryInf>${'x'.repeat(200)}</AddtlNtryInf>`,
    )
    const [head = '', tail = ''] = file('|').split('|')
    const block = Buffer.from(one.repeat(100))
    const blocks = 300
    async function* bytes(): AsyncIterable<Uint8Array> {
      yield Buffer.from(head)
      for (let i = 0; i < blocks; i++) yield block
      yield Buffer.from(tail)
    }
    let lines = 0
    let most = 0
    for await (const items of camt053().read(bytes())) {
      lines += items.length
      most = Math.max(most, items.length)
    }
    expect(lines).toBe(blocks * 100)
    expect(most).toBeLessThanOrEqual(200) // what one piece of 64 KB completes: nothing waits for the end
  })
})
