import { SANDBOX_BANK_ACCOUNTS } from '../../rail/index.ts'
import type { Callers } from '../world/callers.ts'

const { pays, delays, fails, rejects } = SANDBOX_BANK_ACCOUNTS
// None that bounces: what comes back while nobody is on the way is told by the next lookup, in its own time.
const ACCOUNTS = [pays, delays, fails, rejects]

/**
 * What is available to an owner is paid out to an account at which something happens; each payout is ordered twice at once, under one
 * reference, and somebody may take it back. What comes back is paid out anew.
 */
export const payOut = async (callers: Callers, merchant: string, seller: string | null): Promise<void> => {
  const call = { merchant, key: null, content: '' } as const
  const owner = seller === null ? {} : { owner: seller }
  const wallet = await callers.once({
    ...call,
    scope: 'wallet',
    run: (api) => api.wallets.get(seller === null ? {} : { seller }),
  })
  if (wallet.how !== 'answered') return
  for (const { currency, available } of wallet.value.balances) {
    if (!/[1-9]/.test(available) || available.startsWith('-')) continue
    const iban = ACCOUNTS[available.length % ACCOUNTS.length] as string
    const kept = await callers.once({
      ...call,
      scope: 'destination',
      run: (api) => api.payouts.destinations.add({ ...owner, name: 'Ada Lovelace', iban }),
    })
    if (kept.how !== 'answered') return
    const order = { ...owner, reference: kept.value.id, amount: available, currency, destination: kept.value.id }
    const create = () => callers.once({ ...call, scope: 'payout', run: (api) => api.payouts.create(order) })
    const [made] = await Promise.all([create(), create()])
    if (made.how !== 'answered' || available.length % 4 !== 0) continue
    await callers.once({ ...call, scope: 'cancel_payout', run: (api) => api.payouts.cancel(made.value.id) })
  }
}
