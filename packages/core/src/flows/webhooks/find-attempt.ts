import type { GatewayFact } from '../../gateways/index.ts'
import { isId } from '../../kernel/index.ts'
import { type AttemptRow, attempts, gatewayRefs, isCharge } from '../../payments/index.ts'
import type { FlowContext } from '../context.ts'

/** Where a report came in. */
export interface Source {
  readonly gateway: string
  readonly account: string
}

/** The attempt that a report is about, or the charge of ours that it acts on; neither where nothing is known of it (yet). */
export type Found =
  | { readonly is: 'attempt'; readonly merchant: string; readonly payment: string; readonly attempt: string }
  | { readonly is: 'child'; readonly merchant: string; readonly payment: string; readonly charge: string }
  | { readonly is: 'unknown' }

const MOST_REFS = 100

/**
 * Finds what a report is about: by our reference, which a gateway may also repeat from the charge on what is done to it; by the gateway's
 * own id; by the charge that it acts on. A reference that no attempt has may be that of one whose intent is not visible yet: it waits.
 */
export const findAttempt = async (context: FlowContext, source: Source, fact: GatewayFact): Promise<Found> => {
  const named = await byReference(context, source, fact.attempt)
  if (named !== undefined && isOfKind(named, fact.of)) return attempt(named)
  const byId = (await refsOf(context, source, fact.gatewayId)).filter((ref) => isSameKind(ref.kind, fact.of))
  const [only] = byId
  if (only !== undefined && byId.length === 1) {
    return { is: 'attempt', merchant: only.merchant, payment: only.payment, attempt: only.attempt }
  }
  if (byId.length > 1 || isChargeKind(fact.of)) return { is: 'unknown' }
  if (named !== undefined && isCharge(named)) return child(named.merchant, named.payment, named.id)
  if (fact.attempt !== null || fact.parentGatewayId === null) return { is: 'unknown' }
  const charges = (await refsOf(context, source, fact.parentGatewayId)).filter((ref) => isChargeKind(ref.kind))
  const [charge] = charges
  if (charge === undefined || charges.length > 1) return { is: 'unknown' }
  return child(charge.merchant, charge.payment, charge.attempt)
}

const attempt = ({ merchant, payment, id }: AttemptRow): Found => ({ is: 'attempt', merchant, payment, attempt: id })
const child = (merchant: string, payment: string, charge: string): Found => ({
  is: 'child',
  merchant,
  payment,
  charge,
})

/** An attempt of another gateway or account is not the one that this account tells of, whatever it is called. */
const byReference = async (
  context: FlowContext,
  { gateway, account }: Source,
  reference: string | null,
): Promise<AttemptRow | undefined> => {
  if (reference === null || !isId('att', reference)) return undefined
  const [row] = (await context.storage.find(attempts, { index: 'id', equals: { id: reference }, limit: 1 })).rows
  return row !== undefined && row.gateway === gateway && row.account === account ? row : undefined
}

const refsOf = async (context: FlowContext, { gateway, account }: Source, reference: string) =>
  (
    await context.storage.find(gatewayRefs, {
      index: 'reference',
      equals: { gateway, account, reference },
      limit: MOST_REFS,
    })
  ).rows

const isChargeKind = (kind: string): boolean => kind === 'authorize' || kind === 'sale'

/** A gateway that cannot tell an authorisation from a sale calls either a charge. */
const isSameKind = (ours: string, told: string): boolean => ours === told || (isChargeKind(ours) && isChargeKind(told))

const isOfKind = (row: AttemptRow, told: string): boolean => isSameKind(row.kind, told)
