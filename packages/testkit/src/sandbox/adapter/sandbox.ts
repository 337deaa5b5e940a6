import { FlorinError, type Scheduler } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import { httpTransport } from '@florin/transport'
import { type Acquirer, createAcquirer } from '../acquirer/acquirer.ts'
import { SANDBOX_CURRENCIES } from '../acquirer/options.ts'
import { DAY_MS } from '../acquirer/settlement.ts'
import { checkSecrets } from '../webhooks/sign.ts'
import { assembleSandbox } from './capabilities.ts'
import { inProcessTransport } from './in-process.ts'

/** The sandbox in this process: the gateway and, behind it, an acquirer that tests can look into. */
export interface SandboxInProcessOptions {
  readonly baseUrl?: undefined
  /** Default: a new one of its own. Give one to share it, or to inject clock, fees and currencies. */
  readonly acquirer?: Acquirer
  /** Accounts of the acquirer to use, the first by default. Default: all of them; a new acquirer gets these. */
  readonly accounts?: readonly [string, ...string[]]
  /** For a new acquirer: at least 24 bytes. Default: random. */
  readonly webhookSecret?: string
  /** Milliseconds that pass before the acquirer gets a request. Default: 0. */
  readonly latencyMs?: number
  /** Waits for slow answers and latency. Default: real timers. */
  readonly scheduler?: Scheduler
}

/** The sandbox at the other end of a socket, as `startSandboxServer` runs it. */
export interface SandboxHttpOptions {
  readonly baseUrl: string
  /** The key of the account `default`. */
  readonly apiKey?: string
  /** API key by account, in place of `apiKey`; the first account is the default. The names are the server's. */
  readonly accounts?: Readonly<Record<string, string>>
  /** One, or two during a rotation; at least 24 bytes each. Without it webhooks are refused. */
  readonly webhookSecret?: string | readonly string[]
  /** What the server takes. Default: `SANDBOX_CURRENCIES`. */
  readonly currencies?: readonly string[]
  /** Allows plain http to other hosts than loopback. */
  readonly allowHttp?: boolean
}

/** The gateway with the acquirer that stands behind it. */
export type SandboxGateway = Gateway & { readonly acquirer: Acquirer }

const configuration = (message: string): never => {
  throw new FlorinError('configuration', `sandbox: ${message}`)
}

const ownAcquirer = ({ accounts, webhookSecret }: SandboxInProcessOptions): Acquirer =>
  createAcquirer({
    ...(accounts && { accounts: Object.fromEntries(accounts.map((account) => [account, `sandbox_${account}`])) }),
    ...(webhookSecret !== undefined && { webhookSecret }),
  })

const inProcess = (options: SandboxInProcessOptions): SandboxGateway => {
  if (options.acquirer !== undefined && options.webhookSecret !== undefined)
    return configuration('give webhookSecret to createAcquirer, it is the acquirer that signs')
  const acquirer = options.acquirer ?? ownAcquirer(options)
  const known = acquirer.options.accounts
  const accounts = options.accounts ?? Object.keys(known)
  for (const account of accounts) {
    if (!Object.hasOwn(known, account))
      return configuration(`the acquirer has no account '${account}'; name it in its accounts`)
  }
  const { webhookSecrets, currencies, keyRetentionMs } = acquirer.options
  const gateway = assembleSandbox({
    accounts: accounts as [string, ...string[]],
    transport: inProcessTransport(acquirer, options.scheduler, options.latencyMs ?? 0),
    secrets: webhookSecrets,
    currencies,
    keyRetentionMs,
  })
  return { ...gateway, acquirer }
}

const keysOf = ({ apiKey, accounts }: SandboxHttpOptions): ReadonlyMap<string, string> => {
  if ((apiKey === undefined) === (accounts === undefined)) return configuration('give either apiKey or accounts')
  const keys = new Map(Object.entries(accounts ?? { default: apiKey ?? '' }))
  if (keys.size === 0) return configuration('accounts is empty; name at least one')
  for (const [account, key] of keys)
    if (key === '') return configuration(`the API key of account '${account}' is empty`)
  return keys
}

const overHttp = (options: SandboxHttpOptions): Gateway => {
  const keys = keysOf(options)
  const transport = httpTransport({
    baseUrl: options.baseUrl,
    allowHttp: options.allowHttp ?? false,
    credentials: (account) => {
      const key = keys.get(account)
      return key === undefined ? configuration(`there is no account '${account}'`) : { authorization: `Bearer ${key}` }
    },
  })
  return assembleSandbox({
    accounts: [...keys.keys()] as [string, ...string[]],
    transport,
    secrets: options.webhookSecret === undefined ? [] : checkSecrets(options.webhookSecret),
    currencies: options.currencies ?? SANDBOX_CURRENCIES,
    keyRetentionMs: DAY_MS,
  })
}

/**
 * A gateway that needs no account anywhere. Without `baseUrl` the acquirer lives in this process, in `acquirer`, and answers at once;
 * with it, requests go over HTTP to a sandbox server. Throws `FlorinError('configuration')`.
 */
export function sandbox(options: SandboxHttpOptions): Gateway
export function sandbox(options?: SandboxInProcessOptions): SandboxGateway
export function sandbox(options: SandboxHttpOptions | SandboxInProcessOptions = {}): Gateway {
  return options.baseUrl === undefined ? inProcess(options) : overHttp(options)
}
