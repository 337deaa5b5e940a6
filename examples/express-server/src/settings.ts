import { type ApiKeys, parseApiKeys } from './api-keys.ts'
import { type Env, given, oneOf, url, whole } from './environment.ts'
import { type FailoverSettings, readFailover } from './failover-settings.ts'
import { type ProviderSettings, readProviders } from './provider-settings.ts'
import { readStorage, type StorageSettings } from './storage-settings.ts'

/** Where the sandbox gateway is: run by this process, or reached over HTTP as a provider would be. */
export type SandboxSettings =
  | { readonly run: 'here'; readonly port: number; readonly publicUrl: string | undefined }
  | {
      readonly run: 'elsewhere'
      readonly url: string
      readonly apiKey: string
      readonly webhookSecret: string | undefined
    }

/** What the example server is told by its environment, checked. */
export interface Settings extends StorageSettings {
  readonly host: string
  readonly port: number
  readonly apiKeys: ApiKeys
  /** Used where no provider is configured. */
  readonly sandbox: SandboxSettings
  readonly providers: ProviderSettings
  readonly failover: FailoverSettings
  /** Whether browsers may act for the first merchant through the shop page. */
  readonly shop: boolean
  readonly timings: { readonly leaseMs?: number; readonly recoveryIntervalMs?: number }
}

const DEFAULT_KEYS = 'demo:mer_demo'
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/** Whether only programs of this machine can reach what listens on `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.has(host)

const sandboxOf = (env: Env): SandboxSettings => {
  const elsewhere = url(env, 'SANDBOX_URL')
  if (elsewhere === undefined) {
    const port = whole(env, 'SANDBOX_PORT', 0, 65_535) ?? 0
    return { run: 'here', port, publicUrl: url(env, 'SANDBOX_PUBLIC_URL') }
  }
  return {
    run: 'elsewhere',
    url: elsewhere,
    apiKey: given(env, 'SANDBOX_API_KEY') ?? 'sandbox_default',
    webhookSecret: given(env, 'SANDBOX_WEBHOOK_SECRET'),
  }
}

const shopOf = (env: Env, host: string): boolean => {
  const asked = oneOf(env, 'SHOP', ['on', 'off'])
  return asked === undefined ? isLoopback(host) : asked === 'on'
}

const timingsOf = (env: Env): Settings['timings'] => {
  const leaseMs = whole(env, 'FLORIN_LEASE_MS', 100, 3_600_000)
  const recoveryIntervalMs = whole(env, 'FLORIN_RECOVERY_MS', 10, 3_600_000)
  return { ...(leaseMs !== undefined && { leaseMs }), ...(recoveryIntervalMs !== undefined && { recoveryIntervalMs }) }
}

/** Reads the environment. Throws `configuration` naming the variable, its value where that is no secret, and what it may be. */
export const readSettings = (env: Env, folder: string): Settings => {
  const host = given(env, 'HOST') ?? '127.0.0.1'
  return Object.freeze({
    host,
    port: whole(env, 'PORT', 0, 65_535) ?? 3000,
    ...readStorage(env, folder),
    apiKeys: parseApiKeys(given(env, 'API_KEYS') ?? DEFAULT_KEYS),
    sandbox: sandboxOf(env),
    providers: readProviders(env),
    failover: readFailover(env),
    shop: shopOf(env, host),
    timings: timingsOf(env),
  })
}
