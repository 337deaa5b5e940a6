import { z } from 'zod'
import {
  type FlowContext,
  getReview,
  listReviews,
  type PageView,
  type ReviewDetails,
  type ReviewView,
  resolveReview,
} from '../flows/index.ts'
import { REVIEW_ACTIONS, REVIEW_REASONS } from '../payments/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { textInput } from './input.ts'

/** Which open reviews to list: the oldest first, at most 100 a page. */
export const listReviewsInput = z.strictObject({
  reason: z.enum(REVIEW_REASONS).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
})
/** Which reviews to list, as a caller writes it. */
export type ListReviewsInput = z.input<typeof listReviewsInput>

const EVIDENCE = new Set(['did_not_happen', 'voided'])

/** What a person decided. */
export const resolveReviewInput = z
  .strictObject({
    action: z.enum(REVIEW_ACTIONS),
    /** Your own id of who decided; it is kept in clear, so no name and no address. */
    by: z.string().regex(/^[\w.-]{1,64}$/, "must be an id of 1 to 64 letters, digits, '_', '.' or '-'"),
    /** What was found out, and where. Kept sealed. Needed where it is the evidence. */
    note: textInput(2_000).optional(),
    /** Which command is meant, where there are several. */
    attempt: z.string().startsWith('att_').optional(),
  })
  .refine(({ action, note = '' }) => !EVIDENCE.has(action) || note.trim().length >= 10, {
    error: 'is the evidence: say in at least 10 characters where you looked, and what you found',
    path: ['note'],
  })
/** A decision, as a caller writes it. */
export type ResolveReviewInput = z.input<typeof resolveReviewInput>

/** Payments that a person should look at, and what was decided about them. */
export interface Reviews {
  /** Those that are open, the longest first. */
  list(input?: ListReviewsInput): Promise<PageView<ReviewView>>
  /** The newest review of a payment, open or closed, with what is stuck now. `not_found` where there never was one. */
  get(payment: string): Promise<ReviewDetails>
  /**
   * Decides. `acknowledge` closes it, and changes nothing else; `retry_now` keeps it open and makes due what is stuck; `did_not_happen`
   * and `voided` are testimony about one command, with a note as evidence. Refused with `invalid_state` where nothing is open, or where the
   * gateway may still be at work. Of two who decide at once one is refused.
   */
  resolve(payment: string, input: ResolveReviewInput): Promise<ReviewDetails>
}

export const createReviews = ({
  context,
  merchant,
}: {
  readonly context: FlowContext
  readonly merchant: string
}): Reviews =>
  Object.freeze<Reviews>({
    list: async (input = {}) => {
      const { reason = null, limit, after = null } = parseInput(listReviewsInput, input)
      return listReviews(context, { merchant, reason, limit, after })
    },
    get: async (payment) => getReview(context, merchant, nameInput(payment, 'id')),
    resolve: async (payment, input) => {
      const { action, by, note = null, attempt = null } = parseInput(resolveReviewInput, input)
      return resolveReview(context, { merchant, payment: nameInput(payment, 'id'), action, by, note, attempt })
    },
  })
