const LONGEST = 2_000 // SWIFT's lines have 65 characters, and a bank that wraps nothing a few hundred

/** Splits text into lines, whichever of CR, LF and CR LF ends them, as it comes in. A line is cut where no bank's could be that long. */
export class LineSplitter {
  #rest = ''
  #wasCr = false

  push(text: string): readonly string[] {
    const lines: string[] = []
    // The LF of a CR LF whose CR ended the piece before.
    let from = this.#wasCr && text.startsWith('\n') ? 1 : 0
    const ends = /\r\n|\r|\n/g
    ends.lastIndex = from
    for (let match = ends.exec(text); match !== null; match = ends.exec(text)) {
      lines.push(this.#cut(text.slice(from, match.index)))
      this.#rest = ''
      from = ends.lastIndex
    }
    this.#rest = this.#cut(text.slice(from))
    if (text !== '') this.#wasCr = text.endsWith('\r')
    return lines
  }

  end(): readonly string[] {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? [] : [rest]
  }

  #cut(more: string): string {
    return (this.#rest + more.slice(0, LONGEST)).slice(0, LONGEST)
  }
}
