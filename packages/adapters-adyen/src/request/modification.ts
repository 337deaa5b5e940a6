import type { CancelCommand, CaptureCommand, IncrementCommand, RefundCommand, Target } from '@florin/core/gateways'
import { type AdyenAmount, toAdyenAmount } from '../money/amount.ts'
import { modificationReference } from '../reference.ts'
import { invalid } from './invalid.ts'
import type { RequestSettings } from './settings.ts'

/** The commands that Adyen calls modifications: received at once, decided later. */
export type ModificationCommand = CaptureCommand | CancelCommand | RefundCommand | IncrementCommand

/** The bodies of modifications. */
export interface ModificationBody {
  readonly merchantAccount: string
  readonly reference: string
  readonly amount?: AdyenAmount
  readonly paymentReference?: string
  readonly merchantRefundReason?: RefundReason
}

const REFUND_REASONS = ['FRAUD', 'CUSTOMER REQUEST', 'RETURN', 'DUPLICATE', 'OTHER'] as const
type RefundReason = (typeof REFUND_REASONS)[number]

/** Where a modification goes, with its body. */
export interface Modification {
  readonly path: string
  readonly body: ModificationBody
}

/** Adyen's reference of a charge. While the buyer was away there was none, and our own stood in its place. */
export const pspReferenceOf = ({ attempt, gatewayId }: Target): string | null =>
  gatewayId === attempt ? null : gatewayId

const under = (target: Target, what: string): string => {
  const psp = pspReferenceOf(target)
  if (psp !== null) return `/payments/${encodeURIComponent(psp)}/${what}`
  return invalid('target', `Adyen takes ${what} by its own reference of the payment only, and that is not known yet`)
}

const cancelOf = ({ target }: CancelCommand, common: ModificationBody): Modification =>
  pspReferenceOf(target) === null
    ? { path: '/cancels', body: { ...common, paymentReference: target.attempt } }
    : { path: under(target, 'cancels'), body: common }

/** A modification as a request. Throws `invalid_request` for what Adyen, or this account, cannot do. */
export const modificationOf = (
  command: ModificationCommand,
  merchantAccount: string,
  { multipleCaptures, increments }: RequestSettings,
): Modification => {
  const common = { merchantAccount, reference: modificationReference(command.attempt, command.kind) }
  if (command.kind === 'cancel') return cancelOf(command, common)
  const body = { ...common, amount: toAdyenAmount(command.amount, command.currency) }
  switch (command.kind) {
    case 'capture':
      if (!command.final && !multipleCaptures)
        invalid(
          'final',
          'the account takes one capture per payment; have Adyen enable several, and set multipleCaptures',
        )
      return { path: under(command.target, 'captures'), body }
    case 'increment':
      if (!increments)
        invalid(
          'amount',
          'authorizations are not pre-authorisations here; have Adyen enable adjustments, and set increments',
        )
      return { path: under(command.target, 'amountUpdates'), body }
    case 'refund': {
      const reason = REFUND_REASONS.find((one) => one === command.reason?.toUpperCase())
      return {
        path: under(command.target, 'refunds'),
        body: { ...body, ...(reason !== undefined && { merchantRefundReason: reason }) },
      }
    }
  }
}
