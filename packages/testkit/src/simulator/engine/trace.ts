/** A run's diary: always a hash of it, and its lines where somebody wants to read them. */
export interface Trace {
  note(at: number, line: string): void
  readonly lines: readonly string[]
  /** 16 hex digits: equal traces have equal hashes. */
  hash(): string
}

const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0')

/** A trace that keeps its lines, or only their hash (two FNV-1a halves with different starts). */
export const createTrace = (keep: boolean, start: number): Trace => {
  let first = 0x811c9dc5
  let second = 0x9e3779b9
  const lines: string[] = []
  return {
    lines,
    note(at, line) {
      const text = `${at - start} ${line}`
      for (let i = 0; i < text.length; i += 1) {
        const code = text.charCodeAt(i)
        first = Math.imul(first ^ code, 0x01000193)
        second = Math.imul(second ^ code, 0x85ebca6b) ^ (second >>> 13)
      }
      first = Math.imul(first ^ 10, 0x01000193)
      if (keep) lines.push(text)
    },
    hash: () => hex(first) + hex(second),
  }
}
