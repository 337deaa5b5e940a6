import { FlorinError, type Scheduler } from '@florin/core'
import type { Capabilities, Gateway, Transport } from '@florin/core/gateways'
import { type Acquirer, createAcquirer } from '../acquirer/acquirer.ts'
import { SANDBOX_CURRENCIES } from '../acquirer/options.ts'
import { DAY_MS } from '../acquirer/settlement.ts'
import { SANDBOX_METHODS } from '../methods.ts'
import { inProcessTransport } from './in-process.ts'
import { sandboxRead } from './read.ts'
import { sandboxReceive } from './receive.ts'
import { sandboxRequest } from './request.ts'

/** The sandbox in this process: the gateway and, behind it, an acquirer that tests can look into. */
export interface InProcessOptions {
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

export type SandboxGateway = Gateway & { readonly acquirer: Acquirer }

const capabilities = (currencies: Iterable<string>, keyRetentionMs: number, webhooks: boolean): Capabilities =>
  Object.freeze({
    methods: SANDBOX_METHODS,
    currencies: Object.freeze([...currencies]),
    lookupBy: Object.freeze(['gateway_id', 'reference'] as const),
    keyRetentionMs,
    absenceAfterMs: 60_000, // documented: a request takes effect within a minute or never
    webhooks,
  })

const assemble = (
  accounts: readonly [string, ...string[]],
  transport: Transport,
  secrets: readonly string[],
  currencies: Iterable<string> = SANDBOX_CURRENCIES,
  keyRetentionMs: number = DAY_MS,
): Gateway => ({
  name: 'sandbox',
  capabilities: capabilities(currencies, keyRetentionMs, secrets.length > 0),
  accounts,
  request: sandboxRequest,
  read: sandboxRead,
  receive: (delivery) => sandboxReceive(secrets, delivery),
  transport,
})

const ownAcquirer = ({ accounts, webhookSecret }: InProcessOptions): Acquirer =>
  createAcquirer({
    ...(accounts && { accounts: Object.fromEntries(accounts.map((account) => [account, `sandbox_${account}`])) }),
    ...(webhookSecret !== undefined && { webhookSecret }),
  })

/** A gateway that needs no account anywhere. */
export const sandbox = (options: InProcessOptions = {}): SandboxGateway => {
  if (options.acquirer !== undefined && options.webhookSecret !== undefined)
    throw new FlorinError(
      'configuration',
      'sandbox: give webhookSecret to createAcquirer, it is the acquirer that signs',
    )
  const acquirer = options.acquirer ?? ownAcquirer(options)
  const known = acquirer.options.accounts
  const [first, ...others] = options.accounts ?? Object.keys(known)
  for (const account of [first, ...others]) {
    if (account === undefined || !Object.hasOwn(known, account))
      throw new FlorinError(
        'configuration',
        `sandbox: the acquirer has no account '${account}'; name it in its accounts`,
      )
  }
  const transport = inProcessTransport(acquirer, options.scheduler, options.latencyMs ?? 0)
  const { webhookSecrets, currencies, keyRetentionMs } = acquirer.options
  const accounts = [first, ...others] as [string, ...string[]]
  return { ...assemble(accounts, transport, webhookSecrets, currencies, keyRetentionMs), acquirer }
}
