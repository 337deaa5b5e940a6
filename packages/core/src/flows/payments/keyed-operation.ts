import { type Canonical, digest } from '../../kernel/index.ts'
import type { Keyed } from '../idempotency/keyed.ts'

/** What every operation on a payment is told besides its own input. */
export interface OperationCall {
  readonly merchant: string
  readonly payment: string
  readonly idempotencyKey: string | null
  readonly whenInFlight: 'conflict' | 'wait'
}

/** The key of a call, or null for a call that is its own. */
export const keyedOf = (call: OperationCall, operation: string, content: Canonical): Keyed | null =>
  call.idempotencyKey === null
    ? null
    : {
        merchant: call.merchant,
        operation: `payments.${operation}`,
        key: call.idempotencyKey,
        fingerprint: digest(`florin.${operation}.v1`, [call.payment, content]),
        whenInFlight: call.whenInFlight,
      }

/** What an attempt remembers of the key that started it. */
export const originationOf = (keyed: Keyed | null): readonly [string, string] | null =>
  keyed === null ? null : [keyed.operation, keyed.key]
