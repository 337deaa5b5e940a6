import { SANDBOX_TOKENS, type SandboxToken } from '@florin/testkit'
import type { TestCard } from '../../shop/cards.ts'

const groupOf = ({ outcome, slow }: SandboxToken): TestCard['group'] => {
  if (slow === true || outcome.kind === 'pending') return 'later'
  if (outcome.kind === 'challenge') return 'challenge'
  return outcome.kind === 'approve' ? 'approved' : 'declined'
}

/** Every card of the sandbox. */
export const SANDBOX_CARDS: readonly TestCard[] = SANDBOX_TOKENS.map((entry: SandboxToken) => ({
  gateway: 'sandbox',
  token: entry.token,
  summary: entry.summary,
  network: entry.instrument.network,
  last4: entry.instrument.last4,
  group: groupOf(entry),
  method: { type: 'card' },
}))
