/** What is kept of one element and its children: texts by path, and nothing that is not wanted. */
export class Scope {
  readonly #wanted: ReadonlySet<string>
  readonly #texts = new Map<string, string>()
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted
  }

  wants(path: string): boolean {
    return this.#wanted.has(path)
  }

  /** Elements that may repeat are joined, up to what a person reads of them. */
  add(path: string, text: string): void {
    const before = this.#texts.get(path)
    if (before === undefined) this.#texts.set(path, text.slice(0, LONGEST))
    else if (before.length < LONGEST) this.#texts.set(path, `${before} ${text}`.slice(0, LONGEST))
  }

  /** The first of these paths that is there. */
  get(...paths: readonly string[]): string | undefined {
    for (const path of paths) {
      const text = this.#texts.get(path)
      if (text !== undefined) return text
    }
    return undefined
  }
}

const LONGEST = 2_000

const paths = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Of a statement's head. */
export const STATEMENT = paths('Id ElctrncSeqNb StmtPgntn/PgNb Acct/Id/IBAN Acct/Id/Othr/Id Acct/Ccy')
/** Of a balance. `@Ccy` is the attribute. */
export const BALANCE = paths('Tp/CdOrPrtry/Cd Amt Amt@Ccy CdtDbtInd Dt/Dt Dt/DtTm')
/** Of an entry, without its details. A status is a code of its own since version 8. */
export const ENTRY = paths(
  'Amt Amt@Ccy CdtDbtInd RvslInd Sts Sts/Cd BookgDt/Dt BookgDt/DtTm ValDt/Dt ValDt/DtTm AcctSvcrRef AddtlNtryInf ' +
    'NtryDtls/Btch/PmtInfId NtryDtls/Btch/MsgId',
)
/** Of one transaction of an entry. */
export const DETAILS = paths(
  'Refs/EndToEndId Refs/AcctSvcrRef Refs/PmtInfId Refs/MsgId Refs/TxId Amt Amt@Ccy CdtDbtInd AmtDtls/TxAmt/Amt AmtDtls/TxAmt/Amt@Ccy ' +
    'AmtDtls/InstdAmt/Amt AmtDtls/InstdAmt/Amt@Ccy AmtDtls/InstdAmt/CcyXchg/XchgRate RmtInf/Ustrd RmtInf/Strd/CdtrRefInf/Ref ' +
    'RtrInf/Rsn/Cd RtrInf/Rsn/Prtry RtrInf/AddtlInf AddtlTxInf',
)
