import type { Id } from '../kernel/index.ts'

/** How the buyer pays, with the token that this gateway understands. Never a card number. */
export interface CommandMethod {
  readonly type: MethodType
  readonly token: string
  /** Wallets: which one. Redirects: which scheme (`ideal`, `sepa_transfer` …). */
  readonly brand?: string | undefined
  readonly networkTransactionId?: string | undefined
}

/** How buyers pay. */
export const METHOD_TYPES = ['card', 'apple_pay', 'google_pay', 'bank_transfer', 'redirect'] as const
/** One way to pay. */
export type MethodType = (typeof METHOD_TYPES)[number]

/**
 * An earlier attempt that a command acts on. `gatewayId` is null when its answer never arrived. Both are given where both are known: a
 * gateway that goes by our reference reads `attempt`.
 */
export interface Target {
  readonly attempt: Id<'att'>
  readonly gatewayId: string | null
}

/** What every command carries. */
interface Common {
  /** The attempt's id: the reference that the gateway is given. */
  readonly attempt: Id<'att'>
  /** The idempotency key at the gateway; at most 64 characters. Never used for other bytes. */
  readonly key: string
  /** The gateway account, as configured. */
  readonly account: string
  readonly amount: bigint
  readonly currency: string
}

/** Charge the buyer: `authorize` reserves and always asks for manual capture; `sale` also captures, where nothing can be reserved. */
export interface ChargeCommand extends Common {
  readonly kind: 'authorize' | 'sale'
  readonly method: CommandMethod
  /** The merchant's own reference: metadata for the gateway's dashboard, never its idempotency. */
  readonly merchantReference: string
  readonly returnUrl: string | null
  readonly description: string | null
  readonly customer: { readonly id: string | null; readonly email: string | null; readonly ip: string | null }
}
/** Continue a charge after the customer's action, with what the return brought along. */
export interface CompleteCommand extends Common {
  readonly kind: 'complete'
  readonly target: Target
  readonly payload: Readonly<Record<string, string>>
}
/** Take authorised money. */
export interface CaptureCommand extends Common {
  readonly kind: 'capture'
  readonly target: Target
  /** Releases what is not captured. False only where `multiCapture` is a capability. */
  readonly final: boolean
}
/** Release an authorisation that is not captured, or call off one that waits for the buyer. */
export interface CancelCommand extends Common {
  readonly kind: 'cancel'
  readonly target: Target
}
/** Give captured money back. */
export interface RefundCommand extends Common {
  readonly kind: 'refund'
  /** The charge whose money goes back. */
  readonly target: Target
  /** The capture's id, for gateways that refund captures. */
  readonly capture: Target | null
  readonly reason: string | null
}
/** Raises an authorisation to `amount` in all; `by` is the difference. */
export interface IncrementCommand extends Common {
  readonly kind: 'increment'
  readonly target: Target
  readonly by: bigint
}
/** Asks what became of `target`, a command of kind `of`; changes nothing at the gateway. */
export interface LookupCommand extends Common {
  readonly kind: 'lookup'
  readonly of: MutatingKind
  readonly target: Target
  /** The charge that a capture, cancel, refund or increment acted on: gateways often know those only by their charge. */
  readonly parent: Target | null
}

/** The commands that change something at the gateway. */
export type MutatingKind = 'authorize' | 'sale' | 'capture' | 'cancel' | 'refund' | 'increment'
/** Everything that an adapter turns into a request. */
export type Command =
  | ChargeCommand
  | CompleteCommand
  | CaptureCommand
  | CancelCommand
  | RefundCommand
  | IncrementCommand
  | LookupCommand
