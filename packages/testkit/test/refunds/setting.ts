import type { PaymentView, RefundDetails } from '@florin/core'
import { type World, type WorldOptions, world } from '../world.ts'

type Policy = NonNullable<NonNullable<WorldOptions['options']>['refunds']>

export const DAY_MS = 86_400_000

/** A world whose merchant approves refunds of more than 20 euros, and whatever else its policy says. */
export const strict = (policy: Policy = {}, more: WorldOptions = {}): Promise<World> => {
  const refunds = { approvalAbove: { EUR: '20.00' }, ...policy }
  return world({ ...more, options: { ...more.options, refunds } })
}

/** A payment of 100 euros, captured, of which 60 are requested back. */
export const requested = async (w: World): Promise<{ readonly id: string; readonly refund: string }> => {
  const { id } = await w.pay()
  const payment = await w.run(w.florin.payments.refund(id, { amount: '60.00', reason: 'came back broken' }))
  return { id, refund: refundIn(payment) }
}

/** The id of a payment's newest refund. */
export const refundIn = (payment: PaymentView): string => payment.refunds.at(-1)?.id ?? ''

export const approve = (w: World, refund: string): Promise<RefundDetails> =>
  w.run(w.florin.refunds.approve(refund, { by: 'op_ann', reason: 'photo seen' }))

export const deny = (w: World, refund: string): Promise<RefundDetails> =>
  w.run(w.florin.refunds.deny(refund, { by: 'op_bob', reason: 'was worn' }))
