import type { Random } from '@florin/core'

/** Makes ids that look like Stripe's and sort by the time of making within one double. */
export interface StripeIds {
  /** `prefix_` and 24 letters and digits. */
  make(prefix: string): string
  /** Something that nobody guesses. */
  secret(): string
}

const COUNTER_DIGITS = 9 // 36^9 is beyond what a double lives through

/** A maker of ids that differs from every other one. */
export const stripeIds = (random: Random): StripeIds => {
  const tag = `3F${Buffer.from(random.bytes(16)).toString('hex').slice(0, 13)}`
  let counter = 0
  return {
    make(prefix) {
      counter += 1
      return `${prefix}_${tag}${counter.toString(36).padStart(COUNTER_DIGITS, '0')}`
    },
    secret: () => Buffer.from(random.bytes(18)).toString('hex').slice(0, 25),
  }
}
