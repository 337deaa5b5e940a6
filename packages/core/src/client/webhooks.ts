import { z } from 'zod'
import {
  bodyOfDelivery,
  countDeliveries,
  type Delivery,
  type DeliveryDetails,
  type DeliveryQuery,
  type DeliveryView,
  type FlowContext,
  getDelivery,
  type InboxCounts,
  listDeliveries,
  type PageView,
  type Receipt,
  type ReplayReport,
  receiveWebhook,
  redriveDeliveries,
  redriveDelivery,
  replayDeliveries,
  type WorkReport,
} from '../flows/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { deliveryInput } from './delivery-input.ts'
import { nameInput, parseInput } from './gate.ts'

const state = z.enum(['waiting', 'processed', 'ignored', 'dead', 'quarantined', 'rejected'])
const place = { gateway: z.string().optional(), account: z.string().optional() }
const instant = z
  .union([z.date(), z.iso.datetime({ offset: true })], 'must be a Date, or an instant such as 2026-01-31T12:00:00Z')
  .transform((value) => new Date(value).getTime())

const listDeliveriesInput = z.strictObject({
  state,
  ...place,
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
})
/** Which deliveries to list: of one state, at most 100 a page. */
export type ListDeliveriesInput = z.input<typeof listDeliveriesInput>

const redriveInput = z.strictObject({ state, ...place, limit: z.coerce.number().int().min(1).max(1_000).default(100) })
/** Which deliveries to work on again: the newest of one state. */
export type RedriveInput = z.input<typeof redriveInput>

const replayInput = z.strictObject({
  ...place,
  /** Received from then on. */
  from: instant,
  /** Received until then, inclusive. */
  to: instant,
  /** Says what it would do, and does nothing. */
  dryRun: z.boolean().default(false),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(100_000),
  /** Hears how it goes, about every hundred deliveries. */
  onProgress: z
    .custom<(report: WorkReport) => void>((value) => typeof value === 'function', 'must be a function')
    .optional(),
})
/** Which deliveries to replay. */
export type ReplayInput = z.input<typeof replayInput>

/**
 * Webhooks of gateways: receiving them, and looking after what was received. All but `receive` is for operators: deliveries belong to
 * no merchant, so none of it may be shown to one.
 */
export interface Webhooks {
  /**
   * Verifies a webhook and makes it durable; acknowledge it after that, and only then. It is worked on afterwards. Throws
   * `webhook_rejected` (answer 400), `gateway_unknown` (404), and `overloaded` or `storage_unavailable` (503): the gateway sends it again.
   */
  receive(delivery: Delivery): Promise<Receipt>
  /** Deliveries in a state, newest first. With a filter a page can be short, or empty, and still have a `next`. */
  list(input: ListDeliveriesInput): Promise<PageView<DeliveryView>>
  /** One delivery and what it says, without anything personal. Throws `not_found`. */
  get(id: string): Promise<DeliveryDetails>
  /** The raw bytes as they came in; they may hold personal data. Throws `not_found`, and `invalid_state` once they were dropped. */
  body(id: string): Promise<Uint8Array>
  /** How many deliveries are in each state that somebody may have to look at; for monitoring. */
  counts(): Promise<InboxCounts>
  /**
   * Works on one delivery again, or on the newest of a state, whatever became of them: the same idempotent path, over the raw bytes, with
   * today's adapter. One in quarantine, or rejected, is verified again first. Throws `not_found` for an id that there is not.
   */
  redrive(target: string | RedriveInput): Promise<WorkReport>
  /** Runs stored deliveries through the same path again, oldest first. Where nothing was missed nothing changes. */
  replay(input: ReplayInput): Promise<ReplayReport>
}

export const createWebhooks = (context: FlowContext): Webhooks =>
  Object.freeze<Webhooks>({
    receive: async (delivery) => receiveWebhook(context, deliveryInput(delivery)),
    list: async (input) => listDeliveries(context, queryOf(parseInput(listDeliveriesInput, input))),
    get: async (id) => getDelivery(context, nameInput(id, 'id')),
    body: async (id) => bodyOfDelivery(context, nameInput(id, 'id')),
    counts: async () => countDeliveries(context),
    redrive: async (target) =>
      typeof target === 'string'
        ? redriveDelivery(context, nameInput(target, 'id'))
        : redriveDeliveries(context, queryOf(parseInput(redriveInput, target))),
    replay: async (input) => {
      const { gateway = null, account = null, onProgress = null, from, to, ...rest } = parseInput(replayInput, input)
      if (from > to) throw new FlorinError('invalid_request', 'from: is after `to`', { details: { path: 'from' } })
      return replayDeliveries(context, { gateway, account, onProgress, from, to, ...rest })
    },
  })

const queryOf = (given: z.output<typeof redriveInput> & { readonly after?: string | undefined }): DeliveryQuery => ({
  state: given.state,
  gateway: given.gateway ?? null,
  account: given.account ?? null,
  limit: given.limit,
  after: given.after ?? null,
})
