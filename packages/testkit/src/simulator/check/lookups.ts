import type { ProviderCharge } from '../world/provider.ts'
import type { AttemptCells, PaymentCells } from './cells.ts'
import type { Evidence } from './evidence.ts'

/** Items by a key. */
export const by = <T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [key(item), item]))

/** Items in groups. */
export const groups = <T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const all = new Map<string, T[]>()
  for (const item of items) {
    const group = all.get(key(item))
    if (group === undefined) all.set(key(item), [item])
    else group.push(item)
  }
  return all
}

export const sum = (values: readonly bigint[]): bigint => values.reduce((total, one) => total + one, 0n)

/** A charge at a provider, with what it is here. */
export interface KnownCharge {
  readonly gateway: string
  readonly charge: ProviderCharge
  readonly attempt: AttemptCells | undefined
  readonly payment: PaymentCells | undefined
  readonly wins: boolean
}

/** Every charge at every provider, with its attempt and payment. */
export const knownCharges = (evidence: Evidence): readonly KnownCharge[] => {
  const attempts = by(evidence.attempts, (one) => one.id)
  const payments = by(evidence.payments, (one) => one.id)
  const winners = new Set(evidence.winners.map((one) => one.attempt))
  return evidence.providers.flatMap(({ name, charges }) =>
    charges.map((charge) => {
      const attempt = attempts.get(charge.reference ?? '')
      const payment = attempt === undefined ? undefined : payments.get(attempt.payment)
      return { gateway: name, charge, attempt, payment, wins: attempt !== undefined && winners.has(attempt.id) }
    }),
  )
}

export const netOf = ({ captured, refunded }: ProviderCharge): bigint => captured - refunded
