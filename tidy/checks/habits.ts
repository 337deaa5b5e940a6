import { lineOf, type Node, nameOf, type Source, visit } from '../source.ts'
import type { Violation } from '../violation.ts'

const SUITES = new Set(['it', 'test', 'describe', 'suite', 'bench'])
const LEFT_OUT = new Set(['only', 'skip', 'todo'])

/** Loaded for every test file, by the configuration. */
const SETUP = 'packages/testkit/test/reached/record.ts'
const HOOKS = new Set(['beforeAll', 'beforeEach', 'afterAll', 'afterEach'])

/** Habits that a type checker lets pass: default exports, `any`, silenced errors, tests left out, hooks of modules that test files share. */
export const habits = (sources: readonly Source[]): Violation[] => {
  const found: Violation[] = []
  for (const source of sources) {
    const add = (at: number, what: string, remedy: string): void => {
      found.push({ path: source.path, line: lineOf(source, at), what, remedy })
    }
    for (const { value, start } of source.comments) {
      const directive = /^[\s*/]*(@ts-(?:ignore|nocheck))/.exec(value)?.[1]
      if (directive !== undefined)
        add(start, `has ${directive}`, 'mend the type; in a type test, use @ts-expect-error with its reason')
    }
    for (const { name, start } of hooksOf(source))
      add(
        start,
        `calls ${name} where it is loaded`,
        'test files share modules: call onTestFinished in what a test calls',
      )
    visit(source.body, (node) => {
      const [what, remedy] = bad(node, source) ?? []
      if (what !== undefined && remedy !== undefined) add(node.start, what, remedy)
    })
  }
  return found
}

/** Hooks at the top of a module that is no test file: only the first file that loads it would have them. */
const hooksOf = ({ path, body }: Source): readonly { readonly name: string; readonly start: number }[] => {
  if (/\.test\.ts$/.test(path) || path === SETUP) return []
  return body.flatMap((node) => {
    const call = node.type === 'ExpressionStatement' ? (node.expression as Node) : node
    const name = call.type === 'CallExpression' ? nameOf(call.callee as Node) : undefined
    return name !== undefined && HOOKS.has(name) ? [{ name, start: node.start }] : []
  })
}

const bad = (node: Node, source: Source): readonly [what: string, remedy: string] | undefined => {
  if (node.type === 'TSAnyKeyword' && !excused(node, source))
    return ["has the type 'any'", "use 'unknown' and narrow it"]
  if (isDefault(node) && !source.path.endsWith('.config.ts')) return ['has a default export', 'export it by its name']
  if (node.type !== 'CallExpression') return undefined
  const left = leftOut(node.callee as Node)
  if (left === undefined || (left === 'skip' && titleOf(node, source).includes('skipped: '))) return undefined
  return [
    `leaves tests out by .${left}`,
    "remove it; a test that cannot run everywhere says why: skip('reason') in its body, or a title with '(skipped: reason)'",
  ]
}

/** `only`, `skip` or `todo`, where a suite or a test is called by it: `it.only`, `describe.concurrent.skip.each`. */
const leftOut = (callee: Node): string | undefined => {
  if (callee.type === 'CallExpression') return leftOut(callee.callee as Node)
  if (callee.type !== 'MemberExpression' || !SUITES.has(root(callee))) return undefined
  const property = nameOf(callee.property) ?? ''
  return LEFT_OUT.has(property) ? property : leftOut(callee.object as Node)
}

const titleOf = (call: Node, { text }: Source): string => {
  const [title] = call.arguments as readonly Node[]
  return title === undefined ? '' : text.slice(title.start, title.end)
}

/** The linter's own way to allow an `any`: a comment on the line above, with a reason. */
const excused = (node: Node, { text, comments }: Source): boolean => {
  const lineStart = text.lastIndexOf('\n', node.start) + 1
  return comments.some(
    ({ value, end }) => end === lineStart - 1 && /biome-ignore lint\/suspicious\/noExplicitAny: \S.{10}/.test(value),
  )
}

/** The name at the start of `it.concurrent.only`. */
const root = (node: Node): string => {
  let at = node
  while (at.type === 'MemberExpression') at = at.object as Node
  return at.type === 'Identifier' ? (nameOf(at) ?? '') : ''
}

const isDefault = (node: Node): boolean =>
  node.type === 'ExportDefaultDeclaration' || (node.type === 'ExportSpecifier' && nameOf(node.exported) === 'default')
