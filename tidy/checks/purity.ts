import { IMPURE_ROOM } from '../floors.ts'
import { isTest, lineOf, type Node, nameOf, type Source, visit } from '../source.ts'
import type { Violation } from '../violation.ts'

const SRC = 'packages/core/src/'

const CALLS: Readonly<Record<string, string>> = {
  setTimeout: 'scheduler.after',
  setInterval: 'scheduler.after',
  setImmediate: 'scheduler.yield',
  queueMicrotask: 'scheduler.yield',
  randomUUID: 'ids.make',
  randomBytes: 'random.bytes',
  randomFillSync: 'random.bytes',
  getRandomValues: 'random.bytes',
}
const MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': 'clock.now',
  'performance.now': 'clock.now',
  'process.hrtime': 'clock.now',
  'process.nextTick': 'scheduler.yield',
  'Math.random': 'random.bytes',
}

/** In core only the kernel touches the clock, timers and randomness of the machine: everything else is given them, and can be replayed. */
export const purity = (sources: readonly Source[]): Violation[] => {
  const found: Violation[] = []
  for (const source of sources) {
    if (!source.path.startsWith(SRC) || source.path.startsWith(`${SRC}${IMPURE_ROOM}/`) || isTest(source.path)) continue
    visit(source.body, (node) => {
      const [what, instead] = impure(node) ?? []
      if (what === undefined) return
      found.push({
        path: source.path,
        line: lineOf(source, node.start),
        what: `uses ${what}`,
        remedy: `take a Runtime's part as a parameter and use ${instead}`,
      })
    })
  }
  return found
}

const impure = (node: Node): readonly [string, string] | undefined => {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const callee = nameOf(node.callee)
    if (callee === 'Date' && (node.arguments as readonly unknown[]).length === 0) return ['new Date()', 'clock.now']
  }
  if (node.type === 'Identifier') {
    const name = nameOf(node) ?? ''
    if (Object.hasOwn(CALLS, name)) return [name, CALLS[name] as string]
  }
  if (node.type === 'MemberExpression') {
    const name = `${nameOf(node.object)}.${nameOf(node.property)}`
    if (Object.hasOwn(MEMBERS, name)) return [name, MEMBERS[name] as string]
  }
  return undefined
}
