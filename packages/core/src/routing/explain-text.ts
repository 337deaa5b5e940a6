import { FlorinError } from '../kernel/index.ts'
import { REFUSALS } from './refusals.ts'
import type { CandidateNote, RouteCandidate, RoutePlan } from './route-plan.ts'

const NOTES: Readonly<Record<CandidateNote, string>> = {
  explored: 'first by the draw of this payment, to learn about it',
  probe: 'fails often at present; first by the draw of this payment, to see whether it is well again',
  set_back: 'not well at present: it keeps only a share of its payments, and this is none of them',
  last_resort: 'fails too often at present, and nobody else can',
}

const BY: Readonly<Record<RoutePlan['by'], string>> = {
  name: 'the payment names its gateway',
  order: 'in the order of the rule',
  split: 'by the split of the rule, which sticks to the customer or the reference',
  score: 'the best score first',
}

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`

const lineOf = ({ gateway, account, health, score, note }: Told, at: number): string => {
  const parts = [
    score === null
      ? null
      : `score ${percent(score.total)} (success ${percent(score.success)}, latency ${percent(score.latency)}, cost ${percent(score.cost)})`,
    health === 'healthy' ? null : health,
    note === null ? null : NOTES[note],
  ].filter((part) => part !== null)
  return `${at + 1}. ${gateway} (account ${account})${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`
}

type Told = Omit<RouteCandidate, 'can'>
/** As much of a plan as there is to tell: a recorded one will do. */
export type ToldPlan = Omit<RoutePlan, 'candidates'> & { readonly candidates: readonly Told[] }

/** A plan for people: what decided, who is asked in which order, and why each other gateway is not. Several lines. */
export const explainText = (plan: ToldPlan): string => {
  const decided = plan.rule === null ? (plan.by === 'name' ? '' : 'no rule matches: ') : `rule '${plan.rule}': `
  const head = plan.candidates.length === 0 ? `${decided}no gateway can take it` : `${decided}${BY[plan.by]}`
  return [
    head,
    ...plan.candidates.map(lineOf),
    ...plan.refused.map(({ gateway, why, code }) => `not ${gateway}: ${why} [${code}]`),
  ].join('\n')
}

/**
 * Whether the payment could be taken once a gateway recovers: nobody can now, and somebody is kept back by nothing but an open breaker or
 * its present failures. Such a payment may be parked.
 */
export const waitsForRecovery = (plan: RoutePlan): boolean =>
  plan.candidates.length === 0 && plan.refused.some(({ code }) => REFUSALS[code].passing)

/** The error for a plan without candidates: which gateway cannot and why. */
export const noGateway = (plan: RoutePlan): FlorinError => {
  const reasons = plan.refused.map(({ gateway, why }) => `'${gateway}' ${why}`).join(', ')
  const all = plan.refused.every(({ code }) => code === 'currency')
  return new FlorinError(
    all ? 'currency_not_supported' : 'unsupported',
    `no configured gateway can take this payment: ${reasons}`,
  )
}
