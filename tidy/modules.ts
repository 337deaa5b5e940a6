import { posix } from 'node:path'
import { lineOf, type Node, nameOf, type Source, visit } from './source.ts'

/** One import or re-export, of types or of values, static or dynamic. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** The imported file for a relative specifier, as a path in the repository. */
  readonly target: string | undefined
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

/** What a relative specifier means from where it stands. */
export const targetOf = (from: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined

const known = new WeakMap<Source, readonly Import[]>()

/** Every import of a file, also `export … from`, `import()` and `import('…').Type`. */
export const importsOf = (source: Source): readonly Import[] => {
  const before = known.get(source)
  if (before !== undefined) return before
  const found: Import[] = []
  visit(source.body, (node) => {
    if (!IMPORTING.has(node.type)) return
    const specifier = nameOf(node.source as Node | null)
    if (specifier === undefined) return
    found.push({ specifier, line: lineOf(source, node.start), target: targetOf(source.path, specifier) })
  })
  known.set(source, found)
  return found
}

/** The package folder of a path: `core` for `packages/core/src/x.ts`. */
export const packageOf = (path: string): string | undefined => /^packages\/([^/]+)\//.exec(path)?.[1]
