import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type BenchResult, resultOf } from '../storage/result.ts'
import type { Provider } from './side.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const OFFICIAL = { stripe: 'stripe', adyen: '@adyen/api-library' } as const satisfies Record<Provider, string>
const KIB = 1_024

interface Manifest {
  readonly name: string
  readonly main?: string
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** The folder of a package as the one in `from` resolves it: the nearest node_modules that has it. */
const folderOf = (name: string, from: string): string => {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (dirname(at) === at) throw new Error(`${name} is not installed`)
  }
}

const bytesOf = (path: string): number => {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}

/** What a published package holds: what its manifest names, without tests; all of it where it names nothing. */
const packageBytes = (folder: string): number => {
  const { files, name } = manifestOf(folder)
  if (!name.startsWith('@florin/') || files === undefined) return bytesOf(folder)
  return files
    .filter((file) => !file.startsWith('!'))
    .reduce((sum, file) => sum + bytesOf(join(folder, file)) - testBytes(join(folder, file)), 0)
}

const testBytes = (path: string): number => {
  const stats = statSync(path)
  if (!stats.isDirectory()) return /\.test(-d)?\.ts$/.test(path) ? stats.size : 0
  return readdirSync(path).reduce((sum, name) => sum + testBytes(join(path, name)), 0)
}

/** Bytes of the packages and of everything that they depend on, each once. */
const installedBytes = (names: readonly string[]): number => {
  const seen = new Set<string>()
  const queue = names.map((name) => folderOf(name, ROOT))
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
    if (seen.has(folder)) continue
    seen.add(folder)
    const { dependencies = {} } = manifestOf(folder)
    for (const name of Object.keys(dependencies)) queue.push(folderOf(name, folder))
  }
  return [...seen].reduce((sum, folder) => sum + packageBytes(folder), 0)
}

const PROBE = `const start = performance.now(); await import(process.argv[1]); console.log(performance.now() - start)`

/** Milliseconds until a module and all that it imports are loaded, in a new process. */
const importMs = (url: string): number =>
  Number(execFileSync(process.execPath, ['--input-type=module', '--eval', PROBE, url], { encoding: 'utf8' }))

const entryOf = (name: string): string => {
  if (!name.startsWith('@florin/')) return pathToFileURL(createRequire(import.meta.url).resolve(name)).href
  const entry = join(folderOf(name, ROOT), 'dist', 'index.js')
  if (!existsSync(entry)) throw new Error(`${name} is not built: run \`npm run build\` first`)
  return pathToFileURL(entry).href
}

/**
 * What an adapter adds to a host that has `@florin/core`: itself, the transport, and their dependencies, beside the official SDK and its
 * own; and how long either takes to import.
 */
export function* footprints(provider: Provider, runs: number): Iterable<BenchResult> {
  const ours = `@florin/adapters-${provider}`
  const official = OFFICIAL[provider]
  const sizes = { value: installedBytes([ours, '@florin/transport']) / KIB, baseline: installedBytes([official]) / KIB }
  yield resultOf({ suite: 'adapters', case: `${provider}: installed size`, unit: 'KiB' }, [sizes])
  const [our, their] = [entryOf(ours), entryOf(official)]
  const pairs = Array.from({ length: Math.max(runs, 5) }, () => ({ value: importMs(our), baseline: importMs(their) }))
  yield resultOf({ suite: 'adapters', case: `${provider}: import`, unit: 'ms' }, pairs)
}
