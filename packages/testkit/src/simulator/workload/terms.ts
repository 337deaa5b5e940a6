import type { FeeSchedule } from '@florin/core'
import type { Callers } from '../world/callers.ts'

const SCHEDULES: readonly FeeSchedule[] = [
  { rules: [{ name: 'first', percent: '2.9', fixed: { EUR: '0.25' }, onRefund: 'returned' }] },
  {
    rules: [
      { name: 'visa', percent: '1.1', when: { network: 'visa' }, onRefund: 'returned' },
      { name: 'rest', percent: '0.5', interchange: { estimate: { percent: '0.7' } }, minimum: { USD: '0.20' } },
    ],
  },
]

/** The platform agrees on fees with a merchant, and announces others; several do so at once, and repeat it, which changes nothing. */
export const agreeOnFees = async (callers: Callers, merchant: string): Promise<void> => {
  for (const [expect, schedule] of SCHEDULES.entries()) {
    const call = { merchant, key: null, content: '', scope: 'fees' } as const
    await callers.once({ ...call, run: (api) => api.fees.set(schedule, { expect }) })
  }
}

/** Every other sale settles in another currency than the buyer pays. */
export const settleIn = (currency: string, amountMinor: number): { readonly settle?: { readonly currency: string } } =>
  amountMinor % 2 === 0 ? { settle: { currency: currency === 'EUR' ? 'USD' : 'EUR' } } : {}
