/** One booking on a bank statement: money in is positive, in minor units of a currency with two decimals. */
export interface BankEntry {
  readonly id: string
  readonly amount: bigint
  readonly endToEnd: string | null
  readonly text: string
  /** The reason of a return, by ISO 20022. */
  readonly returned?: string | undefined
}

const amountText = (amount: bigint): string => {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const entryXml = ({ id, amount, endToEnd, text, returned }: BankEntry, currency: string, day: string): string => `
      <Ntry>
        <Amt Ccy="${currency}">${amountText(amount)}</Amt>
        <CdtDbtInd>${amount < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>${day}</Dt></BookgDt>
        <ValDt><Dt>${day}</Dt></ValDt>
        <AcctSvcrRef>${id}</AcctSvcrRef>
        <NtryDtls><TxDtls>
          <Refs>${endToEnd === null ? '' : `<EndToEndId>${escaped(endToEnd)}</EndToEndId>`}</Refs>
          <RmtInf><Ustrd>${escaped(text)}</Ustrd></RmtInf>${
            returned === undefined ? '' : `\n          <RtrInf><Rsn><Cd>${returned}</Cd></Rsn></RtrInf>`
          }
        </TxDtls></NtryDtls>
      </Ntry>`

/** A bank's statement of one day as camt.053, the way a bank sends it. */
export const camtStatement = (entries: readonly BankEntry[], currency: string, day: string): Uint8Array => {
  const closing = entries.reduce((sum, { amount }) => sum + amount, 0n)
  const balance = (code: string, amount: bigint): string => `
      <Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amountText(amount)}</Amt>
        <CdtDbtInd>${amount < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>demo-${day}</MsgId><CreDtTm>${day}T23:00:00Z</CreDtTm></GrpHdr>
    <Stmt>
      <Id>demo-${day}</Id><CreDtTm>${day}T23:00:00Z</CreDtTm>
      <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>${balance('OPBD', 0n)}${balance('CLBD', closing)}${entries
        .map((entry) => entryXml(entry, currency, day))
        .join('')}
    </Stmt>
  </BkToCstmrStmt>
</Document>
`)
}
