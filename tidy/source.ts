import { parseSync } from 'vite'

/** A syntax node, as far as the checks look at it (ESTree with TypeScript's nodes). */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface Comment {
  readonly type: 'Line' | 'Block'
  readonly value: string
  readonly start: number
  readonly end: number
}

/** A TypeScript file, parsed. Paths are relative to the repository and use `/`. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly body: readonly Node[]
  readonly comments: readonly Comment[]
}

/** @throws Error when the text is not TypeScript: a file that cannot be read must not pass for tidy */
export const parse = (path: string, text: string): Source => {
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  return { path, text, body: program.body as unknown as readonly Node[], comments: comments as readonly Comment[] }
}

export const isTest = (path: string): boolean =>
  /\.(test|test-d|spec)\.ts$/.test(path) || /^packages\/[^/]+\/test\//.test(path)

/** The 1-based line of an offset. */
export const lineOf = ({ text }: Pick<Source, 'text'>, offset: number): number => {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** Calls `enter` for every node, parents first. */
export const visit = (root: unknown, enter: (node: Node) => void): void => {
  if (Array.isArray(root)) {
    for (const item of root) visit(item, enter)
    return
  }
  if (typeof root !== 'object' || root === null) return
  if (typeof (root as Node).type === 'string') enter(root as Node)
  for (const value of Object.values(root)) if (typeof value === 'object') visit(value, enter)
}

/** Lines that hold anything but comments and blanks, between two offsets. */
export const codeLines = (source: Source, from = 0, to = source.text.length): number => {
  let text = ''
  let at = from
  for (const comment of source.comments) {
    if (comment.start < from || comment.end > to) continue
    text += source.text.slice(at, comment.start) + source.text.slice(comment.start, comment.end).replace(/[^\n]/g, ' ')
    at = comment.end
  }
  text += source.text.slice(at, to)
  return text.split('\n').filter((line) => line.trim() !== '').length
}

/** A name in the tree: of an identifier, or of a string literal that stands for one. */
export const nameOf = (node: unknown): string | undefined => {
  const { name, value } = (node ?? {}) as { name?: unknown; value?: unknown }
  if (typeof name === 'string') return name
  return typeof value === 'string' ? value : undefined
}
