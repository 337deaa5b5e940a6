const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERAL = /true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const SPACE = /[ \t\n\r]*/y

/** What may stand at a place in a document. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'comma or end' | 'end of text'

/** Follows a document from left to right, without recursion, so that no nesting is too deep. */
class Scanner {
  readonly #text: string
  readonly #open: ('{' | '[')[] = []
  at = 0
  constructor(text: string) {
    this.#text = text
  }

  /** Moves to the first character that cannot stand where it does; false where there is none. */
  findFault(): boolean {
    let expected: Expected | undefined = 'value'
    for (;;) {
      this.#skip(SPACE)
      if (expected === 'end of text') return this.at < this.#text.length
      expected = this.#step(expected)
      if (expected === undefined) return true
    }
  }

  #step(expected: Exclude<Expected, 'end of text'>): Expected | undefined {
    const char = this.#text[this.at]
    switch (expected) {
      case 'value or end':
        return char === ']' ? this.#close() : this.#value(char)
      case 'value':
        return this.#value(char)
      case 'key or end':
        return char === '}' ? this.#close() : this.#key()
      case 'key':
        return this.#key()
      case 'comma or end':
        return this.#separator(char)
    }
  }

  #value(char: string | undefined): Expected | undefined {
    if (char === '{' || char === '[') {
      this.#open.push(char)
      this.at += 1
      return char === '{' ? 'key or end' : 'value or end'
    }
    const held = char === '"' ? this.#string() : this.#skip(LITERAL) || this.#skip(NUMBER)
    return held ? this.#after() : undefined
  }

  #key(): Expected | undefined {
    if (!this.#string()) return undefined
    this.#skip(SPACE)
    if (this.#text[this.at] !== ':') return undefined
    this.at += 1
    return 'value'
  }

  #separator(char: string | undefined): Expected | undefined {
    const inside = this.#open.at(-1)
    if (char === ',') {
      this.at += 1
      return inside === '{' ? 'key' : 'value'
    }
    return char === (inside === '{' ? '}' : ']') ? this.#close() : undefined
  }

  #close(): Expected {
    this.#open.pop()
    this.at += 1
    return this.#after()
  }

  #after(): Expected {
    return this.#open.length === 0 ? 'end of text' : 'comma or end'
  }

  #string(): boolean {
    if (this.#text[this.at] !== '"') return false
    this.at += 1
    for (;;) {
      const char = this.#text[this.at]
      if (char === undefined || char < ' ') return false
      if (char === '\\') {
        if (!this.#skip(ESCAPE)) return false
      } else {
        this.at += 1
        if (char === '"') return true
      }
    }
  }

  #skip(what: RegExp): boolean {
    what.lastIndex = this.at
    const found = what.exec(this.#text)?.[0] ?? ''
    this.at += found.length
    return found.length > 0
  }
}

/** Where a text stops being JSON. */
export interface JsonFault {
  /** Characters before it; the length of the text where it ends too early. */
  readonly position: number
  /** From 1. */
  readonly line: number
  readonly column: number
}

/** The first place where a text is not JSON, or undefined where it is. Engines tell it only sometimes, and then quote the body. */
export const jsonFault = (text: string): JsonFault | undefined => {
  const scanner = new Scanner(text)
  if (!scanner.findFault()) return undefined
  const position = scanner.at
  const before = text.slice(0, position).split('\n')
  return { position, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
