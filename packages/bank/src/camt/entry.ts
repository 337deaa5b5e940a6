import type { StatementItem, StatementLine } from '@florin/core/statements'
import { readAmount } from '../amount.ts'
import { instantOf } from '../day.ts'
import { returnReason } from '../return-reason.ts'
import { plainText } from '../text.ts'
import { DETAILS, ENTRY, Scope } from './scopes.ts'

/** A batch of more transactions than this is told as it is read, and not held until its end. */
const HELD = 1_000

/** What an entry says of itself, once it was understood. */
interface Head {
  readonly currency: string
  /** Minor units, money in is positive. */
  readonly net: bigint
  readonly occurredAt: number
  readonly valueAt: number
}

/** The part of an entry that one transaction is, where it says so in the entry's currency. */
const partOf = (details: Scope, head: Head): bigint | null => {
  for (const path of ['Amt', 'AmtDtls/TxAmt/Amt']) {
    const text = details.get(path)
    if (text === undefined || details.get(`${path}@Ccy`) !== head.currency) continue
    const read = readAmount(text, head.currency)
    if ('why' in read) return null
    const direction = details.get('CdtDbtInd')
    const out = direction === undefined ? head.net < 0n : direction === 'DBIT'
    return out ? -read.minor : read.minor
  }
  return null
}

/**
 * One entry (`Ntry`) while it is read. It gives one line; of a batch one for each transaction, where their amounts add up to the entry's.
 * Where a bank tells the transactions in another currency, or not at all, the entry's own amount is what moved.
 */
export class Entry {
  readonly scope = new Scope(ENTRY)
  readonly #number: number
  readonly #id: string
  #details: Scope[] = []
  #seen = 0
  #told = 0
  #sum = 0n
  /** Null until it must be understood, because its transactions are told before its end. */
  #head: Head | string | null = null
  #way: 'held' | 'told' | 'whole' = 'held'

  constructor(number: number, id: string) {
    this.#number = number
    this.#id = id
  }

  newDetails(): Scope {
    return new Scope(DETAILS)
  }

  /** One transaction ended: gives what can be told now. */
  detailsEnd(details: Scope): readonly StatementItem[] {
    this.#seen += 1
    if (this.#way === 'told') return this.#tell([details])
    if (this.#way === 'whole') return []
    this.#details.push(details)
    if (this.#details.length < HELD) return []
    const held = this.#details
    this.#details = []
    const head = this.#read()
    if (typeof head === 'string' || !this.#isBooked || held.some((one) => partOf(one, head) === null)) {
      this.#way = 'whole'
      return []
    }
    this.#way = 'told'
    return this.#tell(held)
  }

  /** The entry ended. */
  end(): readonly StatementItem[] {
    if (!this.#isBooked) return [] // pending and for information only: no money has moved
    const head = this.#read()
    if (typeof head === 'string') return [this.#malformed(head)]
    if (this.#way === 'told') return this.#sum === head.net ? [] : [this.#malformed(this.#gap(head))]
    const parts = this.#details.map((one) => partOf(one, head))
    const sum = parts.reduce<bigint>((total, part) => total + (part ?? 0n), 0n)
    if (this.#details.length > 1 && !parts.includes(null) && sum === head.net) return this.#tell(this.#details)
    return [this.#line(head, head.net, this.#seen === 1 ? this.#details[0] : undefined, this.#id)]
  }

  get #isBooked(): boolean {
    const status = this.scope.get('Sts/Cd', 'Sts')
    return status === undefined || status === 'BOOK'
  }

  #tell(all: readonly Scope[]): readonly StatementItem[] {
    const head = this.#read()
    if (typeof head === 'string') return []
    return all.map((details): StatementItem => {
      const part = partOf(details, head)
      if (part === null) return this.#malformed('one of its transactions has no amount in the currency of the entry')
      this.#sum += part
      this.#told += 1
      return this.#line(head, part, details, `${this.#id}/${this.#told}`)
    })
  }

  #read(): Head | string {
    this.#head ??= headOf(this.scope)
    return this.#head
  }

  #gap(head: Head): string {
    return `its transactions add up to ${this.#sum} and not to ${head.net} minor units of ${head.currency}`
  }

  #malformed(why: string): StatementItem {
    return { is: 'malformed', line: this.#number, why: `entry ${this.#number}: ${why}` }
  }

  #line(head: Head, net: bigint, details: Scope | undefined, id: string): StatementLine {
    const { scope } = this
    const { currency, occurredAt, valueAt } = head
    const endToEnd = details?.get('Refs/EndToEndId')
    return {
      is: 'line',
      line: this.#number,
      id,
      kind: net < 0n ? 'bank_debit' : 'bank_credit',
      currency,
      gross: net,
      fee: null,
      net,
      presentment: presentmentOf(details, currency),
      references: {
        attempt: null,
        gatewayId: details?.get('Refs/AcctSvcrRef') ?? scope.get('AcctSvcrRef') ?? details?.get('Refs/TxId') ?? null,
        parentGatewayId: null,
        batch:
          scope.get('NtryDtls/Btch/PmtInfId') ??
          details?.get('Refs/PmtInfId') ??
          scope.get('NtryDtls/Btch/MsgId') ??
          null,
        endToEnd: endToEnd === undefined || endToEnd === 'NOTPROVIDED' ? null : endToEnd,
      },
      occurredAt,
      valueAt,
      text: plainText([
        details?.get('RtrInf/Rsn/Cd', 'RtrInf/Rsn/Prtry'),
        details?.get('RtrInf/AddtlInf'),
        details?.get('RmtInf/Ustrd'),
        details?.get('RmtInf/Strd/CdtrRefInf/Ref'),
        details?.get('AddtlTxInf'),
        scope.get('AddtlNtryInf'),
      ]),
      ...returnOf(details),
    }
  }
}

const RETURN = ['RtrInf/Rsn/Cd', 'RtrInf/Rsn/Prtry', 'RtrInf/AddtlInf'] as const

/** `PaymentReturnReason` of camt.053: a code of ISO 20022 or a bank's own, and up to 105 characters a line about it. */
const returnOf = (details: Scope | undefined): Pick<StatementLine, 'returned'> => {
  const [iso, own, words] = RETURN.map((path) => details?.get(path))
  const isReturn = iso !== undefined || own !== undefined || words !== undefined
  return isReturn ? { returned: returnReason([iso, own], [words]) } : {}
}

const headOf = (scope: Scope): Head | string => {
  const currency = scope.get('Amt@Ccy')
  const text = scope.get('Amt')
  if (currency === undefined || text === undefined) return 'it has no amount with a currency'
  const read = readAmount(text, currency)
  if ('why' in read) return read.why
  const direction = scope.get('CdtDbtInd')
  if (direction !== 'CRDT' && direction !== 'DBIT') {
    return `CdtDbtInd is '${(direction ?? '').slice(0, 20)}'; it is CRDT or DBIT`
  }
  const booked = scope.get('BookgDt/Dt', 'BookgDt/DtTm')
  const valued = scope.get('ValDt/Dt', 'ValDt/DtTm')
  const first = booked ?? valued
  if (first === undefined) return 'it has neither a booking date nor a value date'
  const occurredAt = instantOf(first)
  const valueAt = instantOf(valued ?? first)
  if (occurredAt === null || valueAt === null) return `'${first.slice(0, 40)}' or its value date is no date of ISO 8601`
  // A reversal is told by RvslInd; CdtDbtInd is the direction of this entry itself, and not of what it reverses.
  return { currency, net: direction === 'DBIT' ? -read.minor : read.minor, occurredAt, valueAt }
}

const presentmentOf = (details: Scope | undefined, currency: string): StatementLine['presentment'] => {
  const given = details?.get('AmtDtls/InstdAmt/Amt@Ccy')
  const text = details?.get('AmtDtls/InstdAmt/Amt')
  if (given === undefined || text === undefined || given === currency) return null
  const read = readAmount(text, given)
  const rate = details?.get('AmtDtls/InstdAmt/CcyXchg/XchgRate') ?? null
  return 'why' in read ? null : { currency: given, amount: read.minor, rate }
}
