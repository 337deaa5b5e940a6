import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestDatabase, testDatabase } from '@florin/testkit/postgres'
import { type ApiClient, createApiClient } from './api-client.ts'
import { type Example, type ExampleTuning, startExample } from './example.ts'
import { readSettings } from './settings.ts'

/** A running example for a test, in a folder of its own. */
export interface TestServer {
  readonly example: Example
  readonly url: string
  readonly db: string
  readonly api: ApiClient
  /** What went wrong in the background; empty in most tests. */
  readonly errors: unknown[]
  /** Stops it, keeping the folder. */
  stop(): Promise<void>
  /** A new server on the same database. */
  again(env?: Readonly<Record<string, string>>): Promise<TestServer>
}

const QUICK: ExampleTuning = { acquirer: { pendingMs: 400, slowMs: 1_600 }, callerDeadlineMs: 1_000 }

/** Folders that a test file made, to be removed in its `afterAll`. */
export const createFolders = () => {
  const made: string[] = []
  return {
    make: (): string => {
      const folder = mkdtempSync(join(tmpdir(), 'florin-example-'))
      made.push(folder)
      return folder
    },
    remove: (): void => {
      for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Databases that a test file used, to be closed in its `afterAll`. */
export const createDatabases = () => {
  const used: TestDatabase[] = []
  return {
    /** What a server's environment says for a database of its own; a file in its folder, without saying anything. */
    env: async (kind: 'sqlite' | 'postgres'): Promise<Readonly<Record<string, string>>> => {
      if (kind === 'sqlite') return {}
      const database = await testDatabase()
      used.push(database)
      return { FLORIN_DB: database.url, FLORIN_SCHEMA: database.schema }
    },
    close: async (): Promise<void> => {
      for (const database of used.splice(0)) await database.close()
    },
  }
}

/** Starts the example in `folder`, with short waits. */
export const startTestServer = async (
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TestServer> => {
  const db = join(folder, 'test.db')
  const errors: unknown[] = []
  const settings = readSettings({ PORT: '0', FLORIN_DB: db, FLORIN_RECOVERY_MS: '50', ...env }, folder)
  const example = await startExample(settings, { ...QUICK, onError: (error) => void errors.push(error) })
  return {
    example,
    url: example.url,
    db,
    api: createApiClient(example.url, 'demo'),
    errors,
    stop: () => example.close(),
    again: (more = {}) => startTestServer(folder, { ...env, ...more }),
  }
}
