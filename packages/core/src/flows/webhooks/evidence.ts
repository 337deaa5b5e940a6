import type { RawDelivery } from '../../gateways/index.ts'
import { claim, replace } from '../../records/index.ts'
import { type WebhookEvidenceRow, webhookEvidence } from '../../webhooks/index.ts'
import { detach, type FlowContext } from '../context.ts'
import { type EvidenceRing, ringOf, SLOTS, type Slot, slotFor, slotOf, takeWrite } from './evidence-ring.ts'
import { INBOX_SCOPE, identityOf, sealEvidence } from './stored-delivery.ts'

const MOST_BYTES = 65_536 // webhooks of payments have a few kB

/**
 * Keeps a refused delivery as evidence, beside its caller and within bounds: of a flood only the first few and one a second, of a large
 * one nothing, and of all of them the newest 64 for each gateway account. It is best effort: the answer to the sender never waits for it, and a
 * gateway that is refused sends its deliveries again.
 */
export const keepEvidence = (context: FlowContext, gateway: string, raw: RawDelivery, note: string): void => {
  const now = context.runtime.clock.now()
  const ring = ringOf(context.desk.rings, `${gateway}\n${raw.account}`, now)
  if (raw.body.length > MOST_BYTES || !takeWrite(ring, now)) return
  ring.busy = true
  const work = write(context, ring, gateway, raw, note).finally(() => {
    ring.busy = false
  })
  detach(context, work)
}

const readSlots = async (context: FlowContext, gateway: string, account: string): Promise<Map<number, Slot>> => {
  const query = { index: 'key', equals: { gateway, account }, limit: SLOTS } as const
  const { rows } = await context.storage.find(webhookEvidence, query)
  return new Map(rows.map((row) => [row.slot, slotOf(row)]))
}

const write = async (
  context: FlowContext,
  ring: EvidenceRing,
  gateway: string,
  raw: RawDelivery,
  note: string,
): Promise<void> => {
  await context.sealer.ready(INBOX_SCOPE)
  ring.slots ??= await readSlots(context, gateway, raw.account)
  const identity = identityOf(raw.body)
  const row = rowFor(context, slotFor(ring.slots, identity.digest), { gateway, raw, note, ...identity })
  const { gateway: _, account, slot, ...set } = row
  const key = { gateway, account, slot }
  const guard = row.version === 1 ? claim(webhookEvidence, row) : replace(webhookEvidence, key, row.version - 1, set)
  // An intent: where there is no room, evidence is the first to go.
  const deadline = context.runtime.clock.now() + context.timings.callerDeadlineMs
  const options = { lane: 'intent', merchant: INBOX_SCOPE, deadline } as const
  const outcome = await context.committer.commit({ guards: [guard], effects: [] }, options)
  if (outcome.committed) ring.slots.set(slot, slotOf(row))
  else ring.slots = undefined // another process wrote
}

interface Refused {
  readonly gateway: string
  readonly raw: RawDelivery
  readonly note: string
  readonly digest: string
  readonly size: number
}

const rowFor = (context: FlowContext, at: Slot | number, refused: Refused): WebhookEvidenceRow => {
  const { gateway, raw, note, digest, size } = refused
  const known = typeof at === 'number' ? undefined : at
  const same = known?.digest === digest ? known : undefined
  const place = {
    gateway,
    account: raw.account,
    slot: typeof at === 'number' ? at : at.slot,
    id: same?.id ?? context.runtime.ids.make('whd'),
  }
  return {
    ...place,
    digest,
    size,
    note,
    receivedAt: raw.receivedAt,
    times: (same?.times ?? 0) + 1,
    delivery: sealEvidence(context, place, raw),
    state: 'rejected',
    version: (known?.version ?? 0) + 1,
  }
}
