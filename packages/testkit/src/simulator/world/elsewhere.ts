import { isFlorinError } from '@florin/core'
import type { Acquirer, WireOperation } from '../../sandbox/index.ts'
import type { Elsewhere } from '../plan/steps.ts'

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
