import { type Import, importsOf } from '../modules.ts'
import type { Source } from '../source.ts'
import type { Violation } from '../violation.ts'

/** No file imports itself over others, not even for a type: what goes in a circle cannot be understood from any one end. */
export const cycles = (sources: readonly Source[]): Violation[] => {
  const edges = new Map(sources.map((source) => [source.path, importsOf(source)]))
  const done = new Set<string>()
  const found: Violation[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    for (const { target, line } of edges.get(path) ?? ([] as readonly Import[])) {
      if (target === undefined || done.has(target)) continue
      const start = trail.indexOf(target)
      if (start >= 0) found.push(circle(path, line, [...trail.slice(start), target]))
      else if (edges.has(target)) walk(target, [...trail, target])
    }
    done.add(path)
  }
  for (const path of edges.keys()) if (!done.has(path)) walk(path, [path])
  return found
}

const circle = (path: string, line: number, trail: readonly string[]): Violation => ({
  path,
  line,
  what: `closes an import cycle: ${trail.map((step) => step.replace(/^packages\/([^/]+)\/src\//, '$1/')).join(' > ')}`,
  remedy: 'move what both need into a file of its own, below them',
})
