import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createFlorin, ephemeralKeys, type Florin, FlorinError, localKeys, systemRuntime } from '@florin/core'
import { type SqliteStorage, sqlite } from '@florin/storage-sqlite'
import type { AcquirerOptions } from '@florin/testkit'
import { createApp } from './app.ts'
import { failoverOptions } from './failover-settings.ts'
import { type OpenGateways, openGateways } from './gateways/open-gateways.ts'
import { sharedCards } from './gateways/shared-cards.ts'
import { shopAddress } from './gateways/shop-address.ts'
import { type Listening, listen, ownNames } from './listen.ts'
import type { Settings } from './settings.ts'
import { createShopSession } from './shop/session.ts'

/** The running example. */
export interface Example {
  readonly url: string
  readonly port: number
  readonly florin: Florin
  /** The gateways that it sells through, the default first. */
  readonly gateways: OpenGateways
  /** Lets what is on its way end, for `patienceMs` at most, and frees everything. What is cut off, recovery finds at the next start. */
  close(): Promise<void>
}

/** What only tests and the demo change. */
export interface ExampleTuning {
  /** Shorter waits for `tok_slow` and `tok_pending`. */
  readonly acquirer?: AcquirerOptions
  readonly callerDeadlineMs?: number
  readonly onError?: (error: unknown) => void
}

const PATIENCE_MS = 5_000

const makeFolderOf = (db: string): void => {
  try {
    mkdirSync(dirname(db), { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    const message = `the folder ${dirname(db)} cannot be made (${reason}): start in a folder that you may write to, or name a database with FLORIN_DB`
    throw new FlorinError('configuration', message, { cause })
  }
}

const openStorage = ({ db, makeFolder }: Settings): SqliteStorage => {
  if (makeFolder) makeFolderOf(db)
  return sqlite(db)
}

const wire = (settings: Settings, tuning: ExampleTuning, storage: SqliteStorage, { open }: OpenGateways) =>
  createFlorin({
    storage,
    gateways: Object.fromEntries(open.map(({ name, gateway }) => [name, gateway])),
    ...failoverOptions(settings.failover, open),
    keys:
      settings.db === ':memory:'
        ? ephemeralKeys(systemRuntime().random)
        : localKeys({ file: `${settings.db}.keys.json` }),
    defaultMerchant: settings.apiKeys.first,
    timings: {
      ...settings.timings,
      ...(tuning.callerDeadlineMs !== undefined && { callerDeadlineMs: tuning.callerDeadlineMs }),
    },
    ...(tuning.onError !== undefined && { onError: tuning.onError }),
  })

/** What was opened, to be closed in the opposite order, whatever of it fails. */
const createClosing = () => {
  const tasks: (() => unknown)[] = []
  return {
    add: (task: () => unknown): void => void tasks.unshift(task),
    run: async (): Promise<void> => {
      for (const task of tasks.splice(0)) await task()
    },
  }
}

const open = async (
  settings: Settings,
  tuning: ExampleTuning,
  listening: Listening,
  closing: ReturnType<typeof createClosing>,
): Promise<Pick<Example, 'florin' | 'gateways'>> => {
  const storage = openStorage(settings)
  let owned = true // until florin closes it
  closing.add(() => (owned ? storage.close() : undefined))
  const gateways = await openGateways({
    settings,
    acquirer: tuning.acquirer ?? {},
    shop: shopAddress(listening.url),
  })
  closing.add(() => gateways.close())
  const florin = await wire(settings, tuning, storage, gateways)
  owned = false
  closing.add(() => florin.close())
  return { florin, gateways }
}

/**
 * Starts the example: SQLite, the gateways of the settings behind HTTP, Florin with recovery running, Express. Rejects with a `FlorinError` that
 * says what to change, and leaves nothing open.
 */
export const startExample = async (settings: Settings, tuning: ExampleTuning = {}): Promise<Example> => {
  const listening = await listen(settings.host, settings.port)
  const closing = createClosing()
  try {
    const { florin, gateways } = await open(settings, tuning, listening, closing)
    closing.add(() => listening.close(PATIENCE_MS))
    const session = createShopSession({
      merchant: settings.apiKeys.first,
      enabled: settings.shop,
      names: ownNames(settings.host),
    })
    const shared = sharedCards(gateways.open)
    listening.answerWith(createApp({ florin, apiKeys: settings.apiKeys, gateways: gateways.open, shared, session }))
    florin.start()
    return { url: listening.url, port: listening.port, florin, gateways, close: () => closing.run() }
  } catch (error) {
    await closing.run()
    await listening.close(0)
    throw error
  }
}
