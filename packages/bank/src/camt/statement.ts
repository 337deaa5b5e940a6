import type { StatementItem } from '@florin/core/statements'
import { readAmount } from '../amount.ts'
import { instantOf } from '../day.ts'
import { BALANCE, Scope, STATEMENT } from './scopes.ts'

const OPENING = ['OPBD', 'PRCD'] // opening booked; else what the statement before it closed with
const CLOSING = 'CLBD'

/** One statement (`Stmt`) while it is read: its head, and its balances, which are told before its first entry. */
export class Statement {
  readonly scope = new Scope(STATEMENT)
  #balances: Scope[] = []
  #entries = 0

  newBalance(): Scope {
    const balance = new Scope(BALANCE)
    this.#balances.push(balance)
    return balance
  }

  /**
   * The next entry's name for ever. A bank gives every statement an id, and a page of it a number; within it entries keep their order.
   * The bank's own references do not serve: they are optional, and those of a batch repeat.
   */
  entryId(): string {
    this.#entries += 1
    const page = this.scope.get('StmtPgntn/PgNb')
    return `${this.#account}/${this.scope.get('Id') ?? ''}${page === undefined ? '' : `.${page}`}/${this.#entries}`
  }

  get #account(): string {
    return this.scope.get('Acct/Id/IBAN', 'Acct/Id/Othr/Id') ?? ''
  }

  /** The balances that were read so far, once. `line` is the entry that follows them. */
  balances(line: number): readonly StatementItem[] {
    const all = this.#balances
    this.#balances = []
    const code = (one: Scope): string => one.get('Tp/CdOrPrtry/Cd') ?? ''
    const opening = OPENING.map((wanted) => all.find((one) => code(one) === wanted)).find((one) => one !== undefined)
    const closing = all.findLast((one) => code(one) === CLOSING) // of several pages the last one closes
    return [
      ...(opening === undefined ? [] : [this.#item(opening, 'opening', line)]),
      ...(closing === undefined ? [] : [this.#item(closing, 'closing', line)]),
    ]
  }

  #item(balance: Scope, at: 'opening' | 'closing', line: number): StatementItem {
    const malformed = (why: string): StatementItem => ({ is: 'malformed', line, why: `${at} balance: ${why}` })
    const currency = balance.get('Amt@Ccy') ?? this.scope.get('Acct/Ccy') ?? ''
    const read = readAmount(balance.get('Amt') ?? '', currency)
    if ('why' in read) return malformed(read.why)
    const day = balance.get('Dt/Dt', 'Dt/DtTm') ?? ''
    const on = instantOf(day)
    if (on === null) return malformed(`'${day.slice(0, 40)}' is no date of ISO 8601`)
    const amount = balance.get('CdtDbtInd') === 'DBIT' ? -read.minor : read.minor
    return { is: 'balance', line, at, account: this.#account, currency, amount, on }
  }
}
