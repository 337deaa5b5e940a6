import { basename } from 'node:path'
import type { Violation } from '../violation.ts'

const NAMELESS = /^(types?|utils?|helpers?|common|misc|shared)(\.test)?\.ts$/

/** A file is named for the concept that it holds; a drawer for leftovers has none. */
export const fileNames = (paths: readonly string[]): Violation[] =>
  paths
    .filter((path) => NAMELESS.test(basename(path)) || (path.endsWith('.ts') && /[A-Z_]/.test(basename(path))))
    .map((path) => ({
      path,
      line: 1,
      what: `is named '${basename(path)}'`,
      remedy: 'name it for the one concept it holds, in kebab-case; a type lives in the room that owns the noun',
    }))
