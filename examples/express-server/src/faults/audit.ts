import { createFlorin, type Florin, type PaymentView, parseAmount, type TimelineView } from '@florin/core'
import { type Books, type ChargeBooks, type CurrencyBooks, type EffectCount, sandbox } from '@florin/testkit'
import { openKeys, openStorage } from '../open-storage.ts'
import type { StorageSettings } from '../storage-settings.ts'
import type { Acknowledged } from './buyer.ts'

/** What the acquirer says, when asked for its books. */
export interface AcquirerSays {
  readonly books: Books
  readonly effects: readonly EffectCount[]
}

/** What an audit compares. */
export interface AuditParts {
  readonly storage: StorageSettings
  readonly merchant: string
  readonly sandboxUrl: string
  readonly acknowledged: readonly Acknowledged[]
  /** The acquirer's books, and how often each of our references had an effect. */
  readonly ask: (references: readonly string[]) => Promise<AcquirerSays>
}

/** What an audit found. */
export interface AuditReport {
  readonly payments: number
  readonly charges: number
  readonly events: number
  readonly transactions: number
  readonly problems: readonly string[]
}

interface Told {
  readonly payment: PaymentView
  readonly timeline: TimelineView
}

const readAll = async ({ payments }: Florin): Promise<Told[]> => {
  const told: Told[] = []
  let after: string | undefined
  do {
    const page = await payments.list({ limit: 100, ...(after !== undefined && { after }) })
    for (const payment of page.data) told.push({ payment, timeline: await payments.timeline(payment.id) })
    after = page.next
  } while (after !== undefined)
  return told
}

const attemptsOf = ({ timeline }: Told): ReadonlySet<string> =>
  new Set(timeline.entries.map(({ data }) => data.attempt).filter((id) => typeof id === 'string'))

// A reversal is repeated until there is proof, and releases nothing the second time.
const REVERSALS = new Set(['payment.cancel_requested', 'attempt.reversal_requested'])
const reversalsOf = ({ timeline }: Told): ReadonlySet<unknown> =>
  new Set(timeline.entries.filter(({ type }) => REVERSALS.has(type)).map(({ data }) => data.attempt))

const minor = (payment: PaymentView, amount: string): bigint => parseAmount(amount, payment.currency)

/** One payment, and the charges that were made for it. */
const comparePayment = ({ payment }: Told, charges: readonly ChargeBooks[]): string[] => {
  const problems: string[] = []
  const name = `${payment.reference} (${payment.status})`
  const sum = (of: 'captured' | 'refunded' | 'held'): bigint => charges.reduce((total, one) => total + one[of], 0n)
  const same = (what: string, ours: string, theirs: bigint): void => {
    if (minor(payment, ours) !== theirs) problems.push(`${name}: ${what} is ${ours} here and ${theirs} at the acquirer`)
  }
  same('captured', payment.captured, sum('captured'))
  same('refunded', payment.refunded, sum('refunded'))
  same('held', payment.capturable, sum('held'))
  const withMoney = charges.filter(({ held, captured }) => held + captured > 0n).length
  const wanted = ['succeeded', 'authorized'].includes(payment.status) ? 1 : 0
  if (withMoney !== wanted) problems.push(`${name}: ${withMoney} charges carry money, and ${wanted} should`)
  if (payment.status === 'processing') problems.push(`${name}: is still processing`)
  return problems
}

const compareCharges = (all: readonly Told[], charges: readonly ChargeBooks[]): string[] => {
  const byReference = Map.groupBy(charges, ({ reference }) => reference)
  const problems: string[] = []
  for (const told of all) {
    const own = [...attemptsOf(told)].flatMap((attempt) => byReference.get(attempt) ?? [])
    for (const attempt of attemptsOf(told)) byReference.delete(attempt)
    problems.push(...comparePayment(told, own))
  }
  for (const reference of byReference.keys())
    problems.push(`the acquirer has a charge ${reference} that nobody ordered`)
  return problems
}

const compareLedger = async ({ ledger }: Florin, currency: string, at: CurrencyBooks): Promise<string[]> => {
  const { data } = await ledger.balances({ currency })
  const problems: string[] = []
  const same = (account: string, column: 'posted' | 'pending', theirs: bigint): void => {
    const ours = parseAmount(data.find((one) => one.account === account)?.[column] ?? '0', currency)
    if (ours !== theirs) problems.push(`ledger: ${account} has ${ours} ${column}, and the acquirer says ${theirs}`)
  }
  same(`gateway/sandbox/default/receivable/${currency}`, 'posted', at.captured - at.refunded - at.fees)
  same(`gateway/sandbox/default/receivable/${currency}`, 'pending', at.held)
  same(`gateway/sandbox/default/costs/${currency}`, 'posted', at.fees)
  same(`merchant/pending/${currency}`, 'posted', at.captured - at.refunded)
  return problems
}

/** What was acknowledged must still be there, whatever was killed since. Money only grows, and paid stays paid. */
export const compareAcknowledged = (before: Acknowledged, now: PaymentView): string[] => {
  const problems: string[] = []
  const say = (what: string): void => void problems.push(`${before.reference}: ${what}`)
  if (before.status === 'succeeded' && now.status !== 'succeeded') say(`was succeeded and is ${now.status}`)
  if (minor(now, now.captured) < minor(now, before.captured))
    say(`had ${before.captured} captured, has ${now.captured}`)
  if (minor(now, now.refunded) < minor(now, before.refunded))
    say(`had ${before.refunded} refunded, has ${now.refunded}`)
  return problems
}

const compareReferences = (all: readonly Told[], acknowledged: readonly Acknowledged[]): string[] => {
  const problems: string[] = []
  const byId = new Map(all.map(({ payment }) => [payment.id, payment]))
  for (const before of acknowledged) {
    const now = byId.get(before.id)
    if (now === undefined) problems.push(`${before.reference}: was acknowledged as ${before.id}, which is gone`)
    else problems.push(...compareAcknowledged(before, now))
  }
  for (const [reference, group] of Map.groupBy(all, ({ payment }) => payment.reference)) {
    if (group.length > 1) problems.push(`${reference}: has ${group.length} payments`)
  }
  return problems
}

const compareEffects = async (all: readonly Told[], ask: AuditParts['ask']): Promise<[AcquirerSays, string[]]> => {
  const references = all.flatMap((told) => {
    const reversals = reversalsOf(told)
    return [...attemptsOf(told)].filter((attempt) => !reversals.has(attempt))
  })
  const says = await ask(references)
  const twice = references.filter((_, index) => (says.effects[index]?.effects ?? 0) > 1)
  return [says, twice.map((reference) => `${reference}: had an effect more than once`)]
}

/** Nothing in a fault run is for a person: what is shown to one, with the reason and what happened before. */
const findReviews = async ({ reviews }: Florin, all: readonly Told[]): Promise<string[]> => {
  const shown = all.filter(({ payment }) => payment.needsReview)
  return Promise.all(
    shown.map(async ({ payment, timeline }) => {
      const { reason } = await reviews.get(payment.id)
      const story = timeline.entries.map(({ at, type, data }) => `${at} ${type} ${JSON.stringify(data)}`)
      return [`${payment.reference} (${payment.status}): needs review: ${reason}`, ...story].join('\n    ')
    }),
  )
}

const audit = async (florin: Florin, parts: AuditParts): Promise<AuditReport> => {
  const all = await readAll(florin)
  const [{ books }, problems] = await compareEffects(all, parts.ask)
  problems.push(...compareCharges(all, books.charges), ...compareReferences(all, parts.acknowledged))
  problems.push(...(await findReviews(florin, all)))
  for (const [currency, at] of Object.entries(books.currencies)) {
    problems.push(...(await compareLedger(florin, currency, at)))
  }
  const { chain, ledger, payments, ok } = await florin.verify()
  if (!ok)
    for (const problem of [...chain.problems, ...ledger.problems, ...payments.problems])
      problems.push(`verify: ${JSON.stringify(problem)}`)
  return {
    payments: all.length,
    charges: books.charges.length,
    events: chain.events,
    transactions: ledger.checked.transactions,
    problems,
  }
}

/**
 * Opens the servers' database beside them, and compares payment by payment and account by account what Florin believes, what it promised, and
 * what the acquirer did. Money must be at rest.
 */
export const runAudit = async (parts: AuditParts): Promise<AuditReport> => {
  const florin = await createFlorin({
    storage: await openStorage(parts.storage),
    gateways: { sandbox: sandbox({ baseUrl: parts.sandboxUrl, apiKey: 'sandbox_default' }) },
    keys: openKeys(parts.storage),
    defaultMerchant: parts.merchant,
  })
  try {
    return await audit(florin, parts)
  } finally {
    await florin.close()
  }
}
