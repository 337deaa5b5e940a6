import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Manifest } from './checks/boundaries.ts'
import type { TextFile } from './checks/text.ts'
import { parse, type Source } from './source.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LEFT_ASIDE = new Set(['node_modules', 'dist', '.git', '.turbo', '.florin', '.vitest'])
const MAX_BYTES = 2_000_000

/** What the checks look at. */
export interface Repository {
  readonly texts: readonly TextFile[]
  readonly sources: readonly Source[]
  /** By the folder in packages/. */
  readonly manifests: ReadonlyMap<string, Manifest>
  /** The source files of every package's public doors. */
  readonly doors: readonly string[]
  /** What the root's manifest gives to all tests. */
  readonly forTests: readonly string[]
}

/** Tracked and new files; what .gitignore names is not of the repository. Without git (a source archive), every file there is. */
const paths = (): string[] => {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    })
    return listed.split('\0').filter((path) => path !== '' && !path.split('/').some((part) => LEFT_ASIDE.has(part)))
  } catch {
    return walk('')
  }
}

const walk = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (LEFT_ASIDE.has(entry.name)) return []
    if (entry.isDirectory()) return walk(path)
    return entry.isFile() ? [path] : []
  })

const read = (path: string): TextFile[] => {
  const file = join(ROOT, path)
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined || !found.isFile() || found.size > MAX_BYTES) return [] // deleted, or not text
  const text = readFileSync(file, 'utf8')
  return text.includes('\0') ? [] : [{ path, text }]
}

interface PackageJson {
  readonly name: string
  readonly exports?: Readonly<Record<string, string | { readonly '@florin/source'?: string }>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const names = (...records: readonly (Readonly<Record<string, string>> | undefined)[]): string[] =>
  records.flatMap((record) => Object.keys(record ?? {}))

/** Reads the whole repository once. */
export const readRepository = (): Repository => {
  const texts = paths().sort().flatMap(read)
  const manifests = new Map<string, Manifest>()
  const doors: string[] = []
  let forTests: string[] = []
  for (const { path, text } of texts) {
    const folder = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1]
    if (folder === undefined && path !== 'package.json') continue
    const json = JSON.parse(text) as PackageJson
    if (folder === undefined) {
      forTests = names(json.devDependencies)
      continue
    }
    manifests.set(folder, {
      name: json.name,
      dependencies: names(json.dependencies, json.peerDependencies),
      devDependencies: names(json.devDependencies),
    })
    for (const target of Object.values(json.exports ?? {})) {
      const source = typeof target === 'string' ? undefined : target['@florin/source']
      if (source !== undefined) doors.push(posix.join('packages', folder, source))
    }
  }
  const sources = texts.filter(({ path }) => path.endsWith('.ts')).map(({ path, text }) => parse(path, text))
  return { texts, sources, manifests, doors, forTests }
}
