export type { StripeMode } from './options/api-key.ts'
export type { StripeAccountOptions, StripeOptions } from './options/options.ts'
export { stripe } from './stripe.ts'
export { STRIPE_VERSION } from './version.ts'
