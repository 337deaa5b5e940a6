import type { Machine } from '../kernel/index.ts'
import type { WebhookInboxRow } from './records.ts'

/** Where a delivery stands. */
export type DeliveryState = WebhookInboxRow['state']
/** What moves it: the end of a try, or a person. */
export type DeliveryEvent = 'done' | 'later' | 'strange' | 'exhausted' | 'redrive'

/** Nothing is final for a person: whatever was put aside can be worked on again. */
export const DELIVERY = {
  waiting: { done: 'processed', later: 'waiting', strange: 'ignored', exhausted: 'dead', redrive: 'waiting' },
  processed: { redrive: 'waiting' },
  ignored: { redrive: 'waiting' },
  dead: { redrive: 'waiting' },
  quarantined: { redrive: 'waiting' },
} as const satisfies Machine<DeliveryState, DeliveryEvent>
