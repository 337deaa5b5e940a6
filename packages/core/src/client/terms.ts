import type { FailoverTerms, MerchantTerms } from '../flows/index.ts'
import { methodsOf, type ResolvedOptions } from './options.ts'

/** What each merchant is configured with; one that is not named has the general settings. */
export const termsBy = (options: ResolvedOptions): ((merchant: string) => MerchantTerms) => {
  const { merchants = {} } = options
  const general: MerchantTerms = {
    fee: null,
    refundLateSuccess: false,
    whenDown: options.whenDown,
    failover: failoverOf(options, {}),
  }
  const named = new Map<string, MerchantTerms>(
    Object.entries(merchants).map(
      ([merchant, { fee = null, refundLateSuccess, whenDown = options.whenDown, failover }]) => [
        merchant,
        Object.freeze({ fee, refundLateSuccess, whenDown, failover: failoverOf(options, failover) }),
      ],
    ),
  )
  return (merchant) => named.get(merchant) ?? general
}

type Own = NonNullable<ResolvedOptions['merchants']>[string]['failover']

const failoverOf = ({ failover, gateways }: ResolvedOptions, own: Own): FailoverTerms => {
  const onUnknown = own.onUnknown ?? failover.onUnknown
  return Object.freeze({
    onUnknown: new Set(methodsOf(onUnknown, Object.values(gateways))),
    maxAttempts: own.maxAttempts ?? failover.maxAttempts,
    afterMs: failover.afterMs,
    withinMs: failover.withinMs,
  })
}
