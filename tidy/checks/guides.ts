import { posix } from 'node:path'
import type { Violation } from '../violation.ts'
import type { TextFile } from './text.ts'

interface Line {
  readonly number: number
  readonly text: string
}

const FENCE = /^\s*(?:```|~~~)/

/** The lines of a guide outside its blocks of code, which are not prose. */
const proseOf = (text: string): Line[] => {
  let fenced = false
  return text.split('\n').flatMap((line, index) => {
    if (FENCE.test(line)) {
      fenced = !fenced
      return []
    }
    return fenced ? [] : [{ number: index + 1, text: line }]
  })
}

const isRow = (line: Line | undefined): boolean => line !== undefined && /^\s*\|/.test(line.text)
const isRule = ({ text }: Line): boolean => /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/.test(text)

/** A pipe divides cells also within backticks; only an escaped one does not. */
const cellsOf = ({ text }: Line): number => (text.trim().match(/(?<!\\)\|/g)?.length ?? 0) - 1

/** What breaks a table: a row of another width, one that is not closed, prose that sticks to it, no rule under its head. */
const tableFaults = (path: string, lines: readonly Line[]): Violation[] => {
  const faults: Violation[] = []
  const fault = ({ number }: Line, what: string, remedy: string): void => {
    faults.push({ path, line: number, what, remedy })
  }
  let head: Line | null = null
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1]
    const follows = before !== undefined && before.number === line.number - 1
    if (!isRow(line)) {
      if (head !== null && follows && line.text.trim() !== '' && !line.text.startsWith('<!--'))
        fault(line, 'sticks to the table above it, and becomes a row of it', 'leave a blank line')
      head = null
      continue
    }
    if (head === null || !follows) {
      head = line
      const below = lines[index + 1]
      if (below === undefined || !isRule(below)) fault(line, 'begins a table without a rule of dashes', 'add `|---|`')
    }
    if (!/(?<!\\)\|\s*$/.test(line.text)) fault(line, 'is a row that is not closed', 'end it with `|`')
    else if (cellsOf(line) !== cellsOf(head))
      fault(line, `has ${cellsOf(line)} cells in a table of ${cellsOf(head)}`, 'escape `|` within a cell as `\\|`')
  }
  return faults
}

/** As GitHub names a heading, but for repeated ones. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    proseOf(text).flatMap((line) => (/^#{1,6} /.test(line.text) ? [anchorOf(line.text.replace(/^#+ /, ''))] : [])),
  )

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g

interface Link {
  readonly line: number
  readonly target: string
  readonly anchor: string | undefined
}

/** Links to files of the repository. */
const linksOf = (path: string, lines: readonly Line[]): Link[] =>
  lines.flatMap(({ number, text }) =>
    [...text.replaceAll(/`[^`]*`/g, '').matchAll(LINK)].flatMap(([, to = '']) => {
      if (/^[a-z][a-z+.-]*:/i.test(to)) return []
      const [file = '', anchor] = to.split('#')
      const target = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file))
      return [{ line: number, target, anchor }]
    }),
  )

/**
 * Prose of people for people: tables are whole, links lead somewhere, and every guide is linked in the README. `files`: every file
 * that there is; those that end in `.md` are looked at, but for changesets, which tools write.
 */
export const guides = (files: readonly TextFile[]): Violation[] => {
  const texts = new Map(files.map(({ path, text }) => [path, text]))
  const folders = new Set(files.flatMap(({ path }) => [posix.dirname(path), posix.dirname(posix.dirname(path))]))
  const pages = files.filter(({ path }) => path.endsWith('.md') && !path.startsWith('.changeset/'))
  const linked = new Set<string>()
  const faults = pages.flatMap(({ path, text }) => {
    const lines = proseOf(text)
    const dead = linksOf(path, lines).flatMap(({ line, target, anchor }): Violation[] => {
      if (path === 'README.md') linked.add(target)
      const found = texts.get(target)
      if (found === undefined)
        return folders.has(target.replace(/\/$/, ''))
          ? []
          : [{ path, line, what: `links to ${target}, which is not there`, remedy: 'link to a file of the repository' }]
      if (anchor === undefined || !target.endsWith('.md') || anchorsOf(found).has(anchor)) return []
      return [{ path, line, what: `links to #${anchor}, which ${target} has not`, remedy: 'name one of its headings' }]
    })
    return [...tableFaults(path, lines), ...dead]
  })
  const unlinked = pages
    .filter(({ path }) => /^docs\/[^/]+\.md$/.test(path) && !linked.has(path))
    .map(({ path }) => ({ path, line: 1, what: 'is linked nowhere in README.md', remedy: 'add it to its guides' }))
  return [...faults, ...unlinked]
}
