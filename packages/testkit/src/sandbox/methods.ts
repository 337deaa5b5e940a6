import type { MethodCapabilities } from '@florin/core/gateways'

const reservable: MethodCapabilities = Object.freeze({
  separateCapture: true,
  multiCapture: true,
  partialCapture: true,
  increment: true,
  refund: true,
  partialRefund: true,
  reverseBy: Object.freeze(['gateway_id', 'reference'] as const),
})

/** A push payment: the money has moved by the time that anybody knows, so nothing can be held or called back, only refunded. */
const pushed: MethodCapabilities = Object.freeze({
  separateCapture: false,
  multiCapture: false,
  partialCapture: false,
  increment: false,
  refund: true,
  partialRefund: true,
  reverseBy: Object.freeze([]),
})

/** What the acquirer does for each method, and what the adapter therefore promises. */
export const SANDBOX_METHODS = Object.freeze({
  card: reservable,
  apple_pay: reservable,
  google_pay: reservable,
  bank_transfer: pushed,
  redirect: pushed,
})

/** What the acquirer does for a method, or undefined for one that it does not know. */
export const sandboxMethod = (type: string): MethodCapabilities | undefined =>
  Object.hasOwn(SANDBOX_METHODS, type) ? SANDBOX_METHODS[type as keyof typeof SANDBOX_METHODS] : undefined
