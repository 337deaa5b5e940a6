import type { GatewayCaseName } from './catalogue/gateway-cases.ts'
import type { GatewayHarness } from './harness.ts'
import { type GatewayWorld, inWorld } from './world.ts'

/** What a case does: rejects with an error whose message says, without a full stop, what was seen. */
export type CaseRun = (harness: GatewayHarness) => Promise<void>

/** The cases of one file, by name. */
export type CaseRuns<N extends GatewayCaseName> = Readonly<Record<N, CaseRun>>

/** A case in a world of its own. */
export const worldly =
  (body: (world: GatewayWorld) => Promise<void>): CaseRun =>
  (harness) =>
    inWorld(harness, body)

/** The optional parts of a harness that a case may need. */
export type Need =
  | 'methods.challenge'
  | 'methods.others'
  | 'methods.redirect'
  | 'variants.wrongCredential'
  | 'variants.withoutSecret'
  | 'variants.rotating'
  | 'variants.observed'
  | 'deliveries.foreign'
  | 'deliveries.unheardOf'
  | 'later.captureRefused'
  | 'later.refundRefused'
  | 'later.captureFails'
  | 'later.refundFails'
  | 'endedStatuses'
  | 'disputes'
  | 'disputes.inquire'

/** What cases need besides the parts that every harness has. */
export const NEEDS: Readonly<Partial<Record<GatewayCaseName, Need>>> = {
  'charge.other_methods': 'methods.others',
  'charge.redirect': 'methods.redirect',
  'charge.confirmed': 'methods.challenge',
  'charge.not_confirmed': 'methods.challenge',
  'cancel.waiting': 'methods.challenge',
  'flow.challenge': 'methods.challenge',
  'declines.credentials': 'variants.wrongCredential',
  'webhooks.no_secret': 'variants.withoutSecret',
  'webhooks.rotation': 'variants.rotating',
  'webhooks.foreign_account': 'deliveries.foreign',
  'webhooks.unheard_of': 'deliveries.unheardOf',
  'answers.ended_status': 'endedStatuses',
  'later.capture_refused': 'later.captureRefused',
  'later.refund_refused': 'later.refundRefused',
  'later.capture_fails': 'later.captureFails',
  'later.refund_fails': 'later.refundFails',
  'secrecy.reports': 'variants.observed',
  'disputes.told': 'disputes',
  'disputes.inquiry': 'disputes.inquire',
  'disputes.won': 'disputes',
  'disputes.lost': 'disputes',
  'disputes.parse_pure': 'disputes',
  'disputes.apart': 'disputes',
  'disputes.malformed': 'disputes',
  'disputes.request': 'disputes',
  'disputes.submit': 'disputes',
  'disputes.resent': 'disputes',
  'disputes.accept': 'disputes',
  'disputes.answers': 'disputes',
}

/** Why a harness cannot serve a need, or undefined when it can. */
export const missingFor = (harness: GatewayHarness, need: Need | undefined): string | undefined => {
  if (need === undefined) return undefined
  const [group, part] = need.split('.') as [
    'methods' | 'variants' | 'deliveries' | 'later' | 'endedStatuses' | 'disputes',
    string?,
  ]
  const given: unknown = harness[group]
  const found = part === undefined ? given : { ...(given as Readonly<Record<string, unknown>> | undefined) }[part]
  return found === undefined ? `the harness has no ${need}` : undefined
}
