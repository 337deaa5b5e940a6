import type { Id } from '../../kernel/index.ts'
import type { AllocationRow } from '../../payments/index.ts'
import type { FlowContext } from '../context.ts'
import type { CreateRequest } from './create-request.ts'
import { orderName, type Rounds } from './reference.ts'

/** The allocations that a new checkout starts with. */
export const orderRows = (
  context: FlowContext,
  request: CreateRequest,
  payment: Id<'pay'>,
  rounds: Rounds,
): readonly AllocationRow[] =>
  request.orders.map(({ seller, reference, amount }) => ({
    merchant: request.merchant,
    payment,
    id: context.runtime.ids.make('alc'),
    seller,
    reference,
    round: rounds.orders.get(orderName(seller, reference)) ?? 1,
    amount,
    captured: 0n,
    capturePending: 0n,
    refunded: 0n,
    refundPending: 0n,
    version: 1,
  }))
