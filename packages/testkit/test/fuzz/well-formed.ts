import {
  type Answer,
  DECLINE_CLASSES,
  type Decline,
  DISPUTE_REPORTS,
  DISPUTE_STAGES,
  type DisputeFact,
  type GatewayFact,
  type Undone,
} from '@florin/core/gateways'
import type { StatementItem } from '@florin/core/statements'

const LARGEST = 2n ** 63n
const DATE_MAX = 8.64e15
const TEXT_MAX = 512 // ids and codes go into columns, events and logs
const KINDS: readonly string[] = ['authorize', 'sale', 'capture', 'cancel', 'refund', 'increment']

const isText = (value: unknown, most = TEXT_MAX): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= most && value.isWellFormed() && !value.includes('\0')
const isNullOr = (value: unknown, holds: (value: unknown) => boolean): boolean =>
  value === null || value === undefined || holds(value)
const isAmount = (value: unknown): boolean => typeof value === 'bigint' && value >= 0n && value < LARGEST
const isInstant = (value: unknown): boolean => Number.isSafeInteger(value) && Math.abs(value as number) <= DATE_MAX
const isSpan = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

const declineFault = ({ class: name, code, gatewayCode, networkAdvice, message }: Decline): string | null => {
  if (!(DECLINE_CLASSES as readonly string[]).includes(name)) return `a decline of class ${name}`
  if (!isText(code) || !isText(message)) return 'a decline without a code or message'
  return isNullOr(gatewayCode, isText) && isNullOr(networkAdvice, isText) ? null : 'a decline with strange codes'
}

const appliedFault = (answer: Answer & { effect: 'applied' }): string | null => {
  if (!isText(answer.gatewayId)) return 'no gateway id'
  if (!isNullOr(answer.amount, isAmount) || !isNullOr(answer.cost, isAmount)) return 'a strange amount or cost'
  if (!isNullOr(answer.expiresAt, isInstant)) return 'a strange end'
  const known = Object.values(answer.instrument ?? {}).every((each) => isNullOr(each, isText))
  return known ? null : 'a strange instrument'
}

const pendingFault = (answer: Answer & { effect: 'pending' }): string | null => {
  if (!isText(answer.gatewayId)) return 'no gateway id'
  if (!isInstant(answer.expiresAt)) return 'a strange end'
  const { url, data = {} } = answer.action ?? {}
  if (!isNullOr(url, (value) => URL.canParse(String(value)))) return 'an action that leads nowhere'
  if (url !== undefined && !/^https?:/.test(url)) return 'an action that leads elsewhere than to the web'
  return Object.values(data).every((each) => typeof each === 'string') ? null : 'action data that is no text'
}

/** What is wrong with an answer by the types and bounds that core relies on, or null. */
export const answerFault = (answer: Answer | Undone): string | null => {
  switch (answer.effect) {
    case 'applied':
      return appliedFault(answer)
    case 'pending':
      return pendingFault(answer)
    case 'undone':
      return declineFault(answer.decline)
    case 'rejected':
      return isNullOr(answer.gatewayId, isText) ? declineFault(answer.decline) : 'a strange gateway id'
    case 'next':
      return isText(answer.step.gatewayId) ? null : 'a step without an id'
    case 'unknown':
      if (!isText(answer.reason) || !isNullOr(answer.gatewayId, isText)) return 'unknown without a reason or id'
      return isNullOr(answer.retryAfterMs, isSpan) ? null : 'a strange time to wait'
    case 'not_sent':
      return 'not_sent, of what was answered'
    case 'absent':
      return null
    default:
      return 'no known effect'
  }
}

/** What is wrong with a fact, or null. */
export const factFault = (fact: GatewayFact): string | null => {
  if (!isNullOr(fact.attempt, isText)) return 'a strange attempt'
  if (!KINDS.includes(fact.of)) return 'about no command'
  if (!isText(fact.gatewayId) || !isNullOr(fact.parentGatewayId, isText)) return 'strange ids'
  if (!isNullOr(fact.amount, isAmount) || !isNullOr(fact.currency, isText)) return 'a strange amount'
  if (!isNullOr(fact.occurredAt, isInstant)) return 'a strange time'
  return answerFault(fact.answer)
}

/** The same of a fact about a dispute. */
export const disputeFault = (fact: DisputeFact): string | null => {
  const { dispute, report, stage, attempt, charge, amount, fee, currency, reason, network } = fact
  if (!isText(dispute)) return 'no dispute'
  if (!DISPUTE_REPORTS.includes(report) || !DISPUTE_STAGES.includes(stage)) return `a ${report} at ${stage}`
  if (!isNullOr(attempt, isText) || !isNullOr(charge, isText)) return 'a strange charge'
  if (!isNullOr(amount, isAmount) || !isNullOr(fee, isAmount)) return 'a strange amount or fee'
  if (!isNullOr(currency, (value) => /^[A-Z]{3}$/.test(String(value)))) return 'a strange currency'
  if (!isNullOr(network, isText)) return 'a strange network'
  if (reason !== null && (!isNullOr(reason.code, isText) || !isNullOr(reason.text, isText))) return 'a strange reason'
  return [fact.occurredAt, fact.evidenceDueAt].every((at) => isNullOr(at, isInstant)) ? null : 'a strange time'
}

const isMoney = (value: unknown): boolean => typeof value === 'bigint' && isAmount(value < 0n ? -value : value)

/** The same of what a reader finds in a report. */
export const itemFault = (item: StatementItem): string | null => {
  if (!Number.isSafeInteger(item.line) || item.line < 1) return 'a strange line'
  if (item.is === 'malformed') return isText(item.why) ? null : 'malformed without a reason'
  if (item.is === 'balance') return isMoney(item.amount) ? null : 'a strange balance'
  const { id, gross, fee, net, currency, references, presentment, text } = item
  if (!isText(id)) return 'no id'
  if (!/^[A-Z]{3}$/.test(currency)) return 'a strange currency'
  if (!isMoney(gross) || !isMoney(net) || !isNullOr(fee, isMoney)) return 'a strange amount'
  if (fee !== null && gross - fee !== net) return 'gross, fee and net do not add up'
  if (!Object.values(references).every((each) => isNullOr(each, isText))) return 'a strange reference'
  if (presentment !== null && (!isMoney(presentment.amount) || !isNullOr(presentment.rate, isText)))
    return 'a strange price'
  if (!isInstant(item.occurredAt) || !isInstant(item.valueAt)) return 'a strange time'
  return text === '' || isText(text) ? null : 'a strange text'
}
