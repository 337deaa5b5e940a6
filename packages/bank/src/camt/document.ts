import { FlorinError, maskPans, type StatementItem } from '@florin/core/statements'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { Entry } from './entry.ts'
import type { Scope } from './scopes.ts'
import { Statement } from './statement.ts'

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.'
const DEEPEST = 64 // the schema's deepest element is at 20
const LONGEST = 1_048_576 // characters without an element: no bank writes them, and the parser would hold them all

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Reads a camt.053 message as its text comes in. Keeps one entry at most, and of that only what is wanted. */
export class CamtDocument {
  readonly #parser = new SaxesParser({ position: true })
  readonly #names: string[] = []
  readonly #paths: string[] = []
  #items: StatementItem[] = []
  #text = ''
  #quiet = 0
  #entries = 0
  #known = false
  #stopped: string | null = null
  #statement: Statement | null = null
  #entry: Entry | null = null
  /** Whose texts are being gathered, from the depth at which it began. */
  readonly #scopes: { readonly scope: Scope; readonly depth: number }[] = []

  constructor() {
    const parser = this.#parser
    parser.on('opentag', (tag) => this.#open(tag as SaxesTagPlain))
    parser.on('closetag', (tag) => this.#close(local(tag.name)))
    parser.on('text', (text) => this.#gather(text))
    parser.on('cdata', (text) => this.#gather(text))
    parser.on('doctype', () => this.#stop('it declares a document type, which no bank statement does'))
    parser.on('error', (error) => this.#stop(`it is not well-formed XML (${maskPans(error.message).slice(0, 200)})`))
  }

  /** What this text completes. Throws `invalid_request` where it is no camt.053 at all. */
  write(text: string): readonly StatementItem[] {
    if (this.#stopped !== null) return []
    this.#quiet += text.length
    this.#parser.write(text)
    if (this.#quiet > LONGEST) this.#stop(`${LONGEST} characters in a row hold no element`)
    return this.#taken()
  }

  /** What is left when the file ends; a file that breaks off says so. */
  end(): readonly StatementItem[] {
    if (this.#stopped === null) this.#parser.close()
    if (!this.#known) throw notCamt(this.#stopped ?? 'it has no element BkToCstmrStmt')
    return this.#taken()
  }

  #taken(): readonly StatementItem[] {
    if (this.#stopped !== null && !this.#known) throw notCamt(this.#stopped)
    const items = this.#items
    this.#items = []
    return items
  }

  /** Nothing after this place can be trusted: it is told once, and the rest is not read. */
  #stop(why: string): void {
    if (this.#stopped !== null) return
    this.#stopped = why
    if (!this.#known) return
    const { line } = this.#parser
    const told = `at line ${line} of the file: ${why}; nothing after it was read`
    this.#items.push({ is: 'malformed', line: this.#entries + (this.#entry === null ? 1 : 0), why: told })
  }

  #gather(text: string): void {
    if (this.#text.length < LONGEST) this.#text += text
  }

  #open(tag: SaxesTagPlain): void {
    if (this.#stopped !== null) return
    this.#quiet = 0
    this.#text = ''
    const name = local(tag.name)
    const depth = this.#names.push(name)
    if (depth > DEEPEST) return this.#stop(`its elements are nested more than ${DEEPEST} deep`)
    if (depth === 1) this.#root(tag)
    if (depth === 2 && name === 'BkToCstmrStmt' && this.#stopped === null) this.#known = true
    this.#begin(name, depth)
    const inner = this.#scopes.at(-1)
    const parent = inner === undefined || depth <= inner.depth + 1 ? '' : (this.#paths[depth - 2] ?? '')
    const path = inner === undefined || depth === inner.depth ? '' : parent === '' ? name : `${parent}/${name}`
    this.#paths[depth - 1] = path
    const { Ccy: currency } = tag.attributes
    if (inner !== undefined && currency !== undefined && inner.scope.wants(`${path}@Ccy`)) {
      inner.scope.add(`${path}@Ccy`, currency)
    }
  }

  #root(tag: SaxesTagPlain): void {
    const colon = tag.name.indexOf(':')
    const space = tag.attributes[colon < 0 ? 'xmlns' : `xmlns:${tag.name.slice(0, colon)}`] ?? ''
    if (local(tag.name) === 'Document' && space.startsWith(NAMESPACE)) return
    this.#stop(`its root is '${tag.name.slice(0, 40)}' of '${space.slice(0, 80)}'`)
  }

  #begin(name: string, depth: number): void {
    if (depth === 3 && name === 'Stmt') {
      this.#statement = new Statement()
      this.#scopes.push({ scope: this.#statement.scope, depth })
    } else if (depth === 4 && name === 'Bal' && this.#statement !== null) {
      this.#scopes.push({ scope: this.#statement.newBalance(), depth })
    } else if (depth === 4 && name === 'Ntry' && this.#statement !== null) {
      this.#entries += 1
      this.#items.push(...this.#statement.balances(this.#entries))
      this.#entry = new Entry(this.#entries, this.#statement.entryId())
      this.#scopes.push({ scope: this.#entry.scope, depth })
    } else if (depth === 6 && name === 'TxDtls' && this.#entry !== null) {
      this.#scopes.push({ scope: this.#entry.newDetails(), depth })
    }
  }

  #close(name: string): void {
    if (this.#stopped !== null) return
    this.#quiet = 0
    const depth = this.#names.length
    const inner = this.#scopes.at(-1)
    const text = this.#text.trim()
    this.#text = ''
    const path = this.#paths[depth - 1] ?? ''
    if (inner !== undefined && text !== '' && path !== '' && inner.scope.wants(path)) inner.scope.add(path, text)
    this.#names.pop()
    if (inner === undefined || inner.depth !== depth) return
    this.#scopes.pop()
    this.#end(name, inner.scope)
  }

  #end(name: string, scope: Scope): void {
    if (name === 'TxDtls' && this.#entry !== null) this.#items.push(...this.#entry.detailsEnd(scope))
    if (name === 'Ntry' && this.#entry !== null) {
      this.#items.push(...this.#entry.end())
      this.#entry = null
    }
    if (name === 'Stmt' && this.#statement !== null) {
      this.#items.push(...this.#statement.balances(this.#entries))
      this.#statement = null
    }
  }
}

const notCamt = (why: string): FlorinError =>
  new FlorinError(
    'invalid_request',
    `this is no camt.053 bank statement: ${why}; give the XML file that the bank calls camt.053, of any version`,
  )
