import { type PaymentView, parseAmount, type TimelineView } from '@florin/core'
import type { ApiClient } from '../api-client.ts'
import type { ToldCharge } from '../provider/control.ts'
import type { Endpoint } from './endpoint.ts'

/** What an audit found. */
export interface OutageAudit {
  readonly payments: number
  /** In both providers' books. */
  readonly charges: number
  /** Charges that went on at the other provider, by why. */
  readonly failovers: Readonly<Record<string, number>>
  /** Nothing, if Florin keeps its promises. */
  readonly problems: readonly string[]
}

interface Told {
  readonly payment: PaymentView
  readonly timeline: TimelineView
}

interface Charge extends ToldCharge {
  readonly gateway: Endpoint['name']
}

const CURRENCY = 'EUR' // of all orders

const minor = (amount: string): bigint => parseAmount(amount, CURRENCY)
const sumOf = (charges: readonly Charge[], of: (one: Charge) => bigint): bigint =>
  charges.reduce((total, one) => total + of(one), 0n)
const captured = (one: Charge): bigint => minor(one.captured)
const refunded = (one: Charge): bigint => minor(one.refunded)
const held = (one: Charge): bigint => minor(one.authorized) - captured(one)

const ENDS: readonly string[] = ['succeeded', 'declined', 'canceled', 'expired']

const comparePayment = ({ payment }: Told, charges: readonly Charge[]): string[] => {
  const problems: string[] = []
  const say = (what: string): void => void problems.push(`${payment.reference} (${payment.status}): ${what}`)
  const same = (what: string, ours: string, theirs: bigint): void => {
    if (minor(ours) !== theirs) say(`${what} is ${ours} here and ${theirs} minor units at the providers`)
  }
  same('captured', payment.captured, sumOf(charges, captured))
  same('refunded', payment.refunded, sumOf(charges, refunded))
  same('held', payment.capturable, sumOf(charges, held))
  const kept = charges.filter((one) => held(one) + captured(one) > 0n)
  const wanted = payment.status === 'succeeded' ? 1 : 0
  if (kept.length !== wanted) say(`${kept.length} charges carry money, and ${wanted} should`)
  if (kept.some(({ gateway }) => gateway !== payment.gateway)) say(`names ${payment.gateway}, which has no money of it`)
  if (!ENDS.includes(payment.status)) say('has come to no end')
  if (payment.needsReview) say('needs review')
  return problems
}

const compareCharges = (all: readonly Told[], charges: readonly Charge[]): string[] => {
  const byReference = Map.groupBy(charges, ({ reference }) => reference)
  const problems: string[] = []
  for (const told of all) {
    const references = told.timeline.attempts.map(({ id }) => id)
    problems.push(
      ...comparePayment(
        told,
        references.flatMap((each) => byReference.get(each) ?? []),
      ),
    )
    for (const each of references) byReference.delete(each)
  }
  for (const reference of byReference.keys()) problems.push(`a provider has a charge ${reference} that nobody ordered`)
  return problems
}

/** The ledger's accounts about a provider, against that provider's own books; and the merchant's, against both. */
const compareLedger = async (api: ApiClient, charges: readonly Charge[]): Promise<string[]> => {
  const { data } = await api.balances()
  const sum = (pattern: RegExp, column: 'posted' | 'pending'): bigint =>
    data
      .filter(({ account, currency }) => currency === CURRENCY && pattern.test(account))
      .reduce((total, one) => total + minor(one[column]), 0n)
  const problems: string[] = []
  const same = (what: string, ours: bigint, theirs: bigint): void => {
    if (ours !== theirs) problems.push(`ledger: ${what} is ${ours} minor units here and ${theirs} at the providers`)
  }
  for (const gateway of ['stripe', 'adyen']) {
    const own = charges.filter((one) => one.gateway === gateway)
    const net = sumOf(own, captured) - sumOf(own, refunded)
    // What the provider keeps of it is a cost that it told of.
    same(`what ${gateway} owes`, sum(new RegExp(`^gateway/${gateway}/[^/]+/(receivable|costs)/`), 'posted'), net)
    same(`what ${gateway} holds`, sum(new RegExp(`^gateway/${gateway}/[^/]+/receivable/`), 'pending'), sumOf(own, held))
  }
  same(
    'the merchant’s money',
    sum(/^merchant\/pending\//, 'posted'),
    sumOf(charges, captured) - sumOf(charges, refunded),
  )
  same('suspense', sum(/suspense/, 'posted'), 0n)
  return problems
}

/** What the shop's page proves with a button: attempts, ledger and the chain of events agree. */
const verify = async (shop: string): Promise<string[]> => {
  const headers = { 'florin-shop': 'page' }
  const opened = await fetch(`${shop}/shop/session`, { method: 'POST', headers })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const response = await fetch(`${shop}/shop/verify`, { headers: { ...headers, cookie } })
  const report = (await response.json()) as { readonly ok?: boolean }
  return report.ok === true ? [] : [`verify: ${JSON.stringify(report)}`]
}

const tellAll = async (api: ApiClient, payments: readonly string[]): Promise<Told[]> => {
  const told: Told[] = []
  for (const id of payments) told.push({ payment: await api.payment(id), timeline: await api.timeline(id) })
  return told
}

/** Compares what the shop believes of these payments with both providers' own books, charge by charge and account by account. */
export const auditOutage = async (
  shop: string,
  api: ApiClient,
  payments: readonly string[],
  endpoints: readonly Endpoint[],
): Promise<OutageAudit> => {
  const all = await tellAll(api, payments)
  const books = await Promise.all(
    endpoints.map(async ({ name, books: read }) => (await read()).map((one): Charge => ({ ...one, gateway: name }))),
  )
  const charges = books.flat()
  const problems = [...compareCharges(all, charges), ...(await compareLedger(api, charges)), ...(await verify(shop))]
  const failovers: Record<string, number> = {}
  for (const { timeline } of all)
    for (const { because } of timeline.attempts)
      if (because !== undefined) failovers[because] = (failovers[because] ?? 0) + 1
  return { payments: all.length, charges: charges.length, failovers, problems }
}
