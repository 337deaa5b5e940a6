import type { Capabilities, Gateway, Transport } from '@florin/core/gateways'
import { SANDBOX_METHODS } from '../methods.ts'
import { SANDBOX_DISPUTES } from './disputes.ts'
import { sandboxRead } from './read.ts'
import { sandboxParse, sandboxVerify } from './receive.ts'
import { sandboxRequest } from './request.ts'

/** What differs between the two forms. */
export interface SandboxParts {
  readonly accounts: readonly [string, ...string[]]
  readonly transport: Transport
  /** None: webhooks are refused, and not a capability. */
  readonly secrets: readonly string[]
  readonly currencies: Iterable<string>
  readonly keyRetentionMs: number
}

const ABSENCE_AFTER_MS = 60_000 // documented: a request takes effect within a minute or never

const capabilities = ({ currencies, keyRetentionMs, secrets }: SandboxParts): Capabilities =>
  Object.freeze({
    methods: SANDBOX_METHODS,
    currencies: Object.freeze([...currencies]),
    lookupBy: Object.freeze(['gateway_id', 'reference'] as const),
    keyRetentionMs,
    absenceAfterMs: ABSENCE_AFTER_MS,
    webhooks: secrets.length > 0,
  })

/** The gateway, whatever its transport. */
export const assembleSandbox = (parts: SandboxParts): Gateway => ({
  name: 'sandbox',
  capabilities: capabilities(parts),
  accounts: parts.accounts,
  request: sandboxRequest,
  read: sandboxRead,
  verify: (delivery) => sandboxVerify(parts.secrets, delivery),
  parse: sandboxParse,
  disputes: SANDBOX_DISPUTES,
  transport: parts.transport,
})
