import { readEvents, type StreamEvent } from '../../events/index.ts'
import { isId, sameBytes } from '../../kernel/index.ts'
import { transactionsOf } from '../../ledger/index.ts'
import { type PaymentRow, payments } from '../../payments/index.ts'
import { breaks, type Finding, reconciliationPlaces } from '../../reconciliation/index.ts'
import { claim, type Guard, replace } from '../../records/index.ts'
import { accounts, entries } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { problemsWith } from '../verify/payments.ts'
import { verifyStorage } from '../verify/verify.ts'
import { findingsChange } from './findings.ts'
import { lookLater } from './swept-before.ts'

/** Under which source breaks of our own books stand. */
export const OWN = 'florin'

/** What a check of our own books looked at, and what is amiss. */
export interface CheckReport {
  readonly checked: number
  readonly problems: number
}

const PAGE = 200
const PAGES = 10 // a minute's check stays a small part of the minute; what is left, the next ones read
const LIGHT = 'light'

/**
 * Checks what has changed since the last check, by its place in the stream: each payment against its attempts, each event against the
 * transaction that it records, and each account that this touched against its newest entry. A break that a later check does not find again
 * ends by itself.
 */
export const checkChanges = async (context: FlowContext): Promise<CheckReport> => {
  let checked = 0
  let problems = 0
  for (let page = 0; page < PAGES; page++) {
    const [place] = await context.storage.load(reconciliationPlaces, [{ check: LIGHT }])
    const from = { partition: 0, position: place?.position ?? 0 }
    const { events, next } = await readEvents(context.storage, from, { limit: PAGE })
    if (events.length === 0) break
    const found = await problemsIn(context, events)
    const now = context.runtime.clock.now()
    const set = { position: next.position, updatedAt: now }
    const guard: Guard =
      place === undefined
        ? claim(reconciliationPlaces, { check: LIGHT, ...set, version: 1 })
        : replace(reconciliationPlaces, { check: LIGHT }, place.version, { ...set, version: place.version + 1 })
    const change = await findingsChange(context, OWN, found.findings, found.sound)
    const late = await lookLater(context, events)
    const all = { guards: [guard, ...change.guards], effects: [...change.effects, ...late] }
    const outcome = await context.committer.commit(all, { lane: 'recovery', merchant: OWN })
    if (!outcome.committed) break // another server checks the same stretch
    checked += events.length
    problems += found.findings.length
  }
  return { checked, problems }
}

/** What is amiss, and what was looked at and is not. */
interface Found {
  readonly findings: readonly Finding[]
  readonly sound: readonly string[]
}

const problemsIn = async (context: FlowContext, events: readonly StreamEvent[]): Promise<Found> => {
  const findings = new Map<string, Finding>()
  const sound = new Set<string>()
  const say = (about: string, merchant: string, what: string | null, payment: string | null): void => {
    if (what === null) return void sound.add(about)
    findings.set(about, findingOf(about, merchant, what, payment))
  }
  const subjects = new Map(events.map((event) => [`${event.merchant}\0${event.subject}`, event]))
  for (const { merchant, subject } of subjects.values()) {
    const mine = events.filter((event) => event.merchant === merchant && event.subject === subject)
    const payment = isId('pay', subject) ? subject : null
    if (payment !== null) say(`payment/${subject}`, merchant, await paymentProblem(context, merchant, subject), payment)
    const { what, touched } = await bookProblem(context, merchant, subject, mine)
    say(`books/${subject}`, merchant, what, payment)
    for (const account of touched)
      say(`account/${merchant}/${account}`, merchant, await accountProblem(context, merchant, account), null)
  }
  return { findings: [...findings.values()], sound: [...sound].filter((about) => !findings.has(about)) }
}

const findingOf = (about: string, merchant: string, why: string, payment: string | null): Finding => {
  const nothing = { currency: null, ours: null, theirs: null, line: null, attempt: null, suggestion: null }
  return { ...nothing, about, kind: 'inconsistent', merchant, payment, why: why.slice(0, 500) }
}

const TRIES = 3

/** A payment that does not follow from its attempts, refunds and disputes. */
const paymentProblem = async (context: FlowContext, merchant: string, id: string): Promise<string | null> => {
  const [row] = await context.storage.load(payments, [{ merchant, id: id as PaymentRow['id'] }])
  if (row === undefined) return `payment ${id} has events, and no row`
  const found = await problemsWith(context, row)
  return found.length === 0 ? null : `payment ${id}: ${found.join('; ')}`
}

/** Events that record no transaction that is there, and the accounts that the transactions moved. */
const bookProblem = async (
  { storage }: FlowContext,
  merchant: string,
  subject: string,
  events: readonly StreamEvent[],
): Promise<{ what: string | null; touched: ReadonlySet<string> }> => {
  const told = events.flatMap(({ ledger }) => (ledger === null ? [] : [ledger]))
  const touched = new Set<string>()
  if (told.length === 0) return { what: null, touched }
  const booked = await transactionsOf(storage, merchant, subject)
  let missing = 0
  for (const digest of told) {
    const row = booked.find((one) => sameBytes(one.digest, digest))
    if (row === undefined) missing += 1
    for (const [debit, credit] of row?.postings ?? []) touched.add(debit).add(credit)
  }
  const what = missing === 0 ? null : `${missing} events of ${subject} record transactions that are not in the books`
  return { what, touched }
}

/** An account whose balance is not that of its newest entry. */
const accountProblem = async ({ storage }: FlowContext, merchant: string, account: string): Promise<string | null> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const [row] = await storage.load(accounts, [{ merchant, account }])
    if (row === undefined) return `account ${account} has entries, and no balance`
    const query = { index: 'key', equals: { merchant, account }, from: row.version, to: row.version, limit: 1 } as const
    const [entry] = (await storage.find(entries, query)).rows
    const balance = row.side === 'debit' ? row.debitsPosted - row.creditsPosted : row.creditsPosted - row.debitsPosted
    if (entry !== undefined && entry.balance === balance) return null
  }
  return `account ${account} has another balance than its newest entry`
}

/**
 * Checks everything: chain, books and payments, as `verify` does, with a break for each problem that it lists. Breaks of earlier checks that
 * are not found again end.
 */
export const checkAll = async (context: FlowContext): Promise<CheckReport> => {
  const { storage, runtime } = context
  const { chain, ledger, payments } = await verifyStorage(storage, { random: runtime.random })
  const findings: Finding[] = [
    ...chain.problems.map((one) =>
      findingOf(`chain/${one.kind}/${one.position ?? one.subject ?? ''}`, OWN, one.detail, null),
    ),
    ...ledger.problems.map((one) =>
      findingOf(`ledger/${one.kind}/${one.message.slice(0, 120)}`, one.merchant, one.message, null),
    ),
    ...payments.problems.map((one) =>
      findingOf(`payment/${one.payment}`, one.merchant, `payment ${one.payment}: ${one.what}`, one.payment),
    ),
  ]
  const bad = new Set(findings.map(({ about }) => about))
  const sound: string[] = []
  // What is listed is cut off where there is too much of it: then nothing is known to be sound.
  const isWhole = chain.problemCount + ledger.problemCount + payments.problemCount === findings.length
  if (isWhole) {
    for await (const page of storage.scan(breaks, { index: 'open', equals: { open: 'open' } })) {
      for (const { source, about } of page) if (source === OWN && !bad.has(about)) sound.push(about)
    }
  }
  const change = await findingsChange(context, OWN, findings, sound)
  if (change.guards.length > 0) await context.committer.commit(change, { lane: 'recovery', merchant: OWN })
  const checked = chain.events + ledger.checked.transactions + payments.payments
  return { checked, problems: findings.length }
}
