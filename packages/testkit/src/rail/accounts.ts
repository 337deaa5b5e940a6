/** Bank accounts of beneficiaries at which the sandbox bank behaves in a way of its own; any other is paid at once. */
export const SANDBOX_BANK_ACCOUNTS = Object.freeze({
  /** Paid at once. */
  pays: 'DE89370400440532013000',
  /** Refused at the door: `AC04`, the account is closed. */
  rejects: 'DE41370400440000000001',
  /** Accepted, and executed a day later. */
  delays: 'DE14370400440000000002',
  /** Paid, and returned a day later: `AC04`. */
  bounces: 'DE84370400440000000003',
  /** Accepted, and refused a day later: `MS03`, no reason given. */
  fails: 'DE57370400440000000004',
})

/** What the sandbox bank does with a transfer to an account. Spans are milliseconds from its acceptance; null: never. */
export interface Behaviour {
  readonly refuse: string | null
  readonly executeAfterMs: number
  readonly failAfterMs: number | null
  readonly returnAfterMs: number | null
  readonly code: string
}

const DAY_MS = 86_400_000
const PAYS: Behaviour = { refuse: null, executeAfterMs: 0, failAfterMs: null, returnAfterMs: null, code: '' }

const SPECIAL: ReadonlyMap<string, Behaviour> = new Map([
  [SANDBOX_BANK_ACCOUNTS.rejects, { ...PAYS, refuse: 'AC04' }],
  [SANDBOX_BANK_ACCOUNTS.delays, { ...PAYS, executeAfterMs: DAY_MS }],
  [SANDBOX_BANK_ACCOUNTS.bounces, { ...PAYS, returnAfterMs: DAY_MS, code: 'AC04' }],
  [SANDBOX_BANK_ACCOUNTS.fails, { ...PAYS, executeAfterMs: 2 * DAY_MS, failAfterMs: DAY_MS, code: 'MS03' }],
])

export const behaviourOf = (iban: string): Behaviour => SPECIAL.get(iban) ?? PAYS
