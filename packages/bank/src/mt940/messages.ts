import { FlorinError, type StatementItem, type StatementLine } from '@florin/core/statements'
import { readAmount } from '../amount.ts'
import { plainText } from '../text.ts'
import { type EntryLine, readEntryLine, shortDay } from './entry-line.ts'
import { readInformation } from './information.ts'

const MOST_LINES = 40 // of one field: SWIFT has six; what is beyond belongs to no bank
const FOREWORD = 100 // lines before the first message: headers of the bank's own

interface Field {
  readonly tag: string
  readonly lines: string[]
}

/** One message while it is read. */
interface Message {
  account: string
  /** Field :28C:, the statement's number and page. */
  number: string
  /** Field :60:, as it stands: with account and number it names the message for ever. */
  opening: string
  currency: string | null
  entries: number
  closed: boolean
}

const fresh = (): Message => ({ account: '', number: '', opening: '', currency: null, entries: 0, closed: false })

/** Reads messages of type MT940 line by line. Holds one entry. */
export class Mt940Messages {
  #items: StatementItem[] = []
  #field: Field | null = null
  #message: Message | null = null
  #entry: EntryLine | null = null
  #entries = 0
  #foreword = 0
  #began = false

  /** What this line completes. Throws `invalid_request` where no message begins within the first hundred lines. */
  line(text: string): readonly StatementItem[] {
    const tag = /^(?:\{[^:]*:.*)?:(\d{2}[A-Z]?):/.exec(text)
    if (tag?.[1] === '20') {
      this.#messageEnd()
      this.#began = true
      this.#message = fresh()
    } else if (this.#message === null) {
      this.#foreword += 1
      if (this.#foreword > FOREWORD && !this.#began) throw notSwift()
    } else if (tag !== null) {
      this.#fieldEnd()
      this.#field = { tag: tag[1] ?? '', lines: [text.slice(tag[0].length)] }
    } else if (/^-\}?(?:\{|$)/.test(text)) {
      this.#messageEnd()
    } else if (this.#field !== null && this.#field.lines.length < MOST_LINES) {
      this.#field.lines.push(text)
    }
    return this.#taken()
  }

  end(): readonly StatementItem[] {
    if (!this.#began) throw notSwift()
    this.#messageEnd()
    return this.#taken()
  }

  #taken(): readonly StatementItem[] {
    const items = this.#items
    this.#items = []
    return items
  }

  #fieldEnd(): void {
    const field = this.#field
    this.#field = null
    if (field === null) return
    const message = this.#message
    if (message === null) return
    const [first = ''] = field.lines
    if (field.tag !== '86') this.#entryEnd([])
    if (field.tag.startsWith('25')) message.account = first.trim()
    else if (field.tag.startsWith('28')) message.number = first.trim()
    else if (field.tag.startsWith('60')) this.#opening(message, field)
    else if (field.tag.startsWith('62')) this.#closing(message, field)
    else if (field.tag === '61') this.#begin(message, field.lines)
    else if (field.tag === '86') this.#entryEnd(field.lines)
  }

  #messageEnd(): void {
    this.#fieldEnd()
    this.#entryEnd([])
    const message = this.#message
    this.#message = null
    if (message === null || message.closed) return
    this.#malformed('the statement ends without its closing balance (:62F:): its end is missing')
  }

  #opening(message: Message, { tag, lines: [first = ''] }: Field): void {
    message.opening = first.trim()
    const item = this.#balance(message, 'opening', first, this.#entries + 1)
    // The opening balance of a further page is the page's before it, and no balance of the statement.
    if (item !== null && tag === '60F') this.#items.push(item)
  }

  #closing(message: Message, { tag, lines: [first = ''] }: Field): void {
    message.closed = true
    const item = this.#balance(message, 'closing', first, this.#entries)
    if (item !== null && tag === '62F') this.#items.push(item)
  }

  #balance(message: Message, at: 'opening' | 'closing', text: string, line: number): StatementItem | null {
    const [, mark, day = '', currency = '', amount = ''] = /^([CD])(\d{6})([A-Z]{3})(\d[\d,]*)\s*$/.exec(text) ?? []
    const on = shortDay(day)
    if (mark === undefined || on === null) {
      this.#malformed(
        `the ${at} balance is '${text.slice(0, 40)}'; it is C or D, a day, a currency and an amount, as C261120EUR12,50`,
      )
      return null
    }
    if (at === 'opening') message.currency = currency
    const read = readAmount(amount, currency, ',')
    if ('why' in read) {
      this.#malformed(`the ${at} balance: ${read.why}`)
      return null
    }
    const minor = mark === 'D' ? -read.minor : read.minor
    return { is: 'balance', line, at, account: message.account, currency, amount: minor, on }
  }

  #begin(message: Message, lines: readonly string[]): void {
    this.#entries += 1
    message.entries += 1
    if (message.currency === null)
      return this.#malformed(`entry ${this.#entries}: no opening balance (:60F:) gives its currency`)
    const read = readEntryLine(lines, message.currency)
    if (typeof read === 'string') this.#malformed(`entry ${this.#entries}: ${read}`)
    else this.#entry = read
  }

  #entryEnd(information: readonly string[]): void {
    const entry = this.#entry
    const message = this.#message
    this.#entry = null
    if (entry === null || message === null) return
    const { endToEnd, batch, text, returned } = readInformation(information)
    const { net, ownReference, bankReference, occurredAt, valueAt, supplement } = entry
    const line: StatementLine = {
      is: 'line',
      line: this.#entries,
      id: `${message.account}/${message.number}/${message.opening}/${message.entries}`,
      kind: net < 0n ? 'bank_debit' : 'bank_credit',
      currency: message.currency ?? '',
      gross: net,
      fee: null,
      net,
      presentment: null,
      references: {
        attempt: null,
        gatewayId: bankReference,
        parentGatewayId: null,
        batch,
        endToEnd: endToEnd ?? ownReference,
      },
      occurredAt,
      valueAt,
      text: plainText([text, supplement]),
      ...(returned === null ? {} : { returned }),
    }
    this.#items.push(line)
  }

  #malformed(why: string): void {
    this.#items.push({ is: 'malformed', line: this.#entries, why })
  }
}

const notSwift = (): FlorinError =>
  new FlorinError(
    'invalid_request',
    "this is no MT940 bank statement: no message begins with field ':20:'; give the file that the bank calls MT940 or SWIFT",
  )
