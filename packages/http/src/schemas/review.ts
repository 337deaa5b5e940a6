import { ATTEMPT_KINDS, ATTEMPT_STATES, REVIEW_ACTIONS, REVIEW_REASONS } from '@florin/core'
import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'

const action = z.enum(REVIEW_ACTIONS)

/** A command that somebody should look at. */
export const stuckView = z.object({
  attempt: z.string(),
  kind: z.enum(ATTEMPT_KINDS),
  state: z.enum(ATTEMPT_STATES),
  gateway: z.string(),
  account: z.string(),
  gatewayId: z.string().meta({ description: 'By which the gateway knows it.' }).exactOptional(),
  amount,
  currency,
  since: instant,
  next: instant.exactOptional(),
  actions: z.array(action).meta({ description: 'What a person can say of it, once it was looked up by other means.' }),
})

const review = {
  object: z.literal('review'),
  payment: z.string(),
  number: z.int().meta({ description: "1 for the payment's first." }),
  reason: z.enum(REVIEW_REASONS).meta({ description: 'Why it was opened. More reasons may come.' }),
  status: z.enum(['open', 'closed']),
  openedAt: instant,
  closedAt: instant.exactOptional(),
  action: action.exactOptional(),
  by: z.string().meta({ description: "The host's own id of who decided." }).exactOptional(),
}

/** A review with what is stuck about its payment. */
export const reviewDetails = z.object({
  ...review,
  note: z.string().exactOptional(),
  actions: z.array(action).meta({ description: 'What can be decided now.' }),
  stuck: z.array(stuckView),
})

/** One page of open reviews. */
export const reviewPage = pageOf(z.object(review))
