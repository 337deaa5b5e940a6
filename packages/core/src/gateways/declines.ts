/** The classes of FAILURES 4: each says what may be tried next. */
export const DECLINE_CLASSES = [
  'technical', // one failover, under a new key
  'soft_balance', // schedule later; another gateway will not help
  'soft_generic', // at most one failover
  'customer_action', // the buyer must fix data or authenticate
  'hard', // never again with this instrument, on any gateway
  'fraud', // never; the buyer gets a generic message
  'cap', // a scheme's retry cap is hit: stop
  'configuration', // our request or account is wrong: alert
  'unavailable', // no gateway could be reached, or had room for it; nothing happened
] as const
/** One class of decline. */
export type DeclineClass = (typeof DECLINE_CLASSES)[number]

/** Why a command was refused. `message` may be shown to the buyer; for fraud it is generic on purpose. */
export interface Decline {
  readonly class: DeclineClass
  /** Florin's code, the same for every gateway: `insufficient_funds`, `expired_card` … */
  readonly code: string
  /** The gateway's own code, for support. */
  readonly gatewayCode: string | null
  /** The scheme's advice on retrying, where it came along (Mastercard `03`, Visa category `1`). */
  readonly networkAdvice: string | null
  readonly message: string
}
