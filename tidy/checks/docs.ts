import { targetOf } from '../modules.ts'
import { lineOf, type Node, nameOf, type Source } from '../source.ts'
import type { Violation } from '../violation.ts'

/** Where a name is declared. */
interface Declared {
  readonly source: Source
  readonly statements: readonly Node[]
}

/**
 * Every name that a package's doors export has a doc comment where it is declared. `doors` are the source files that the packages'
 * `exports` name. Names that come from another package are documented there.
 */
export const publicDocs = (sources: readonly Source[], doors: readonly string[]): Violation[] => {
  const files = new Map(sources.map((source) => [source.path, source]))
  const found = new Map<string, Violation>()
  for (const door of doors) {
    const source = files.get(door)
    if (source === undefined) {
      found.set(door, {
        path: door,
        line: 1,
        what: 'is exported by package.json but not there',
        remedy: 'write it, or remove the export',
      })
      continue
    }
    for (const [name, declared] of exportsOf(source, files, new Set())) {
      const [first] = declared.statements
      if (first === undefined || declared.statements.some((statement) => documented(declared.source, statement)))
        continue
      const line = lineOf(declared.source, first.start)
      found.set(`${declared.source.path}:${name}`, {
        path: declared.source.path,
        line,
        what: `exports '${name}' (public through ${door}) without a doc comment`,
        remedy: 'say what it promises, in /** … */ right above it',
      })
    }
  }
  return [...found.values()]
}

/** What a file exports, with where each name is declared. Follows re-exports within the sources. */
const exportsOf = (source: Source, files: ReadonlyMap<string, Source>, trail: Set<string>): Map<string, Declared> => {
  const found = new Map<string, Declared>()
  if (trail.has(source.path)) return found // a cycle; the check for those reports it
  const within = new Set([...trail, source.path])
  for (const statement of source.body) {
    if (statement.type === 'ExportAllDeclaration') {
      const alias = nameOf(statement.exported)
      if (alias !== undefined) found.set(alias, { source, statements: [statement] })
      else for (const [name, declared] of follow(source, statement, files, within)) found.set(name, declared)
    }
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const name of declaredBy(statement.declaration)) found.set(name, declarationOf(source, name, files, within))
    const from = nameOf(statement.source) === undefined ? undefined : follow(source, statement, files, within)
    for (const specifier of statement.specifiers as readonly Node[]) {
      const local = nameOf(specifier.local) ?? ''
      const exported = nameOf(specifier.exported) ?? local
      const declared = from === undefined ? declarationOf(source, local, files, within) : from.get(local)
      if (declared !== undefined) found.set(exported, declared)
    }
  }
  return found
}

const follow = (
  source: Source,
  statement: Node,
  files: ReadonlyMap<string, Source>,
  trail: Set<string>,
): Map<string, Declared> => {
  const target = files.get(targetOf(source.path, nameOf(statement.source) ?? '') ?? '')
  return target === undefined ? new Map() : exportsOf(target, files, trail)
}

/** The statements of a file that declare a name, or those of the file that it is imported from. */
const declarationOf = (
  source: Source,
  name: string,
  files: ReadonlyMap<string, Source>,
  trail: Set<string>,
): Declared => {
  const statements: Node[] = []
  for (const statement of source.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaredBy(declaration).includes(name)) statements.push(statement)
    if (statement.type !== 'ImportDeclaration') continue
    const binding = (statement.specifiers as readonly Node[]).find((specifier) => nameOf(specifier.local) === name)
    const imported = binding === undefined ? undefined : nameOf(binding.imported)
    const declared = imported === undefined ? undefined : follow(source, statement, files, trail).get(imported)
    if (declared !== undefined) return declared
  }
  return { source, statements }
}

/** The names that a declaration makes. */
const declaredBy = (declaration: unknown): string[] => {
  const node = declaration as Node | null
  if (node === null || node === undefined) return []
  if (node.type === 'VariableDeclaration') {
    return (node.declarations as readonly Node[]).flatMap(({ id }) => boundBy(id as Node))
  }
  if (!/(Function|Class|TSTypeAlias|TSInterface|TSEnum|TSModule)Declaration|TSDeclareFunction/.test(node.type))
    return []
  const name = nameOf(node.id)
  return name === undefined ? [] : [name]
}

const boundBy = (pattern: Node): string[] => {
  if (pattern.type === 'ObjectPattern') {
    return (pattern.properties as readonly Node[]).flatMap((property) =>
      boundBy((property.value ?? property.argument) as Node),
    )
  }
  const name = nameOf(pattern)
  return name === undefined ? [] : [name]
}

const documented = ({ text, comments }: Source, statement: Node): boolean =>
  comments.some(
    (comment) =>
      comment.type === 'Block' &&
      /^\*\s*\S/.test(comment.value) &&
      comment.end <= statement.start &&
      text
        .slice(comment.end, statement.start)
        .replace(/\/\/.*/g, '')
        .trim() === '',
  )
