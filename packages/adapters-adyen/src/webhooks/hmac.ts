import { createHmac, timingSafeEqual } from 'node:crypto'
import type { NotificationItem } from './notification.ts'

const KEY = /^[0-9a-fA-F]{64}$/
const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/ // 32 bytes

/**
 * What Adyen signs: eight fields, joined by `:`. The documentation once asked for `\` and `:` in them to be escaped; Adyen's platform never
 * did, and its libraries do not (Adyen/adyen-php-api-library 165, adyen-python-api-library 118).
 */
export const signedText = (item: NotificationItem): string =>
  [
    item.pspReference,
    item.originalReference ?? '',
    item.merchantAccountCode,
    item.merchantReference,
    item.amount.value,
    item.amount.currency,
    item.eventCode,
    item.success,
  ].join(':')

/** Whether an item is signed with one of the keys. A key or a signature of another form is never right. */
export const isSigned = (item: NotificationItem, keys: readonly string[]): boolean => {
  if (item.signature === null || !SIGNATURE.test(item.signature)) return false
  const given = Buffer.from(item.signature, 'base64')
  if (given.toString('base64') !== item.signature) return false
  const text = signedText(item)
  let signed = false
  for (const key of keys) {
    if (!KEY.test(key)) continue
    const expected = createHmac('sha256', Buffer.from(key, 'hex')).update(text, 'utf8').digest()
    if (given.length === expected.length && timingSafeEqual(given, expected)) signed = true
  }
  return signed
}
