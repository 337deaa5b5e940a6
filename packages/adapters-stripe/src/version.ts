/**
 * The version of Stripe's API that this adapter speaks, sent as `Stripe-Version` with every request. Give a webhook endpoint the same
 * `api_version`: events are written in the version of their endpoint.
 */
export const STRIPE_VERSION = '2026-10-28.endive'
