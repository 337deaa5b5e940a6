import { SANDBOX_TOKENS, type SandboxToken } from '@florin/testkit'

/** A test card as the page shows it. */
export interface TestCard {
  readonly token: string
  readonly summary: string
  readonly network: string
  readonly last4: string
  /** What to expect of it. */
  readonly group: 'approved' | 'declined' | 'challenge' | 'later'
}

const groupOf = ({ outcome, slow }: SandboxToken): TestCard['group'] => {
  if (slow === true || outcome.kind === 'pending') return 'later'
  if (outcome.kind === 'challenge') return 'challenge'
  return outcome.kind === 'approve' ? 'approved' : 'declined'
}

/** Every card of the sandbox. */
export const TEST_CARDS: readonly TestCard[] = SANDBOX_TOKENS.map((entry: SandboxToken) => ({
  token: entry.token,
  summary: entry.summary,
  network: entry.instrument.network,
  last4: entry.instrument.last4,
  group: groupOf(entry),
}))
