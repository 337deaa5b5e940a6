import { describe, expect, it } from 'vitest'
import { house } from '../planted.ts'
import { printed } from '../violation.ts'
import { boundaries, type Manifest } from './boundaries.ts'

const manifest = (name: string, ...dependencies: string[]): [string, Manifest] => [
  name,
  { name: `@florin/${name}`, dependencies, devDependencies: ['their-tests'] },
]
const MANIFESTS = new Map([
  manifest('core', 'zod'),
  manifest('http', 'zod'),
  manifest('storage-sqlite', 'better-sqlite3'),
])
const check = (path: string, specifier: string): string[] =>
  boundaries(house({ [`packages/${path}`]: `import '${specifier}'` }), MANIFESTS, ['vitest']).map(printed)

describe('the check of boundaries', () => {
  it.each([
    ['core/src/a.ts', 'zod'],
    ['core/src/a.ts', 'zod/mini'],
    ['core/src/a.ts', 'node:crypto'],
    ['core/src/a.ts', '../test/b.ts'],
    ['core/src/a.test.ts', 'vitest'],
    ['http/src/a.ts', '@florin/core'],
    ['http/src/a.ts', '@florin/core/gateways'],
    ['http/src/a.test.ts', '@florin/testkit'],
    ['http/src/a.test.ts', '@florin/http'],
    ['http/src/a.test.ts', 'their-tests'],
    ['storage-sqlite/src/a.ts', '@florin/storage-sql'],
    ['storage-sqlite/src/a.ts', 'better-sqlite3'],
    ['adapters-stripe/src/a.ts', '@florin/transport'],
  ])('lets %s import %s', (path, specifier) => {
    expect(check(path, specifier)).toEqual([])
  })

  it.each([
    ['core/src/a.ts', 'undici'],
    ['core/src/a.ts', 'pg'],
    ['core/src/a.ts', 'better-sqlite3'],
    ['core/src/a.ts', 'express'],
    ['core/src/a.ts', 'vitest'],
    ['core/src/a.ts', 'fs'],
    ['core/src/a.ts', '@florin/testkit'],
    ['core/src/a.ts', '@florin/core'],
    ['core/src/a.test.ts', '@florin/testkit'],
    ['core/src/a.ts', '../../http/src/index.ts'],
    ['http/src/a.test.ts', '../../core/src/kernel/index.ts'],
    ['http/src/a.ts', '@florin/testkit'],
    ['http/src/a.ts', '@florin/core/kernel'],
    ['storage-sqlite/src/a.ts', '@florin/core'],
    ['storage-sqlite/src/a.ts', '@florin/core/gateways'],
    ['storage-sqlite/src/a.ts', 'pg'],
    ['adapters-stripe/src/a.ts', '@florin/core'],
    ['adapters-stripe/src/a.ts', '@florin/adapters-adyen'],
    ['adapters-stripe/src/a.ts', '@florin/storage-sql'],
    ['elsewhere/src/a.ts', '@florin/core'],
  ])('refuses that %s imports %s', (path, specifier) => {
    expect(check(path, specifier)).toEqual([expect.stringMatching(new RegExp(`^packages/${path}:1 .* → .{10}`))])
  })
})
