import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// '@florin/source' makes a workspace package resolve to its src/*.ts: tests never need, and never read, dist/.
const conditions = ['@florin/source', ...defaultServerConditions]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'bench/src/**/*.test.ts',
      'tidy/**/*.test.ts',
      'docs/code/*.test.ts',
    ],
    maxWorkers: '100%', // one fewer if absent, which on two cores is one: much of a run waits for child processes
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
