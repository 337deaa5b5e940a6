import type { Types } from '@adyen/api-library'
import { expectTypeOf, test } from 'vitest'
import type { AdyenAmount } from '../money/amount.ts'
import type { ChargeBody } from './charge.ts'
import type { CompletionBody } from './completion.ts'
import type { ModificationBody } from './modification.ts'

/** The official types with the values of their enumerations in place of the enumerations. */
type Plain<T> = T extends string ? `${T}` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T

type Checkout = typeof Types.checkout
type Official<K extends keyof Checkout> = Checkout[K] extends abstract new (
  ...given: never[]
) => infer I
  ? Plain<I>
  : never

test('the bodies are those of the official library', () => {
  expectTypeOf<AdyenAmount>().toExtend<Official<'Amount'>>()
  // `paymentMethod` is what Web Drop-in gave; it is checked against the OpenAPI document when tests run.
  type Rest = Omit<Official<'PaymentRequest'>, 'paymentMethod'>
  expectTypeOf<Omit<ChargeBody, 'paymentMethod'>>().toExtend<Rest>()
  expectTypeOf<keyof ChargeBody>().toExtend<keyof Official<'PaymentRequest'>>()
  expectTypeOf<keyof CompletionBody>().toExtend<keyof Official<'PaymentDetailsRequest'>>()
})

test('the bodies of modifications are those of the official library', () => {
  type Refund = ModificationBody & { readonly amount: AdyenAmount }
  type Capture = Omit<Refund, 'merchantRefundReason' | 'paymentReference'>
  type Cancel = Omit<Capture, 'amount'>
  expectTypeOf<Capture>().toExtend<Official<'PaymentCaptureRequest'>>()
  expectTypeOf<Capture>().toExtend<Official<'PaymentAmountUpdateRequest'>>()
  expectTypeOf<Omit<Refund, 'paymentReference'>>().toExtend<Official<'PaymentRefundRequest'>>()
  expectTypeOf<Cancel>().toExtend<Official<'PaymentCancelRequest'>>()
  expectTypeOf<Cancel & { readonly paymentReference: string }>().toExtend<Official<'StandalonePaymentCancelRequest'>>()
})

test('a body that is not would be found', () => {
  expectTypeOf<{ amount: { value: string; currency: string } }>().not.toExtend<
    Pick<Official<'PaymentCaptureRequest'>, 'amount'>
  >()
  expectTypeOf<{ shopperInteraction: 'Elsewhere' }>().not.toExtend<
    Pick<Official<'PaymentRequest'>, 'shopperInteraction'>
  >()
})
