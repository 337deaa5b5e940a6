import { createHash, randomBytes } from 'node:crypto'
import {
  type AnyTable,
  append,
  type Change,
  claim,
  type Effect,
  type Guard,
  type Posting,
  post,
  replace,
} from '@florin/core/storage'
import {
  attempts,
  events,
  gatewayRefs,
  idempotencyKeys,
  ledgerTransactions,
  payments,
  paymentWinners,
} from './tables.ts'

type Cells = Readonly<Record<string, unknown>>

/** The three commits of a payment that is authorised and captured: the intent, the authorisation with the capture's intent, the capture. */
export interface Lifecycle {
  readonly changes: readonly [Change, Change, Change]
}

const MERCHANT = 'mer_1'
const AT = 1_760_000_000_000
const METHOD = { type: 'card', brand: 'visa', last4: '4242', bin: '424242' }
const SEALED = randomBytes(220) // a sealed request or token: nonce, tag and a little JSON

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()
const claimRow = (table: AnyTable, row: Cells): Guard => claim(table as never, row as never)
const appendRow = (table: AnyTable, row: Cells): Effect => append(table as never, row as never)
const mutable = (table: AnyTable, row: Cells): Cells =>
  Object.fromEntries(table.mutable.map((name: string) => [name, row[name]]))
const key = (table: AnyTable, row: Cells): Cells =>
  Object.fromEntries(table.key.map((name: string) => [name, row[name]]))
const replaceRow = (table: AnyTable, before: Cells, after: Cells): Guard =>
  replace(table, key(table, before) as never, before.version as number, mutable(table, after) as never)

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's, as in Florin's ids

/** Ids that sort by time, as Florin's do. */
const idOf = (prefix: string, n: number): string =>
  `${prefix}_${[...n.toString(32)]
    .map((digit) => DIGITS[Number.parseInt(digit, 32)])
    .join('')
    .padStart(26, '0')}`

const RECEIVABLE = { account: 'gateway/sandbox/main/receivable/EUR', side: 'debit', floor: null } as const
const PENDING = { account: 'merchant/pending/EUR', side: 'credit', floor: null } as const
const FEES = { account: 'platform/fees/EUR', side: 'credit', floor: null } as const

const HOLD: readonly Posting[] = [
  { debit: RECEIVABLE, credit: PENDING, amount: 4990n, currency: 'EUR', phase: 'pending' },
]
const CAPTURE: readonly Posting[] = [
  { debit: RECEIVABLE, credit: PENDING, amount: 4990n, currency: 'EUR', phase: 'settled' },
  { debit: PENDING, credit: FEES, amount: 150n, currency: 'EUR', phase: 'posted' },
]

const booking = (subject: string, reference: string, type: string, postings: readonly Posting[]): readonly Guard[] => [
  claimRow(ledgerTransactions, {
    merchant: MERCHANT,
    reference,
    subject,
    type,
    postings: postings.map((p) => [p.debit.account, p.credit.account, String(p.amount), p.currency, p.phase]),
    metadata: null,
    effectiveAt: AT,
    recordedAt: AT,
    digest: digest(reference),
  }),
  post(MERCHANT, reference, AT, postings),
]

const event = (subject: string, version: number, type: string, ledger: string | null): Effect =>
  appendRow(events, {
    merchant: MERCHANT,
    subject,
    version,
    id: `evt_${subject.slice(5)}${version}`,
    type,
    v: 1,
    at: AT,
    data: { amount: '49.90', currency: 'EUR', gateway: 'sandbox', method: METHOD },
    ledger: ledger === null ? null : digest(ledger),
    digest: digest(subject + version),
  })

const attemptRow = (payment: string, id: string, kind: string, parent: string | null): Cells => ({
  merchant: MERCHANT,
  payment,
  id,
  kind,
  origin: 'florin',
  gateway: 'sandbox',
  account: 'main',
  amount: 4990n,
  currency: 'EUR',
  parent,
  final: true,
  paymentMethod: null,
  routing: null,
  origination: null,
  createdAt: AT,
  state: 'sent',
  request: SEALED,
  gatewayId: null,
  awaits: null,
  action: null,
  decline: null,
  applied: null,
  expiresAt: null,
  queue: 'sandbox',
  due: AT + 90_000,
  tries: 1,
  replayedAt: null,
  factAt: null,
  updatedAt: AT,
  version: 1,
})

const paymentRow = (n: number): Cells => ({
  merchant: MERCHANT,
  id: idOf('pay', n),
  reference: `order-${n}`,
  round: 1,
  amount: 4990n,
  currency: 'EUR',
  capture: 'automatic',
  checkout: null,
  customer: null,
  details: SEALED,
  createdAt: AT,
  expiresAt: AT + 86_400_000,
  status: 'processing',
  closed: null,
  authorized: 0n,
  captured: 0n,
  capturePending: 0n,
  released: 0n,
  refunded: 0n,
  refundPending: 0n,
  disputed: 0n,
  disputeState: 'none',
  refunds: 0,
  method: METHOD,
  decline: null,
  settle: null,
  converted: 0n,
  authorizedUntil: null,
  parkedUntil: null,
  needsReview: null,
  reviews: 0,
  updatedAt: AT,
  version: 1,
})

const keyRow = (n: number, payment: string): Cells => ({
  merchant: MERCHANT,
  operation: 'payments.create',
  key: Buffer.from(digest(`key-${n}`)).toString('hex', 0, 16), // as hosts make them: in no order
  fingerprint: digest(`fingerprint-${n}`),
  payment,
  createdAt: AT,
  state: 'open',
  result: null,
  leaseUntil: AT + 90_000,
  version: 1,
})

const applied = (attempt: Cells, n: number): Cells => ({
  ...attempt,
  state: 'applied',
  gatewayId: `pi_${attempt.kind}_${n}`,
  applied: 4990n,
  queue: null,
  due: null,
  version: 2,
})

const refRow = (attempt: Cells, n: number): Cells => ({
  merchant: MERCHANT,
  gateway: 'sandbox',
  account: 'main',
  reference: `pi_${attempt.kind}_${n}`,
  attempt: attempt.id,
  payment: attempt.payment,
  kind: attempt.kind,
})

/** The n-th payment's changes: what Florin's flows commit, row for row. */
export const lifecycle = (n: number): Lifecycle => {
  const payment = paymentRow(n)
  const id = payment.id as string
  const charge = attemptRow(id, idOf('att', 2 * n), 'authorize', null)
  const capture = attemptRow(id, idOf('att', 2 * n + 1), 'capture', charge.id as string)
  const idempotency = keyRow(n, id)
  const authorized = { ...payment, status: 'authorized', authorized: 4990n, capturePending: 4990n, version: 2 }
  const captured = { ...authorized, status: 'succeeded', captured: 4990n, capturePending: 0n, version: 3 }
  return {
    changes: [
      {
        guards: [claimRow(idempotencyKeys, idempotency), claimRow(payments, payment)],
        effects: [appendRow(attempts, charge), event(id, 1, 'payment.created', null)],
      },
      {
        guards: [
          replaceRow(payments, payment, authorized),
          claimRow(paymentWinners, { merchant: MERCHANT, payment: id, attempt: charge.id }),
          replaceRow(attempts, charge, applied(charge, n)),
          ...booking(id, `${charge.id}/hold`, 'hold', HOLD),
        ],
        effects: [
          appendRow(gatewayRefs, refRow(charge, n)),
          appendRow(attempts, capture),
          event(id, 2, 'payment.authorized', `${charge.id}/hold`),
        ],
      },
      {
        guards: [
          replaceRow(payments, authorized, captured),
          replaceRow(attempts, capture, applied(capture, n)),
          replaceRow(idempotencyKeys, idempotency, { ...idempotency, state: 'done', result: SEALED, version: 2 }),
          ...booking(id, `${capture.id}/capture`, 'capture', CAPTURE),
        ],
        effects: [
          appendRow(gatewayRefs, refRow(capture, n)),
          event(id, 3, 'payment.captured', `${capture.id}/capture`),
        ],
      },
    ],
  }
}

/** One ledger transaction between two accounts of `accounts`, numbered. */
export const transfer = (n: number, accounts: number): Change => {
  const at = (account: number, side: 'debit' | 'credit') => ({
    account: `bench/${side}/${account}/EUR`,
    side,
    floor: null,
  })
  const picked = (n * 2_654_435_761) % accounts // Knuth's multiplicative hash: spread, and the same in every run
  const posting = { debit: at(picked, 'debit'), credit: at(picked, 'credit'), amount: 100n, currency: 'EUR' } as const
  return {
    guards: [...booking(`sub_${n}`, idOf('txn', n), 'transfer', [{ ...posting, phase: 'posted' }])],
    effects: [],
  }
}
