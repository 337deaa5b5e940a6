// The columns that the checker reads, as they are stored. It knows the tables by name only, so that it judges what is there.

export interface PaymentCells {
  readonly merchant: string
  readonly id: string
  readonly reference: string
  readonly round: number
  readonly amount: bigint
  readonly currency: string
  readonly status: string
  readonly closed: string | null
  readonly authorized: bigint
  readonly captured: bigint
  readonly capturePending: bigint
  readonly released: bigint
  readonly refunded: bigint
  readonly refundPending: bigint
  readonly settle: { readonly currency: string } | null
  readonly converted: bigint
  readonly parkedUntil: number | null
  readonly needsReview: string | null
  readonly reviews: number
  readonly version: number
}

export interface AttemptCells {
  readonly merchant: string
  readonly payment: string
  readonly id: string
  readonly kind: string
  readonly origin: string
  readonly gateway: string
  readonly account: string
  readonly amount: bigint
  readonly currency: string
  readonly parent: string | null
  readonly paymentMethod: string | null
  readonly origination: readonly [operation: string, key: string] | null
  readonly createdAt: number
  readonly state: string
  readonly gatewayId: string | null
  readonly awaits: string | null
  readonly decline: { readonly class: string; readonly networkAdvice: string | null } | null
  readonly applied: bigint | null
  readonly expiresAt: number | null
  readonly due: number | null
  readonly version: number
}

export interface ObligationCells {
  readonly merchant: string
  readonly payment: string
  readonly id: string
  readonly attempt: string
  readonly gateway: string
  readonly sureFrom: number
  readonly proof: string | null
  readonly due: number | null
  readonly needsReview: boolean
  readonly version: number
}

export interface DisputeCells {
  readonly merchant: string
  readonly id: string
  readonly payment: string
  readonly state: string
  readonly version: number
}

export interface DisputeActCells {
  readonly id: string
  readonly dispute: string
  readonly state: string
}

export interface WinnerCells {
  readonly merchant: string
  readonly payment: string
  readonly attempt: string
}

export interface KeyCells {
  readonly merchant: string
  readonly operation: string
  readonly key: string
  readonly payment: string
  readonly state: string
  readonly version: number
}

export interface AccountCells {
  readonly merchant: string
  readonly account: string
  readonly currency: string
  readonly side: string
  readonly debitsPosted: bigint
  readonly creditsPosted: bigint
  readonly debitsPending: bigint
  readonly creditsPending: bigint
  readonly version: number
}

export interface EntryCells {
  readonly merchant: string
  readonly account: string
  readonly version: number
  readonly transaction: string
  readonly side: string
  readonly phase: string
  readonly amount: bigint
  readonly balance: bigint
  readonly pending: bigint
}

/** `[debit account, credit account, minor units as text, currency, phase]` */
export type PostingCells = readonly [debit: string, credit: string, amount: string, currency: string, phase: string]

export interface TransactionCells {
  readonly merchant: string
  readonly reference: string
  readonly subject: string
  readonly type: string
  readonly postings: readonly PostingCells[]
  readonly metadata: Readonly<Record<string, string>> | null
}

export interface EventCells {
  readonly merchant: string
  readonly subject: string
  readonly version: number
  readonly type: string
  readonly digest: Uint8Array
}

export interface InboxCells {
  readonly gateway: string
  readonly state: string
}

export interface MethodCells {
  readonly merchant: string
  readonly id: string
  readonly summary: { readonly network?: string }
}

export interface PayoutCells {
  readonly id: string
  readonly currency: string
  readonly state: string
}

export interface LineCells {
  readonly source: string
  readonly id: string
}

export interface RunCells {
  readonly source: string
  readonly counts: Readonly<Record<string, number>>
}

export interface BreakCells {
  readonly source: string
  readonly about: string
  readonly kind: string
  readonly state: string
  readonly why: string
}
