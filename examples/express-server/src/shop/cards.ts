/** A test card as the page shows it. */
export interface TestCard {
  /** Which of the configured gateways knows it. */
  readonly gateway: string
  readonly token: string
  readonly summary: string
  readonly network: string
  /** Null where the gateway does not publish a number for it. */
  readonly last4: string | null
  /** What to expect of it. */
  readonly group: 'approved' | 'declined' | 'challenge' | 'later'
  /** What a create sends beside the token. */
  readonly method: { readonly type: 'card' | 'redirect'; readonly brand?: string }
}

/** A card that several gateways know, each by a token of its own: what one cannot take, the next may. */
export interface SharedCard extends Omit<TestCard, 'gateway' | 'token'> {
  /** By gateway. */
  readonly tokens: Readonly<Record<string, string>>
}
