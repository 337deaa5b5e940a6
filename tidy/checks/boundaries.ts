import { isBuiltin } from 'node:module'
import { importsOf, packageOf } from '../modules.ts'
import { MAY_IMPORT, TESTED_ALONE, TESTS_MAY_IMPORT } from '../packages.ts'
import { isTest, type Source } from '../source.ts'
import type { Violation } from '../violation.ts'

/** What a package's manifest lets its sources, and its tests, import. */
export interface Manifest {
  readonly name: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

/** Packages import only the doors of each other that they may, and only the libraries that their package.json names. */
export const boundaries = (
  sources: readonly Source[],
  manifests: ReadonlyMap<string, Manifest>,
  forTests: readonly string[],
): Violation[] => {
  const found: Violation[] = []
  for (const source of sources) {
    const folder = packageOf(source.path)
    if (folder === undefined) continue
    for (const { specifier, line, target } of importsOf(source)) {
      const refused =
        target === undefined
          ? refuseBare(folder, specifier, isTest(source.path), manifests.get(folder), forTests)
          : refuseRelative(folder, target)
      if (refused !== undefined) found.push({ path: source.path, line, ...refused })
    }
  }
  return found
}

type Refusal = Pick<Violation, 'what' | 'remedy'>

const refuseRelative = (folder: string, target: string): Refusal | undefined =>
  packageOf(target) === folder
    ? undefined
    : { what: `leaves packages/${folder} by a path`, remedy: 'import the other package by its name' }

const refuseBare = (
  folder: string,
  specifier: string,
  test: boolean,
  manifest: Manifest | undefined,
  forTests: readonly string[],
): Refusal | undefined => {
  if (specifier.startsWith('node:')) return undefined
  if (isBuiltin(specifier)) return { what: `imports '${specifier}'`, remedy: `write 'node:${specifier}'` }
  if (specifier.startsWith('@florin/')) return refuseOwn(folder, specifier, test)
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (manifest?.dependencies.includes(name)) return undefined
  if (test && (forTests.includes(name) || manifest?.devDependencies.includes(name))) return undefined
  return {
    what: `imports '${name}', which packages/${folder}/package.json does not depend on`,
    remedy: 'ask for it through a port, or add the dependency with a reason',
  }
}

const refuseOwn = (folder: string, specifier: string, test: boolean): Refusal | undefined => {
  const allowed = MAY_IMPORT[folder]
  if (allowed === undefined) {
    return {
      what: `is in packages/${folder}, of which nothing is known`,
      remedy: 'say in tidy/packages.ts what it may import',
    }
  }
  if (allowed.includes(specifier)) return undefined
  const own = specifier === `@florin/${folder}` || specifier.startsWith(`@florin/${folder}/`)
  if (test && !TESTED_ALONE.includes(folder) && (own || TESTS_MAY_IMPORT.includes(specifier))) return undefined
  const may = allowed.length === 0 ? 'no other package of Florin' : allowed.join(', ')
  return { what: `imports '${specifier}'`, remedy: `packages/${folder} may import ${may}: see tidy/packages.ts` }
}
