/** A transfer as the sandbox bank writes it. Amounts are whole minor units, as text. */
export interface WireTransfer {
  readonly id: string
  readonly reference: string
  readonly amount: string
  readonly currency: string
  readonly state: 'accepted' | 'executed' | 'failed' | 'returned'
  /** Why it failed or came back. */
  readonly code: string | null
}

/** What is sent to make one. */
export interface WireOrder {
  readonly reference: string
  readonly amount: string
  readonly currency: string
  readonly name: string
  readonly iban: string
  readonly bic: string | null
  readonly text: string
  readonly execute_on: string | null
}

/** What it answers in place of a transfer. `refused` is documented to be without effect, and kept under the key. */
export interface WireProblem {
  readonly error: 'refused' | 'not_found' | 'key_reused' | 'internal_error' | 'malformed'
  readonly code: string
}
