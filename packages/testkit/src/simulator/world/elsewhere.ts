import { isFlorinError } from '@florin/core'
import type { Acquirer, WireOperation } from '../../sandbox/index.ts'
import type { Elsewhere } from '../plan/steps.ts'
import type { DisputeAct } from './provider.ts'

/** The newest operation of a kind on a charge. */
const last = (seen: readonly WireOperation[], charge: string, kind: string, status: string): string | undefined =>
  seen.findLast((one) => one.charge === charge && one.object === kind && one.status === status)?.id

const share = (of: bigint, percent: number): bigint => {
  const part = (of * BigInt(percent)) / 100n
  return part > 0n ? part : 1n
}

type Acts = { readonly [A in Elsewhere]: () => unknown }

const actsOn = (acquirer: Acquirer, seen: readonly WireOperation[], charge: string, percent: number): Acts => {
  const { dashboard } = acquirer
  const books = acquirer.books().charges.find((one) => one.id === charge)
  const on = (kind: string, status: string, act: (operation: string) => unknown) => (): unknown => {
    const operation = last(seen, charge, kind, status)
    return operation === undefined ? false : act(operation)
  }
  return {
    capture: () => dashboard.capture(charge, share(books?.held ?? 0n, percent)),
    cancel: () => dashboard.cancel(charge),
    refund: () => dashboard.refund(charge, share((books?.captured ?? 0n) - (books?.refunded ?? 0n), percent)),
    fail_capture: on('capture', 'succeeded', (id) => dashboard.failCapture(id)),
    recapture: on('capture', 'failed', (id) => dashboard.recapture(id)),
    fail_refund: on('refund', 'succeeded', (id) => dashboard.failRefund(id)),
    repay_refund: on('refund', 'failed', (id) => dashboard.repayRefund(id)),
    return_sale: () => dashboard.returnSale(charge),
    represent_sale: () => dashboard.representSale(charge),
  }
}

/** Does something at the acquirer that nobody here ordered; false where the state of things does not allow it. */
export const actElsewhere = (
  acquirer: Acquirer,
  seen: readonly WireOperation[],
  act: Elsewhere,
  charge: string,
  percent: number,
): boolean => {
  try {
    return actsOn(acquirer, seen, charge, percent)[act]() !== false
  } catch (error) {
    if (isFlorinError(error)) return false
    throw error
  }
}

/** Acts on the newest dispute of a charge, or opens one; gives which one it was, null where the state of things does not allow it. */
export const disputeElsewhere = (
  { dashboard, books }: Acquirer,
  dispute: string | undefined,
  act: DisputeAct,
  charge: string,
): string | null => {
  const captured = books().charges.find((one) => one.id === charge)?.captured ?? 0n
  const acts: { readonly [A in DisputeAct]: (id: string) => { readonly id: string } } = {
    ask: () => dashboard.openDispute(charge, { stage: 'inquiry' }),
    open: () => dashboard.openDispute(charge),
    open_part: () => dashboard.openDispute(charge, { amount: captured > 1n ? captured / 2n : captured }),
    escalate: (id) => dashboard.escalateDispute(id, 'chargeback'),
    arbitrate: (id) => dashboard.escalateDispute(id, 'pre_arbitration'),
    answer: (id) => dashboard.answerDispute(id),
    win: (id) => dashboard.decideDispute(id, 'won'),
    lose: (id) => dashboard.decideDispute(id, 'lost'),
  }
  const opens = act === 'ask' || act === 'open' || act === 'open_part'
  if (!opens && dispute === undefined) return null
  try {
    return acts[act](dispute ?? '').id
  } catch (error) {
    if (isFlorinError(error)) return null
    throw error
  }
}
