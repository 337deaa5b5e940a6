import { createHmac } from 'node:crypto'
import type { RawDelivery } from '@florin/core/gateways'
import { CHARGE, DEED, DEED_PSP, OPTIONS, PSP, SECRETS } from './commands.ts'

/** One event, as Adyen writes it. */
export const event = (eventCode: string, over: object = {}): Record<string, unknown> => ({
  additionalData: {},
  amount: { currency: 'EUR', value: 10_000 },
  eventCode,
  eventDate: '2026-11-21T13:00:00+01:00',
  merchantAccountCode: OPTIONS.merchantAccount,
  merchantReference: CHARGE,
  paymentMethod: 'visa',
  pspReference: PSP,
  reason: '',
  success: 'true',
  ...over,
})

/** An event about what was done to the charge. */
export const deed = (eventCode: string, over: object = {}): Record<string, unknown> =>
  event(eventCode, { pspReference: DEED_PSP, originalReference: PSP, merchantReference: DEED, ...over })

/** The eight fields that Adyen signs, as it joins them. */
export const signatureOf = (item: Record<string, unknown>, key: string = SECRETS.hmacKey): string => {
  const { value, currency } = item.amount as { value: number; currency: string }
  const fields = [item.pspReference, item.originalReference, item.merchantAccountCode, item.merchantReference]
  const text = [...fields, value, currency, item.eventCode, item.success].join(':')
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('base64')
}

/** An event with its signature. */
export const signed = (item: Record<string, unknown>, key?: string): Record<string, unknown> => ({
  ...item,
  additionalData: { ...(item.additionalData as object), hmacSignature: signatureOf(item, key) },
})

/** A body of events as they are. */
export const bodyOf = (items: readonly Record<string, unknown>[], live = 'false'): Uint8Array =>
  Buffer.from(JSON.stringify({ live, notificationItems: items.map((item) => ({ NotificationRequestItem: item })) }))

/** What the channel's basic authentication is. */
export const authorization = (user: string = OPTIONS.webhookUser, password: string = OPTIONS.webhookPassword): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** A delivery of a body. */
export const delivery = (body: Uint8Array, headers: Record<string, string> = {}): RawDelivery => ({
  account: OPTIONS.merchantAccount,
  headers: { authorization: authorization(), ...headers },
  body,
  receivedAt: Date.parse('2026-11-21T12:00:01Z'),
})
