const CORE_DOORS = [
  '@florin/core',
  '@florin/core/gateways',
  '@florin/core/storage',
  '@florin/core/statements',
  '@florin/core/rails',
  '@florin/core/memory',
]
const STORAGE = ['@florin/core/storage', '@florin/storage-sql']
const ADAPTER = ['@florin/core/gateways', '@florin/core/statements', '@florin/transport']

/**
 * Which of Florin's own doors the sources of a package may import. What they import from elsewhere is what their package.json names as
 * dependencies, so an HTTP client or a database driver cannot come into core by mistake.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  transport: ['@florin/core/gateways'],
  'adapters-stripe': ADAPTER,
  'adapters-adyen': ADAPTER,
  'storage-sql': ['@florin/core/storage'],
  'storage-sqlite': STORAGE,
  'storage-postgres': STORAGE,
  bank: ['@florin/core/statements', '@florin/core/rails'],
  http: CORE_DOORS,
  testkit: [...CORE_DOORS, '@florin/transport'],
  cli: ['@florin/core', '@florin/core/storage', '@florin/storage-postgres', '@florin/storage-sqlite'],
}

/** What the tests of a package may import besides: the conformance suites and sandbox, and every door of core. Not core's own tests. */
export const TESTS_MAY_IMPORT: readonly string[] = [
  ...CORE_DOORS,
  '@florin/testkit',
  '@florin/testkit/stripe',
  '@florin/testkit/adyen',
  '@florin/testkit/simulator',
  '@florin/testkit/postgres',
  '@florin/transport',
]

/** Core's tests stay within core, and use the in-memory storage from there. */
export const TESTED_ALONE: readonly string[] = ['core']
