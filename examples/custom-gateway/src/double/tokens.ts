/** How a charge of a test token ends. */
export interface TokenOutcome {
  /** The bank's response code; approved where there is none. */
  readonly code?: string
  /** The scheme's advice, with a decline. */
  readonly advice?: string
  /** The buyer is asked first. */
  readonly challenge?: true
  /** Refunds of it are accepted, and fail afterwards. */
  readonly refundFails?: true
}

/** Guilder Pay's test tokens: each ends the same, as often as it is used. */
export const TOKENS: Readonly<Record<string, TokenOutcome>> = {
  tok_approve: {},
  tok_3ds: { challenge: true },
  tok_closed_account: { refundFails: true },
  tok_insufficient: { code: '51' },
  tok_refused: { code: '05' },
  tok_expired: { code: '54' },
  tok_stolen: { code: '43' },
  tok_suspicious: { code: '59' },
  tok_bank_down: { code: '91' },
  tok_never_again: { code: '05', advice: '03' },
  bank_approves: { challenge: true },
}
