import type { Evidence } from '../evidence.ts'

const SAID = { executed: 'paid', returned: 'returned', failed: 'failed', accepted: 'processing' } as const
const NEVER_SENT = new Set(['failed', 'canceled'])

/** What left the bank, and came back, is what the ledger has, and what each payout says: once it is healed, and nothing is on its way. */
export const paidOutProblems = ({ phase, payouts, bank, accounts }: Evidence): readonly string[] => {
  if (phase !== 'healed') return []
  const found: string[] = []
  const moved = new Map<string, bigint>()
  for (const { currency, amount } of bank.lines) moved.set(currency, (moved.get(currency) ?? 0n) + amount)
  for (const currency of new Set([...moved.keys(), ...payouts.map((one) => one.currency)])) {
    const account = `bank/sandbox/${currency}`
    const booked = accounts
      .filter((one) => one.account === account)
      .reduce((sum, one) => sum + one.debitsPosted - one.creditsPosted, 0n)
    if (booked !== (moved.get(currency) ?? 0n))
      found.push(`${account} is ${booked}, the bank moved ${moved.get(currency) ?? 0n}`)
  }
  const transfers = new Map(bank.transfers.map((one) => [one.reference, one.state]))
  for (const { id, state } of payouts) {
    const there = transfers.get(id)
    if (there === undefined ? NEVER_SENT.has(state) : SAID[there] === state) continue
    found.push(`payout ${id} is ${state}, and at the bank ${there ?? 'unheard of'}`)
  }
  return found
}
