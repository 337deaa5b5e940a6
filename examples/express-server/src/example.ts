import { createFlorin, type Florin, type FlorinOptions } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import type { AcquirerOptions } from '@florin/testkit'
import { createApp } from './app.ts'
import { failoverOptions } from './failover-settings.ts'
import { type OpenGateways, openGateways } from './gateways/open-gateways.ts'
import { sharedCards } from './gateways/shared-cards.ts'
import { shopAddress } from './gateways/shop-address.ts'
import { type Listening, listen, ownNames } from './listen.ts'
import { openKeys, openStorage, storageKind } from './open-storage.ts'
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
  /** What happens to money after it was taken. */
  readonly after?: Pick<FlorinOptions, 'disputes' | 'fx' | 'settlement' | 'payouts'>
  readonly onError?: (error: unknown) => void
}

const PATIENCE_MS = 5_000

const wire = (settings: Settings, tuning: ExampleTuning, storage: Storage, { open }: OpenGateways) =>
  createFlorin({
    storage,
    gateways: Object.fromEntries(open.map(({ name, gateway }) => [name, gateway])),
    ...failoverOptions(settings.failover, open),
    ...tuning.after,
    keys: openKeys(settings),
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
  const storage = await openStorage(settings)
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
 * Starts the example: the database and the gateways of the settings behind HTTP, Florin with recovery running, Express. Rejects with a `FlorinError` that
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
    const shop = { gateways: gateways.open, shared, session, storage: storageKind(settings) }
    listening.answerWith(createApp({ florin, apiKeys: settings.apiKeys, ...shop }))
    florin.start()
    return { url: listening.url, port: listening.port, florin, gateways, close: () => closing.run() }
  } catch (error) {
    await closing.run()
    await listening.close(0)
    throw error
  }
}
