import type { MerchantApi } from '@florin/core'

/** You have sold dollars that exchange had left open. */
export const book = ({ fx }: Pick<MerchantApi, 'fx'>) =>
  fx.hedges.execute({
    reference: 'T-20250602-7', // the counterparty's, or yours: by it the trade is booked once
    counterparty: 'bank',
    from: 'USD',
    to: 'EUR',
    sold: '10000.00', // in `from`
    bought: '9240.00', // in `to`
    fee: { amount: '15.00', currency: 'EUR' }, // what the counterparty charges beside it
    by: 'op_17', // your own id of who books it
    executedAt: '2025-06-02T09:30:00Z', // now, if absent
  })
