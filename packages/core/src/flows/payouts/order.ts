import type { GatewayRequest } from '../../gateways/index.ts'
import type { PayoutRow } from '../../payouts/index.ts'
import type { PayoutInstruction } from '../../rails/index.ts'
import type { FlowContext } from '../context.ts'

/** What a payout keeps sealed: what is to be done and, where its rail is an API, the very request. */
export interface SealedOrder {
  readonly instruction: Omit<PayoutInstruction, 'amount'> & { readonly amount: string }
  readonly request: GatewayRequest | null
}

const place = (merchant: string, id: string) => ({ table: 'payouts', column: 'order', merchant, key: id })

export const sealOrder = (
  context: FlowContext,
  merchant: string,
  instruction: PayoutInstruction,
  request: GatewayRequest | null,
): Uint8Array => {
  const order: SealedOrder = { instruction: { ...instruction, amount: instruction.amount.toString() }, request }
  return context.sealer.seal(place(merchant, instruction.payout), order)
}

export const openOrder = async (
  context: FlowContext,
  row: PayoutRow,
): Promise<{ readonly instruction: PayoutInstruction; readonly request: GatewayRequest | null }> => {
  const { instruction, request } = await context.sealer.open<SealedOrder>(place(row.merchant, row.id), row.order)
  return { instruction: { ...instruction, amount: BigInt(instruction.amount) }, request }
}

/** Where a person's words about a payout are sealed. */
export const notePlace = (merchant: string, id: string) => ({ table: 'payouts', column: 'note', merchant, key: id })
