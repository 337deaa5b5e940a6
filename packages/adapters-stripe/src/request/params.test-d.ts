import type Stripe from 'stripe'
import { expectTypeOf, test } from 'vitest'
import type { STRIPE_VERSION } from '../version.ts'
import type { CaptureParams, ConfirmParams, CreateParams, IncrementParams, RefundParams } from './params.ts'

test('the parameters are the official package’s', () => {
  expectTypeOf<CreateParams>().toExtend<Stripe.PaymentIntentCreateParams>()
  expectTypeOf<ConfirmParams>().toExtend<Stripe.PaymentIntentConfirmParams>()
  expectTypeOf<CaptureParams>().toExtend<Stripe.PaymentIntentCaptureParams>()
  expectTypeOf<IncrementParams>().toExtend<Stripe.PaymentIntentIncrementAuthorizationParams>()
  expectTypeOf<RefundParams>().toExtend<Stripe.RefundCreateParams>()
})

test('every name in them is one that the official package has', () => {
  expectTypeOf<Exclude<keyof CreateParams, keyof Stripe.PaymentIntentCreateParams>>().toBeNever()
  expectTypeOf<Exclude<keyof ConfirmParams, keyof Stripe.PaymentIntentConfirmParams>>().toBeNever()
  expectTypeOf<Exclude<keyof CaptureParams, keyof Stripe.PaymentIntentCaptureParams>>().toBeNever()
  expectTypeOf<Exclude<keyof IncrementParams, keyof Stripe.PaymentIntentIncrementAuthorizationParams>>().toBeNever()
  expectTypeOf<Exclude<keyof RefundParams, keyof Stripe.RefundCreateParams>>().toBeNever()
})

test('the version is the one that the official package is written for', () => {
  expectTypeOf<typeof STRIPE_VERSION>().toEqualTypeOf<typeof Stripe.API_VERSION>()
})
