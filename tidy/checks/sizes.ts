import { type Allowance, LONG_FILES, MAX_FILE_LINES, MAX_FUNCTION_LINES } from '../allowances.ts'
import { codeLines, isTest, lineOf, nameOf, type Source, visit } from '../source.ts'
import type { Violation } from '../violation.ts'

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** No file above 300 lines of code without a reason in tidy/allowances.ts, and no allowance that nobody needs. */
export const fileSizes = (sources: readonly Source[], allowances: readonly Allowance[] = LONG_FILES): Violation[] => {
  const found: Violation[] = []
  const needed = new Set<string>()
  for (const source of sources) {
    const lines = codeLines(source)
    if (lines <= MAX_FILE_LINES) continue
    needed.add(source.path)
    const allowed = allowances.find(({ path }) => path === source.path)
    if (allowed !== undefined && lines <= allowed.lines) continue
    const limit = allowed?.lines ?? MAX_FILE_LINES
    found.push({
      path: source.path,
      line: 1,
      what: `has ${lines} lines of code, more than ${limit}`,
      remedy: 'split it by concept, or give the reason in tidy/allowances.ts',
    })
  }
  for (const { path, reason } of allowances) {
    if (reason.length < 20)
      found.push({
        path,
        line: 1,
        what: 'has an allowance without a reason',
        remedy: 'write why in tidy/allowances.ts',
      })
    if (!needed.has(path))
      found.push({ path, line: 1, what: 'no longer needs its allowance', remedy: 'remove it from tidy/allowances.ts' })
  }
  return found
}

/** No function above 70 lines of code. Tests are exempt: a `describe` is a list. */
export const functionSizes = (sources: readonly Source[]): Violation[] => {
  const found: Violation[] = []
  for (const source of sources) {
    if (isTest(source.path)) continue
    const names = new Map<unknown, string>()
    visit(source.body, (node) => {
      const name = nameOf(node.id) ?? nameOf(node.key)
      if (name !== undefined) names.set(node.init ?? node.value ?? node, name) // parents come first
      if (!FUNCTIONS.has(node.type)) return
      const lines = codeLines(source, node.start, node.end)
      if (lines <= MAX_FUNCTION_LINES) return
      const named = names.has(node) ? ` '${names.get(node)}'` : ''
      found.push({
        path: source.path,
        line: lineOf(source, node.start),
        what: `has a function${named} of ${lines} lines of code, more than ${MAX_FUNCTION_LINES}`,
        remedy: 'let its steps be functions with names',
      })
    })
  }
  return found
}
