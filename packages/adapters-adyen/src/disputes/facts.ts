import { type DisputeFact, type DisputeReport, maskPans } from '@florin/core/gateways'
import { fromAdyenAmount } from '../money/amount.ts'
import { networkOf } from '../read/network.ts'
import { readReference } from '../reference.ts'
import { type NotificationItem, readNotification } from '../webhooks/notification.ts'
import { checkReferences, occurredAt } from '../webhooks/parse.ts'
import { DISPUTE_EVENTS, type DisputeEventRule, reportsOf } from './events.ts'

/** Adyen's clock has seconds: within one, what is further along its way is later. The milliseconds of a fact's time say how far. */
const PROGRESS: Readonly<Record<DisputeReport, number>> = {
  opened: 0,
  withdrawn: 100,
  under_review: 300,
  reinstated: 600,
  expired: 700,
  accepted: 700,
  won: 800,
  lost: 800,
}

const REASON_MAX = 200
const LAST_INSTANT = 8.64e15 - 1_000 // the last that a Date holds, less what is added here

const reasonOf = ({ reason, dispute }: NotificationItem): DisputeFact['reason'] => {
  const code = /^[\w.-]{1,40}$/.exec(dispute.reasonCode?.trim() ?? '')?.[0] ?? null
  const clean = (reason ?? '').replaceAll(/\p{Cc}/gu, ' ').trim()
  const text = clean === '' ? null : maskPans(clean).slice(0, REASON_MAX).toWellFormed()
  return code === null && text === null ? null : { code, text }
}

const dueAt = ({ dispute }: NotificationItem): number | null => {
  const at = Date.parse(dispute.defensePeriodEndsAt ?? '')
  return Number.isSafeInteger(at) ? at : null
}

/** A dispute repeats the reference of its payment, which is that of the charge. */
const attemptOf = ({ merchantReference }: NotificationItem): string | null => {
  const reference = readReference(merchantReference)
  return reference?.of === 'charge' ? reference.attempt : null
}

const factsOf = (item: NotificationItem, { stage }: DisputeEventRule): readonly DisputeFact[] => {
  checkReferences(item)
  const at = occurredAt(item)
  // A question that was answered is a question still.
  const asked = item.eventCode === 'INFORMATION_SUPPLIED' && item.dispute.status === 'Responded'
  const reason = reasonOf(item)
  return reportsOf(item.eventCode, item.dispute.status).map((report) => ({
    dispute: item.pspReference,
    report,
    stage: asked ? 'inquiry' : stage,
    attempt: attemptOf(item),
    // Until the account's setting adds it, four of the events name their payment in the place of their dispute (docs/adyen.md).
    charge: item.originalReference ?? item.pspReference,
    amount: fromAdyenAmount(item.amount),
    currency: item.amount.currency,
    fee: null, // invoiced, or in the settlement detail report
    reason,
    network: networkOf(item.dispute.scheme) ?? networkOf(item.paymentMethod) ?? null,
    evidenceDueAt: dueAt(item),
    occurredAt: at === null || at > LAST_INSTANT ? null : at + PROGRESS[report],
  }))
}

/** What a verified delivery says about disputes. Throws `webhook_rejected` where the body cannot be read. */
export const disputeFacts = (body: Uint8Array): readonly DisputeFact[] =>
  readNotification(body).items.flatMap((item) => {
    const rule = item.success ? DISPUTE_EVENTS.get(item.eventCode) : undefined
    return rule === undefined ? [] : factsOf(item, rule)
  })
