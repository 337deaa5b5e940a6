import { Keys } from './idempotency.ts'
import type { ResolvedAccount, ResolvedOptions } from './options.ts'

const KEYS_PER_PAYMENT = 2

/** One Stripe account: its keys and its payments are its own. */
export interface Account {
  /** Florin's name of it. */
  readonly name: string
  readonly webhookSecrets: readonly string[]
  readonly keys: Keys
}

/** An account that has seen nothing yet. */
export const createAccount = ({ name, webhookSecrets }: ResolvedAccount, options: ResolvedOptions): Account => ({
  name,
  webhookSecrets,
  keys: new Keys(options.keyRetentionMs, options.remember * KEYS_PER_PAYMENT),
})
