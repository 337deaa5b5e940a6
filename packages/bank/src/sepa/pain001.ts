import { endToEndOf, formatAmount, type PayoutInstruction, type RailBatch } from '@florin/core/rails'
import type { WrittenAddress } from './address.ts'
import { sepaText } from './charset.ts'

/** Whose account is debited, checked and in SEPA's characters. */
export interface Debtor {
  readonly name: string
  readonly iban: string
  readonly bic: string | null
  readonly address: WrittenAddress | null
  /** Whether the bank books a batch as one line. */
  readonly batchBooking: boolean
}

const element = (name: string, inner: string | readonly string[]): string =>
  `<${name}>${typeof inner === 'string' ? inner : inner.join('')}</${name}>`

/** Everything that goes into a file passed `check`: what is left of a text has no character that XML would need escaped. */
const plain = (text: string): string => {
  const written = sepaText(text)
  return 'text' in written ? written.text : ''
}

const sum = (instructions: readonly PayoutInstruction[]): string =>
  formatAmount(
    instructions.reduce((total, one) => total + one.amount, 0n),
    'EUR',
  )

const agent = (name: string, bic: string | null): string =>
  // Since 2016 the IBAN is enough within SEPA; the debtor's agent is an element that the schema wants all the same.
  element(
    name,
    element('FinInstnId', bic === null ? element('Othr', element('Id', 'NOTPROVIDED')) : element('BICFI', bic)),
  )

const transfer = ({ payout, amount, beneficiary, text }: PayoutInstruction): string =>
  element('CdtTrfTxInf', [
    element('PmtId', element('EndToEndId', endToEndOf(payout))),
    element('Amt', `<InstdAmt Ccy="EUR">${formatAmount(amount, 'EUR')}</InstdAmt>`),
    ...(beneficiary.bic === null ? [] : [agent('CdtrAgt', beneficiary.bic)]),
    element('Cdtr', element('Nm', plain(beneficiary.name))),
    element('CdtrAcct', element('Id', element('IBAN', beneficiary.iban))),
    element('RmtInf', element('Ustrd', plain(text))),
  ])

const addressOf = ({ address }: Debtor): readonly string[] =>
  address === null
    ? []
    : [
        element(
          'PstlAdr',
          address.map(([name, text]) => element(name, text)),
        ),
      ]

const batch = (debtor: Debtor, { id, executeOn, instructions }: RailBatch): string =>
  element('PmtInf', [
    element('PmtInfId', id),
    element('PmtMtd', 'TRF'),
    element('BtchBookg', String(debtor.batchBooking)),
    element('NbOfTxs', String(instructions.length)),
    element('CtrlSum', sum(instructions)),
    element('PmtTpInf', element('SvcLvl', element('Cd', 'SEPA'))),
    element('ReqdExctnDt', element('Dt', executeOn)),
    element('Dbtr', [element('Nm', debtor.name), ...addressOf(debtor)]),
    element('DbtrAcct', element('Id', element('IBAN', debtor.iban))),
    agent('DbtrAgt', debtor.bic),
    element('ChrgBr', 'SLEV'),
    ...instructions.map(transfer),
  ])

/** A pain.001.001.09 message: customer credit transfer initiation. The order of elements is the schema's. */
export const pain001 = (
  debtor: Debtor,
  {
    messageId,
    createdAt,
    batches,
  }: { readonly messageId: string; readonly createdAt: number; readonly batches: readonly RailBatch[] },
): string => {
  const all = batches.flatMap((one) => one.instructions)
  const header = element('GrpHdr', [
    element('MsgId', messageId),
    element('CreDtTm', new Date(createdAt).toISOString()),
    element('NbOfTxs', String(all.length)),
    element('CtrlSum', sum(all)),
    element('InitgPty', element('Nm', debtor.name)),
  ])
  const body = element('CstmrCdtTrfInitn', [header, ...batches.map((one) => batch(debtor, one))])
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">${body}</Document>\n`
}
