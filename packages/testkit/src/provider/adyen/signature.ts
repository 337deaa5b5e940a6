import { createHmac } from 'node:crypto'
import type { NotificationItem } from './notification.ts'

/**
 * `additionalData.hmacSignature`: Base64 of the HMAC-SHA256, with the hexadecimal key's bytes, over eight fields joined by colons. Nothing
 * is escaped: that belongs to Adyen's older payment pages, and Adyen's own libraries do not escape here either.
 * Source: docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures, read 2026-11.
 */
export const signatureOf = (key: Buffer, item: NotificationItem): string =>
  createHmac('sha256', key)
    .update(
      [
        item.pspReference,
        item.originalReference ?? '',
        item.merchantAccountCode,
        item.merchantReference,
        item.amount.value,
        item.amount.currency,
        item.eventCode,
        item.success,
      ].join(':'),
      'utf8',
    )
    .digest('base64')
