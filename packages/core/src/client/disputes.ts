import { z } from 'zod'
import { DISPUTE_STATES } from '../disputes/index.ts'
import {
  acceptDispute,
  addEvidence,
  type DisputeDetails,
  type DisputeView,
  detailsOf,
  type FlowContext,
  getDispute,
  listDisputes,
  type PageView,
  submitEvidence,
} from '../flows/index.ts'
import { type EvidenceInput, parseEvidence } from './evidence-input.ts'
import { nameInput, parseInput } from './gate.ts'

/** Which disputes to list: the newest first, at most 100 a page. */
export const listDisputesInput = z.strictObject({
  status: z.enum(DISPUTE_STATES).optional(),
  /** Only those of this payment. */
  payment: z.string().startsWith('pay_').optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
})
/** Which disputes to list, as a caller writes it. */
export type ListDisputesInput = z.input<typeof listDisputesInput>

/**
 * What buyers' banks take back, or ask about. Disputes are opened and decided by what gateways report; money follows in the same commit.
 * The acts here are sent by background work (`start`, or `tick`), at most once as far as the gateway can tell: the same bytes under one key.
 */
export interface Disputes {
  /** One page; `status` and `payment` cannot both be given. */
  list(input?: ListDisputesInput): Promise<PageView<DisputeView>>
  /** One with its evidence, its acts and its story. Throws `not_found` for an id that this merchant does not have. */
  get(id: string): Promise<DisputeDetails>
  /**
   * Keeps evidence, sealed, until it is submitted; a text replaces that of its name, a file that of its kind. Nothing is sent. Throws
   * `invalid_request` for what the gateway does not take, `unsupported` where it takes none, `invalid_state` once the dispute is decided.
   */
  addEvidence(id: string, input: EvidenceInput): Promise<DisputeDetails>
  /**
   * Submits all stored evidence, with what is given now. The same again is the same act. Throws as `addEvidence`; `idempotency_mismatch` while
   * other evidence is on its way, `invalid_state` where evidence was submitted for this stage, or the dispute is being given up.
   */
  submitEvidence(id: string, input?: EvidenceInput): Promise<DisputeDetails>
  /**
   * Gives the dispute up: its money stays with the buyer. Again is the same act. Throws `unsupported` where the gateway takes that in its
   * dashboard only, `invalid_state` where the dispute is decided otherwise, or evidence is on its way.
   */
  accept(id: string): Promise<DisputeDetails>
}

const onlyOne = listDisputesInput.refine(({ status, payment }) => status === undefined || payment === undefined, {
  error: 'cannot be given with `status`: the disputes of one payment are few',
  path: ['payment'],
})

export const createDisputes = ({
  context,
  reads,
  merchant,
}: {
  readonly context: FlowContext
  readonly reads: FlowContext
  readonly merchant: string
}): Disputes =>
  Object.freeze<Disputes>({
    list: async (input = {}) => {
      const { status = null, payment = null, limit, after = null } = parseInput(onlyOne, input)
      return listDisputes(reads, { merchant, state: status, payment, limit, after })
    },
    get: async (id) => getDispute(reads, merchant, nameInput(id, 'id')),
    addEvidence: async (id, input) => {
      const name = nameInput(id, 'id')
      return detailsOf(context, await addEvidence(context, merchant, name, parseEvidence(input)))
    },
    submitEvidence: async (id, input = {}) => {
      const name = nameInput(id, 'id')
      return detailsOf(context, await submitEvidence(context, merchant, name, parseEvidence(input)))
    },
    accept: async (id) => detailsOf(context, await acceptDispute(context, merchant, nameInput(id, 'id'))),
  })
