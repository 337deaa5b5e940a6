/** What the sandbox's pages and facts may show of a token's instrument. There is no card number behind it. */
export interface SandboxInstrument {
  readonly network: 'visa' | 'mastercard' | 'amex'
  readonly bin: string
  readonly last4: string
  /** Where it was issued: fees may depend on it. */
  readonly country: string
}

/** What a charge with a token leads to. `challenge` and `pending` end as `next` says. */
export type SandboxOutcome =
  | { readonly kind: 'approve' }
  | { readonly kind: 'decline'; readonly code: string; readonly networkAdvice?: string }
  | { readonly kind: 'challenge'; readonly next: SandboxOutcome }
  | { readonly kind: 'pending'; readonly next: SandboxOutcome }

/** A test token: what it does and what it looks like. */
export interface SandboxToken {
  readonly token: string
  readonly outcome: SandboxOutcome
  /** Shown for cards and wallets; bank transfers and redirects have no instrument. */
  readonly instrument: SandboxInstrument
  /** The answer comes only after the acquirer's `slowMs`. */
  readonly slow?: true
  /** One line for a menu or a table. */
  readonly summary: string
}

const visa = (last4: string): SandboxInstrument => ({ network: 'visa', bin: '424242', last4, country: 'US' })
const mastercard = (last4: string): SandboxInstrument => ({
  network: 'mastercard',
  bin: '555555',
  last4,
  country: 'DE',
})
const amex = (last4: string): SandboxInstrument => ({ network: 'amex', bin: '378282', last4, country: 'US' })
const approve = { kind: 'approve' } as const
const decline = (code: string, networkAdvice?: string): SandboxOutcome =>
  networkAdvice === undefined ? { kind: 'decline', code } : { kind: 'decline', code, networkAdvice }

/** Every token that the sandbox understands; the token alone decides what happens, whatever the method. */
export const SANDBOX_TOKENS = [
  { token: 'tok_approve', outcome: approve, instrument: visa('4242'), summary: 'Approved' },
  {
    token: 'tok_approve_mastercard',
    outcome: approve,
    instrument: mastercard('4444'),
    summary: 'Approved, Mastercard',
  },
  { token: 'tok_approve_amex', outcome: approve, instrument: amex('0005'), summary: 'Approved, American Express' },
  {
    token: 'tok_insufficient_funds',
    outcome: decline('insufficient_funds'),
    instrument: visa('9995'),
    summary: 'Declined: not enough money on the account',
  },
  {
    token: 'tok_do_not_honor',
    outcome: decline('do_not_honor'),
    instrument: mastercard('0002'),
    summary: 'Declined by the issuer without a reason',
  },
  {
    token: 'tok_processing_error',
    outcome: decline('processing_error'),
    instrument: visa('0119'),
    summary: 'Declined for a technical reason',
  },
  {
    token: 'tok_expired_card',
    outcome: decline('expired_card'),
    instrument: visa('0069'),
    summary: 'Declined: expired',
  },
  {
    token: 'tok_sca_required',
    outcome: decline('authentication_required'),
    instrument: visa('3155'),
    summary: 'Declined: the issuer wants the buyer to authenticate',
  },
  {
    token: 'tok_stolen_card',
    outcome: decline('stolen_card'),
    instrument: visa('9979'),
    summary: 'Declined: reported stolen',
  },
  {
    token: 'tok_never_again',
    outcome: decline('do_not_honor', '03'),
    instrument: mastercard('9987'),
    summary: 'Declined with Mastercard advice 03: do not try again',
  },
  {
    token: 'tok_fraud',
    outcome: decline('fraudulent'),
    instrument: visa('0019'),
    summary: 'Declined: suspected fraud',
  },
  {
    token: 'tok_retry_cap',
    outcome: decline('retry_limit_exceeded'),
    instrument: mastercard('0035'),
    summary: "Declined: the scheme's retry limit is reached",
  },
  {
    token: 'tok_3ds',
    outcome: { kind: 'challenge', next: approve },
    instrument: visa('3220'),
    summary: '3-D Secure: the buyer passes or fails the challenge',
  },
  {
    token: 'tok_3ds_declined',
    outcome: { kind: 'challenge', next: decline('insufficient_funds') },
    instrument: visa('3063'),
    summary: '3-D Secure, then declined by the issuer',
  },
  {
    token: 'tok_pending',
    outcome: { kind: 'pending', next: approve },
    instrument: visa('0077'),
    summary: 'Pending, paid a while later',
  },
  {
    token: 'tok_pending_declined',
    outcome: { kind: 'pending', next: decline('transfer_not_received') },
    instrument: visa('0085'),
    summary: 'Pending, never paid',
  },
  { token: 'tok_slow', outcome: approve, instrument: visa('1111'), slow: true, summary: 'Approved, but slowly' },
] as const satisfies readonly SandboxToken[]

const byToken: ReadonlyMap<string, SandboxToken> = new Map(SANDBOX_TOKENS.map((entry) => [entry.token, entry]))

/** The token's entry, or undefined for a token that the sandbox does not know. */
export const sandboxToken = (token: string): SandboxToken | undefined => byToken.get(token)
