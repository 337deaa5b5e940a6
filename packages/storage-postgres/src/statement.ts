/** One statement, prepared on a connection when it is first used there. `name` stands for the text. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** A statement and its parameters. */
export interface Query extends Statement {
  readonly values?: readonly unknown[]
  /** How long the server may take for it, where that is not `statementTimeoutMs`. */
  readonly patienceMs?: number
}

/** What the server answered: cells as texts, in the order of the select list. */
export interface Answer {
  readonly rows: readonly (readonly (string | null)[])[]
  readonly count: number
  /** The first word of the command tag: `COMMIT` or `ROLLBACK` tells what became of a transaction. */
  readonly command: string
}

const names = new Map<string, Statement>()

/** A statement for a text. Texts are generated from the catalogue, so there is a bounded number of them. */
export const statement = (text: string): Statement => {
  let known = names.get(text)
  if (known === undefined) {
    known = Object.freeze({ name: `florin_${names.size + 1}`, text })
    names.set(text, known)
  }
  return known
}

/** A statement with parameters. */
export const query = (text: string, values: readonly unknown[] = []): Query => ({ ...statement(text), values })

/** A statement that is not worth preparing. */
export const plain = (text: string): Query => ({ name: '', text })
