import { lineOf } from '../source.ts'
import type { Violation } from '../violation.ts'

/** Any file of the repository that is text. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

// Put together from parts, so that this file does not contain what it looks for.
const words = (...parts: readonly string[]): string => parts.join('')

const PATTERNS: readonly (readonly [RegExp, string, string])[] = [
  [
    new RegExp(`\\b(?:${words('TO', 'DO')}|${words('FIX', 'ME')}|${words('HA', 'CK')}:)`, 'g'),
    'leaves something undone',
    'do it now, or describe it as an issue',
  ],
  [
    new RegExp(
      [
        'registry\\.[a-z0-9-]+\\.[a-z]{2,}',
        'npmjs\\.(?:org|com)',
        'npm\\.pkg\\.',
        '(?:npm|yarn|pnpm)mirror\\.',
        '[a-z0-9.-]*(?:artifactory|verdaccio|nexus)[a-z0-9-]*\\.[a-z]{2,}',
      ].join('|'),
      'gi',
    ),
    'names the host of a package registry',
    'leave the choice of a registry to the machine',
  ],
  [
    new RegExp(
      `(?<![\\w.@-])/(?:${words('wo', 'rk')}|${words('ro', 'ot')}|${words('tmp/br', 'ief')})(?:/|\\b(?=['"\`\\s]))`,
      'g',
    ),
    'names a path of one machine',
    'use a path relative to the file',
  ],
]

const LOCK_HOST = /"resolved":\s*"(?:https?|git[+a-z]*):/g

/** What no file says, be it code, prose or configuration. */
export const texts = (files: readonly TextFile[]): Violation[] =>
  files.flatMap(({ path, text }) => {
    const patterns = path.endsWith('package-lock.json')
      ? [
          ...PATTERNS.slice(1),
          [LOCK_HOST, 'resolves to a host', 'lock with omit-lockfile-registry-resolved=true'] as const,
        ]
      : PATTERNS
    return patterns.flatMap(([pattern, what, remedy]) =>
      [...text.matchAll(pattern)].map((match) => ({
        path,
        line: lineOf({ text }, match.index + 1),
        what: `${what}: '${match[0].trim()}'`,
        remedy,
      })),
    )
  })
