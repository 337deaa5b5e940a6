import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from '@florin/testkit'
import { testDatabase } from '@florin/testkit/postgres'
import { readStorage, type StorageSettings } from '../storage-settings.ts'
import type { Question } from './acquirer-main.ts'
import { type AcquirerSays, type AuditReport, runAudit } from './audit.ts'
import type { Notebook } from './buyer.ts'
import { type Child, startChild } from './child.ts'
import type { Dice } from './dice.ts'

/** What the servers keep everything in. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** A database, and an acquirer in a process of its own that survives everything. Servers come and go. */
export interface Place {
  readonly storage: StorageSettings
  /** Starts a server of the place, which takes what is silent for `leaseMs` (400 if absent) for dead. */
  startServer(port: number, leaseMs?: number): Promise<Child>
  /** How the acquirer behaves from now on. */
  fail(faults: readonly Fault[]): Promise<void>
  /** Compares what Florin believes, what it promised and what the acquirer did. Money must be at rest. */
  audit(notebook: Notebook): Promise<AuditReport>
  close(): Promise<void>
}

/** The key that the servers of a place know. */
export const API_KEY = 'faults'
/** Recovery waits this long after a crash: the server's own 15 s would make a run long, not hard. */
export const LEASE_MS = 400

const MERCHANT = 'mer_faults'
const SECRET = 'a webhook secret for the fault run'

/** A port that nobody listens on now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** A gateway on a bad day: some answers are lost, some say 500, and all take a moment, so that every kill finds calls on their way. */
export const badDay = (dice: Dice): readonly Fault[] => [
  { how: dice.pick(['drop_after', 'error_500_after', 'cut_body']), when: { operation: 'charge' }, times: 2 },
  { how: dice.pick(['drop_before', 'error_500_before', 'rate_limit']), when: { operation: 'charge' } },
  { how: dice.pick(['drop_after', 'error_500_after']), when: { operation: 'capture' } },
  { how: dice.pick(['drop_after', 'error_500_after']), when: { operation: 'refund' } },
  { how: dice.pick(['lose_webhook', 'duplicate_webhook']), times: 5 },
  { how: 'slow', ms: 15, times: Number.POSITIVE_INFINITY },
]

/** A database of a place. */
export interface Database {
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Opens a database whose keys are in `folder`. */
export const openDatabase = async (kind: DatabaseKind | Database, folder: string): Promise<Database> => {
  const keys = join(folder, 'keys.json')
  if (typeof kind === 'object') return { ...kind, env: { FLORIN_KEYS: keys, ...kind.env } }
  if (kind === 'sqlite')
    return { env: { FLORIN_DB: join(folder, 'faults.db'), FLORIN_KEYS: keys }, close: async () => {} }
  const { url, schema, close } = await testDatabase()
  return { env: { FLORIN_DB: url, FLORIN_SCHEMA: schema, FLORIN_KEYS: keys }, close }
}

/**
 * Opens a place, on a database of its own or a given one, whose acquirer sends its webhooks to the server at `webhookPort`. `env` is what
 * its servers are started with besides.
 */
export const openPlace = async (
  kind: DatabaseKind | Database,
  webhookPort: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-faults-'))
  const database = await openDatabase(kind, folder)
  const acquirer = await startChild('./acquirer-main.ts', {
    FAULTS_WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/v1/webhooks/sandbox/default`,
    FAULTS_WEBHOOK_SECRET: SECRET,
  })
  const storage = readStorage(database.env, folder)
  return {
    storage,
    startServer: (port, leaseMs = LEASE_MS) =>
      startChild('../main.ts', {
        ...env,
        ...database.env,
        PORT: `${port}`,
        HOST: '127.0.0.1',
        API_KEYS: `${API_KEY}:${MERCHANT}`,
        SANDBOX_URL: acquirer.ready,
        SANDBOX_API_KEY: 'sandbox_default',
        SANDBOX_WEBHOOK_SECRET: SECRET,
        SHOP: 'off',
        FLORIN_LEASE_MS: `${leaseMs}`,
        FLORIN_RECOVERY_MS: '100',
      }),
    fail: async (faults) => void (await acquirer.ask<object>({ ask: 'faults', faults } satisfies Question)),
    audit: ({ acknowledged }) =>
      runAudit({
        storage,
        merchant: MERCHANT,
        sandboxUrl: acquirer.ready,
        acknowledged: [...acknowledged.values()],
        ask: (references) => acquirer.ask<AcquirerSays>({ ask: 'books', references } satisfies Question),
      }),
    async close() {
      await acquirer.kill()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
