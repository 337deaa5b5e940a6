import { FlorinError, jsonIn } from '@florin/core/gateways'
import { z } from 'zod'

const NAME = /^[^:\p{Cc}]{1,255}$/u // a report's event has its file name here
const EVENT_CODE = /^[A-Z][A-Z0-9_]{0,63}$/
const MOST_ITEMS = 100 // Adyen sends one, up to six over SOAP

/**
 * One notification. The eight fields that Adyen signs have no room for its separator `:` but in the merchant's reference, so the signed
 * text can be read in one way only.
 */
const item = z.object({
  pspReference: z.string().regex(NAME),
  originalReference: z.union([z.string().regex(NAME), z.literal('')]).nullish(),
  merchantAccountCode: z.string().regex(/^[^:]{1,80}$/),
  merchantReference: z.string().max(1_000).nullish(),
  amount: z.object({ value: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) }),
  eventCode: z.string().regex(EVENT_CODE),
  success: z.union([z.enum(['true', 'false']), z.boolean()]),
  eventDate: z.string().max(64).optional(),
  additionalData: z.record(z.string(), z.unknown()).nullish(),
  paymentMethod: z.string().nullish().catch(null),
  reason: z.string().nullish().catch(null),
})

const notification = z.object({
  live: z.union([z.enum(['true', 'false']), z.boolean()]),
  notificationItems: z
    .array(z.object({ NotificationRequestItem: item }))
    .min(1)
    .max(MOST_ITEMS),
})

/** One event, checked. */
export interface NotificationItem {
  readonly pspReference: string
  readonly originalReference: string | null
  readonly merchantAccountCode: string
  readonly merchantReference: string
  readonly amount: { readonly value: number; readonly currency: string }
  readonly eventCode: string
  readonly success: boolean
  /** Not signed, as everything below. */
  readonly eventDate: string | null
  readonly signature: string | null
  readonly modificationAction: string | null
  readonly paymentMethod: string | null
  readonly reason: string | null
  /** What only events about disputes have. */
  readonly dispute: DisputeDetails
}

/** What Adyen adds to events about disputes, where it does. */
export interface DisputeDetails {
  readonly status: string | null
  readonly reasonCode: string | null
  readonly scheme: string | null
  readonly defensePeriodEndsAt: string | null
}

/** A delivery, checked. */
export interface Notification {
  readonly live: boolean
  readonly items: readonly NotificationItem[]
}

const isTrue = (flag: string | boolean): boolean => flag === true || flag === 'true'
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

type Additional = z.output<typeof item>['additionalData']

const disputeIn = (data: Additional): DisputeDetails => ({
  status: textOf(data?.disputeStatus),
  reasonCode: textOf(data?.chargebackReasonCode) ?? textOf(data?.rfiReasonCode),
  scheme: textOf(data?.chargebackSchemeCode) ?? textOf(data?.rfiSchemeCode),
  defensePeriodEndsAt: textOf(data?.defensePeriodEndsAt),
})

const refuse = (why: string): never => {
  throw new FlorinError('webhook_rejected', `the Adyen webhook is refused: ${why}`)
}

/** Reads a delivery's body. Throws `webhook_rejected` where it is not a notification as documented. */
export const readNotification = (body: Uint8Array): Notification => {
  const parsed = notification.safeParse(jsonIn(body))
  if (!parsed.success) return refuse('it is not a notification of standard webhooks')
  const { live, notificationItems } = parsed.data
  return {
    live: isTrue(live),
    items: notificationItems.map(({ NotificationRequestItem: one }) => ({
      pspReference: one.pspReference,
      originalReference: one.originalReference || null,
      merchantAccountCode: one.merchantAccountCode,
      merchantReference: one.merchantReference ?? '',
      amount: one.amount,
      eventCode: one.eventCode,
      success: isTrue(one.success),
      eventDate: one.eventDate ?? null,
      signature: textOf(one.additionalData?.hmacSignature),
      modificationAction: textOf(one.additionalData?.['modification.action']),
      paymentMethod: one.paymentMethod ?? null,
      reason: one.reason ?? null,
      dispute: disputeIn(one.additionalData),
    })),
  }
}
