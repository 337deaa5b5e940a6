import type { ProviderCharge, ProviderDouble } from '../provider/index.ts'

/** What a charge holds in the provider's books, in ISO 4217 minor units. */
export interface Moved {
  readonly authorized: bigint
  readonly captured: bigint
  readonly refunded: bigint
}

/** No money anywhere. */
export const NO_MONEY: Moved = Object.freeze({ authorized: 0n, captured: 0n, refunded: 0n })

/** Every charge under a reference, those that hold nothing included. */
export const chargesOf = (provider: ProviderDouble, reference: string): readonly ProviderCharge[] =>
  provider.books().filter((charge) => charge.reference === reference)

/** What all charges under a reference hold together: two charges of one reference show as twice the money. */
export const movedUnder = (provider: ProviderDouble, reference: string): Moved =>
  chargesOf(provider, reference).reduce<Moved>(
    (sum, charge) => ({
      authorized: sum.authorized + charge.authorized,
      captured: sum.captured + charge.captured,
      refunded: sum.refunded + charge.refunded,
    }),
    NO_MONEY,
  )

/** For messages. */
export const tell = ({ authorized, captured, refunded }: Moved): string =>
  `${authorized} authorized, ${captured} captured, ${refunded} refunded`
