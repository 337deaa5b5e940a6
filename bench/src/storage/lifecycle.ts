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
const KNOWN = { type: 'card', network: 'visa', bin: '424242', last4: '4242' } // once the gateway has told
const ROUTING = {
  ...{ v: 1, at: AT, rule: null, by: 'score', explored: false, method: 'card', refused: [] },
  candidates: [{ gateway: 'sandbox', account: 'main', score: [0.9294, 0.9048, 0.9231, 1] }],
}
const DUE = AT + 15_000
const SEALED = randomBytes(220) // a sealed request or token: nonce, tag and a little JSON; real ones are longer, up to 700 bytes

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
const FEE_RULE = { feeRule: 'configured' }

/** A ledger transaction: what it is about, what it is called, and what moves. */
interface Booking {
  readonly subject: string
  readonly reference: string
  readonly type: string
  readonly postings: readonly Posting[]
  readonly metadata?: Readonly<Record<string, string>>
}

const booking = ({ subject, reference, type, postings, metadata }: Booking): readonly Guard[] => [
  claimRow(ledgerTransactions, {
    merchant: MERCHANT,
    reference,
    subject,
    type,
    postings: postings.map((p) => [p.debit.account, p.credit.account, String(p.amount), p.currency, p.phase]),
    metadata: metadata ?? null,
    effectiveAt: AT,
    recordedAt: AT,
    digest: digest(reference),
  }),
  post(MERCHANT, reference, AT, postings),
]

/** What an event says of an attempt, and how it is chained to the ledger. */
interface Told {
  readonly version: number
  readonly type: string
  readonly attempt: string
  readonly data: Cells
  readonly ledger?: string
}

const event = (subject: string, { version, type, attempt, data, ledger }: Told): Effect =>
  appendRow(events, {
    merchant: MERCHANT,
    subject,
    version,
    id: `evt_${subject.slice(5)}${version}`,
    type,
    v: 1,
    at: AT,
    data: { attempt, gateway: 'sandbox', account: 'main', amount: '49.90', currency: 'EUR', ...data },
    ledger: ledger === undefined ? null : digest(ledger),
    digest: digest(subject + version),
  })

const attemptRow = (n: number, id: string, kind: string, parent: string | null): Cells => ({
  merchant: MERCHANT,
  payment: idOf('pay', n),
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
  routing: parent === null ? ROUTING : null,
  origination: ['payments.create', keyOf(n)],
  createdAt: AT,
  state: 'sent',
  request: SEALED,
  gatewayId: null,
  awaits: null,
  action: null,
  decline: null,
  applied: null,
  expiresAt: null,
  queue: `sandbox ${String(DUE).padStart(16, '0')}`,
  due: DUE,
  tries: 0,
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
  method: { type: 'card' },
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

/** The n-th payment's idempotency key. As hosts make them: in no order. */
export const keyOf = (n: number): string => Buffer.from(digest(`key-${n}`)).toString('hex', 0, 16)

const keyRow = (n: number, payment: string): Cells => ({
  merchant: MERCHANT,
  operation: 'payments.create',
  key: keyOf(n),
  fingerprint: digest(`fingerprint-${n}`),
  payment,
  createdAt: AT,
  state: 'open',
  result: null,
  leaseUntil: AT + 11_000,
  version: 1,
})

const gatewayIdOf = ({ kind }: Cells, n: number): string => `zg_${kind}_${n}`

const applied = (attempt: Cells, n: number): Cells => ({
  ...attempt,
  state: 'applied',
  gatewayId: gatewayIdOf(attempt, n),
  applied: 4990n,
  queue: null,
  due: null,
  version: 2,
})

const refRow = (attempt: Cells, n: number): Cells => ({
  merchant: MERCHANT,
  gateway: 'sandbox',
  account: 'main',
  reference: gatewayIdOf(attempt, n),
  attempt: attempt.id,
  payment: attempt.payment,
  kind: attempt.kind,
})

/** The n-th payment's changes: what Florin's flows commit, row for row, for a merchant who pays a fee (the test holds them to it). */
export const lifecycle = (n: number): Lifecycle => {
  const payment = paymentRow(n)
  const subject = payment.id as string
  const charge = idOf('att', 2 * n)
  const capture = idOf('att', 2 * n + 1)
  const charged = attemptRow(n, charge, 'authorize', null)
  const capturing = attemptRow(n, capture, 'capture', charge)
  const idempotency = keyRow(n, subject)
  const counted = { authorized: 4990n, capturePending: 4990n, authorizedUntil: AT + 604_800_000 }
  const authorized = { ...payment, ...counted, method: KNOWN, version: 2 }
  const done = { status: 'succeeded', captured: 4990n, capturePending: 0n, authorizedUntil: null }
  const captured = { ...authorized, ...done, version: 3 }
  const answered = { ...idempotency, state: 'done', result: SEALED, leaseUntil: 0, version: 2 }
  const hold = { subject, reference: `${charge}/authorize`, type: 'authorize', postings: HOLD }
  const booked = { subject, reference: `${capture}/capture`, type: 'capture', postings: CAPTURE, metadata: FEE_RULE }
  const created = { version: 1, type: 'payment.created', attempt: charge }
  const held = { version: 2, type: 'payment.authorized', attempt: charge, ledger: hold.reference }
  const taken = { version: 3, type: 'payment.captured', attempt: capture, ledger: booked.reference }
  return {
    changes: [
      {
        guards: [claimRow(idempotencyKeys, idempotency), claimRow(payments, payment)],
        effects: [
          appendRow(attempts, charged),
          event(subject, { ...created, data: { reference: payment.reference, capture: 'automatic' } }),
        ],
      },
      {
        guards: [
          replaceRow(payments, payment, authorized),
          replaceRow(attempts, charged, applied(charged, n)),
          claimRow(paymentWinners, { merchant: MERCHANT, payment: subject, attempt: charge }),
          ...booking(hold),
        ],
        effects: [
          appendRow(gatewayRefs, refRow(charged, n)),
          appendRow(attempts, capturing),
          event(subject, { ...held, data: { authorized: '49.90' } }),
        ],
      },
      {
        guards: [
          replaceRow(payments, authorized, captured),
          replaceRow(attempts, capturing, applied(capturing, n)),
          ...booking(booked),
          replaceRow(idempotencyKeys, idempotency, answered),
        ],
        effects: [
          appendRow(gatewayRefs, refRow(capturing, n)),
          event(subject, { ...taken, data: { captured: '49.90', final: true, fee: '1.50', ...FEE_RULE } }),
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
    guards: booking({
      subject: `sub_${n}`,
      reference: idOf('txn', n),
      type: 'transfer',
      postings: [{ ...posting, phase: 'posted' }],
    }),
    effects: [],
  }
}
