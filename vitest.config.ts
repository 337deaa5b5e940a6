import { availableParallelism } from 'node:os'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// '@florin/source' makes a workspace package resolve to its src/*.ts: tests never need, and never read, dist/.
const conditions = ['@florin/source', ...defaultServerConditions]

/** Files that share their modules with others in one worker: to load all of core for each of them took as long as their tests. */
const SHARED = ['packages/{core,http,bank,transport,storage-sql,adapters-*,testkit}/{src,test}/**/*.test.ts']
/** Those of them that change what all share: the clock and chance of the whole process, or modules. */
const ALONE = ['packages/testkit/test/simulate*.test.ts', 'packages/core/src/kernel/machine.test.ts']
/** Files with databases, processes and measurements of their own. */
const OWN = [
  'packages/{cli,storage-sqlite,storage-postgres}/{src,test}/**/*.test.ts',
  'examples/*/src/**/*.test.ts',
  'bench/src/**/*.test.ts',
  'tidy/**/*.test.ts',
  'docs/code/*.test.ts',
]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      { extends: true, test: { name: 'shared', include: SHARED, exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'alone', include: [...ALONE, ...OWN], typecheck: { enabled: false } } },
    ],
    maxWorkers: availableParallelism() + 1, // much of a run waits for child processes
    testTimeout: 20_000, // a hang, and not a slow machine: nothing is timed by a test
    hookTimeout: 60_000,
    setupFiles: ['packages/testkit/test/reached/record.ts'], // writes down which transitions and error codes were reached
    execArgv: ['--conditions=@florin/source'], // for child processes and externalised imports
    typecheck: {
      enabled: true,
      checker: 'tsc',
      include: ['packages/*/src/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
    },
  },
})
