import type { FailoverTerms, MerchantTerms } from '../flows/index.ts'
import { disputePolicyOf } from './dispute-policy.ts'
import { methodsOf, type ResolvedOptions } from './options.ts'
import { refundPolicyOf } from './refund-policy.ts'

/** What each merchant is configured with; one that is not named has the general settings. */
export const termsBy = (options: ResolvedOptions): ((merchant: string) => MerchantTerms) => {
  const { merchants = {} } = options
  const general: MerchantTerms = {
    fee: null,
    refundLateSuccess: false,
    whenDown: options.whenDown,
    failover: failoverOf(options, {}),
    refunds: refundPolicyOf(options.refunds, 'refunds'),
    disputes: disputePolicyOf(options.disputes, 'disputes'),
  }
  const named = new Map<string, MerchantTerms>(
    Object.entries(merchants).map(([merchant, own]) => {
      const { fee = null, refundLateSuccess, whenDown = options.whenDown } = own
      const refunds = refundPolicyOf(own.refunds ?? options.refunds, `merchants.${merchant}.refunds`)
      const disputes = disputePolicyOf(own.disputes ?? options.disputes, `merchants.${merchant}.disputes`)
      const terms = { disputes, fee, refundLateSuccess, whenDown, failover: failoverOf(options, own.failover), refunds }
      return [merchant, Object.freeze(terms)]
    }),
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
