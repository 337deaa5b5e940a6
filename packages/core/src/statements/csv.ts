/** One record: its fields, or why they cannot be told. `line` is that of its first line in the file, from 1. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly why: string }

/** A field may hold lines (a description); beyond this, its quote was never closed. Bounds what one broken line costs. */
const LINES_MAX = 50
/** Characters of one record: forty times the longest of any provider's report, and what keeps memory flat whatever the file is. */
const RECORD_MAX = 65_536

const TOO_LONG = `it is longer than ${RECORD_MAX} characters; a record ends with its line`
const OPEN = 'a quotation mark is never closed'

/** The fields of a record that has quotation marks (RFC 4180); `open` where one of them is not closed yet, or what is wrong. */
const quotedFields = (text: string): readonly string[] | 'open' | { readonly why: string } => {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at)
      const field = text.slice(at, comma < 0 ? undefined : comma)
      if (field.includes('"')) return { why: 'a quotation mark stands inside a field that does not begin with one' }
      fields.push(field)
      if (comma < 0) return fields
      at = comma + 1
      continue
    }
    let end = text.indexOf('"', at + 1)
    while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
    if (end < 0) return 'open'
    fields.push(text.slice(at + 1, end).replaceAll('""', '"'))
    if (end + 1 === text.length) return fields
    if (text[end + 1] !== ',') return { why: 'something stands between a closing quotation mark and the next comma' }
    at = end + 2
  }
}

/**
 * Splits CSV (RFC 4180: commas, quotation marks, LF or CRLF) as it comes in. One broken record costs one line: what follows it is read
 * as if it had not been there, also where its quote was never closed. Holds one record and no more.
 */
export class CsvSplitter {
  readonly #decoder = new TextDecoder() // takes a byte order mark away
  #rest = ''
  /** Whether what comes next belongs to a line that was given up for its length. */
  #skipping = false
  #line = 0
  /** Lines of a record whose quote is open. */
  #open: string[] = []

  /** The records that these bytes complete. */
  push(bytes: Uint8Array): readonly CsvRecord[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }))
  }

  /** The last record, where the file does not end with its line. */
  end(): readonly CsvRecord[] {
    const records = [...this.#take(this.#decoder.decode())]
    if (this.#rest !== '') this.#physical(this.#rest, records)
    this.#rest = ''
    while (this.#open.length > 0) this.#giveUp(OPEN, records)
    return records
  }

  #take(text: string): readonly CsvRecord[] {
    const records: CsvRecord[] = []
    const all = this.#rest + text
    let from = 0
    for (let to = all.indexOf('\n'); to >= 0; to = all.indexOf('\n', from)) {
      if (this.#skipping) this.#skipping = false
      else this.#physical(all.slice(from, to), records)
      from = to + 1
    }
    this.#rest = this.#skipping ? '' : all.slice(from)
    if (this.#rest.length > RECORD_MAX) {
      this.#physical(this.#rest, records)
      this.#rest = ''
      this.#skipping = true
    }
    return records
  }

  /** One line of the file. */
  #physical(raw: string, records: CsvRecord[]): void {
    this.#line += 1
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (this.#open.length > 0) return this.#continue(text, records)
    const line = this.#line
    if (text.length > RECORD_MAX) return void records.push({ line, why: TOO_LONG })
    if (text === '') return
    if (!text.includes('"')) return void records.push({ line, fields: text.split(',') })
    const fields = quotedFields(text)
    if (fields === 'open') this.#open = [text]
    else records.push('why' in fields ? { line, why: fields.why } : { line, fields })
  }

  #continue(text: string, records: CsvRecord[]): void {
    this.#open.push(text)
    const whole = this.#open.join('\n')
    const fields = whole.length > RECORD_MAX ? { why: TOO_LONG } : quotedFields(whole)
    if (fields === 'open') {
      if (this.#open.length >= LINES_MAX) this.#giveUp(OPEN, records)
      return
    }
    if ('why' in fields) return this.#giveUp(fields.why, records)
    records.push({ line: this.#line - this.#open.length + 1, fields })
    this.#open = []
  }

  /** Calls the first line of what is open broken, and reads the others as lines of their own. */
  #giveUp(why: string, records: CsvRecord[]): void {
    const [, ...others] = this.#open
    this.#open = []
    this.#line -= others.length
    records.push({ line: this.#line, why })
    for (const text of others) this.#physical(text, records)
  }
}
