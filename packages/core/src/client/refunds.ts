import { z } from 'zod'
import {
  approveRefund,
  denyRefund,
  type FlowContext,
  getRefund,
  listRefunds,
  type PageView,
  type RefundDetails,
} from '../flows/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { textInput } from './input.ts'

/** Which refunds to list, at most 100 a page: the newest first; those that wait for a decision the oldest first. */
export const listRefundsInput = z.strictObject({
  /** `requested`: only those that wait for a decision. */
  status: z.literal('requested').optional(),
  /** Only those of this payment, or checkout. */
  payment: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
})
/** Which refunds to list, as a caller writes it. */
export type ListRefundsInput = z.input<typeof listRefundsInput>

/** What a person decided about a request. */
export const decideRefundInput = z.strictObject({
  /** Your own id of who decided; it is kept in clear, so no name and no address. */
  by: z.string().regex(/^[\w.-]{1,64}$/, "must be an id of 1 to 64 letters, digits, '_', '.' or '-'"),
  /** Why. Kept sealed. */
  reason: textInput(500).optional(),
})
/** A decision about a refund, as a caller writes it. */
export type DecideRefundInput = z.input<typeof decideRefundInput>

/** Refunds, and the requests that a person has to approve. `payments.refund` makes them. */
export interface Refunds {
  /** One by its id. Throws `not_found` for an id that this merchant does not have. */
  get(id: string): Promise<RefundDetails>
  /** One page; `status` and `payment` cannot both be given. */
  list(input?: ListRefundsInput): Promise<PageView<RefundDetails>>
  /**
   * Approves a request, and sends it. Approving again gives the refund as it is: of several who approve at once, on whatever server, one
   * sends it. Throws `invalid_state` for one that was denied, has expired or needed nobody, `amount_too_large` where the payment does not
   * have that much left by now (the request goes on waiting), `attempt_open` while it is not known what another command did.
   */
  approve(id: string, input: DecideRefundInput): Promise<RefundDetails>
  /** Denies a request: nothing is refunded, and its amount is free again. Denying again gives the refund as it is. */
  deny(id: string, input: DecideRefundInput): Promise<RefundDetails>
}

export const createRefunds = ({
  context,
  reads,
  merchant,
}: {
  readonly context: FlowContext
  readonly reads: FlowContext
  readonly merchant: string
}): Refunds => {
  const verdict = (id: string, input: DecideRefundInput) => {
    const { by, reason = null } = parseInput(decideRefundInput, input)
    return { merchant, refund: nameInput(id, 'id'), by, reason }
  }
  return Object.freeze<Refunds>({
    get: async (id) => getRefund(reads, merchant, nameInput(id, 'id')),
    list: async (input = {}) => {
      const { status, payment = null, limit, after = null } = parseInput(onlyOne, input)
      return listRefunds(reads, { merchant, waiting: status === 'requested', payment, limit, after })
    },
    approve: async (id, input) => approveRefund(context, verdict(id, input)),
    deny: async (id, input) => denyRefund(context, verdict(id, input)),
  })
}

const onlyOne = listRefundsInput.refine(({ status, payment }) => status === undefined || payment === undefined, {
  error: 'cannot be given with `status`: the requests of one payment are among its refunds',
  path: ['payment'],
})
