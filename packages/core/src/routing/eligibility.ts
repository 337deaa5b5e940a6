import type { Gateway, MethodCapabilities } from '../gateways/index.ts'
import { formatAmount } from '../money/index.ts'
import type { GatewayStanding, RoutingConditions } from './conditions.ts'
import type { RefusalCode } from './refusals.ts'
import type { RoutingSubject } from './subject.ts'

/** What stands against a gateway. */
export interface Objection {
  readonly code: RefusalCode
  readonly why: string
}

const objection = (code: RefusalCode, why: string): Objection => ({ code, why })

/** Whether a gateway account can take the payment: its capabilities for the method, or the first objection. Lasting ones come first. */
export const eligible = (
  name: string,
  account: string,
  gateway: Gateway,
  subject: RoutingSubject,
  conditions: RoutingConditions,
  standing: GatewayStanding | undefined,
): MethodCapabilities | Objection => {
  if (!gateway.accounts.includes(account)) return objection('account_unknown', `has no account '${account}'`)
  const can = gateway.capabilities.methods[subject.method]
  if (can === undefined) return objection('method', `does not take ${subject.method}`)
  return (
    inability(gateway, can, subject) ??
    (Object.hasOwn(subject.tokens, name) ? null : objection('no_token', 'has no token for this method')) ??
    circumstance(name, account, conditions, standing) ??
    can
  )
}

const inability = (gateway: Gateway, can: MethodCapabilities, subject: RoutingSubject): Objection | null => {
  const { currencies, amounts } = gateway.capabilities
  const { currency, amount, method } = subject
  if (currencies !== 'all' && !currencies.includes(currency)) return objection('currency', `does not take ${currency}`)
  if (subject.capture === 'manual' && !can.separateCapture)
    return objection('separate_capture', `cannot hold ${method} for a later capture`)
  const limits = amounts !== undefined && Object.hasOwn(amounts, currency) ? amounts[currency] : undefined
  if (limits?.min !== undefined && amount < limits.min)
    return objection('amount_low', `takes no less than ${formatAmount(limits.min, currency)} ${currency}`)
  if (limits?.max !== undefined && amount > limits.max)
    return objection('amount_high', `takes no more than ${formatAmount(limits.max, currency)} ${currency}`)
  return null
}

const circumstance = (
  name: string,
  account: string,
  conditions: RoutingConditions,
  standing: GatewayStanding | undefined,
): Objection | null => {
  if (conditions.tried?.some((tried) => tried.gateway === name && tried.account === account))
    return objection('tried', 'was tried already')
  if (conditions.caps?.allowed === false) return objection('scheme_cap', conditions.caps.why)
  if (standing?.leave === 'no') return objection('breaker_open', 'its circuit breaker is open')
  return null
}
