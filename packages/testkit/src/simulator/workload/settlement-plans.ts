import type { FlorinOptions } from '@florin/core'

/** How money is settled in worlds where it is: sellers' at once, the merchant's own when somebody says so, and by a person's word. */
export const PLANS: NonNullable<FlorinOptions['settlement']> = {
  sellers: { mode: 'instant', owners: 'sellers', payout: 'none' },
  own: {
    mode: 'batch',
    owners: 'merchant',
    approval: 'operator',
    minimum: { EUR: '1.00' },
    reserve: { kind: 'rolling', basisPoints: 700, days: 1 },
    payout: 'none',
  },
}
