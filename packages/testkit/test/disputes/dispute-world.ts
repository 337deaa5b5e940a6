import type { DisputeDetails, PaymentView } from '@florin/core'
import type { NewDispute, WireDispute } from '@florin/testkit'
import { expect } from 'vitest'
import { auditAlways } from '../audit.ts'
import { type AccountCells, rows } from '../rows.ts'
import { type World, type WorldOptions, world } from '../world.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** A world with one captured payment of 100 euros, and webhooks that arrive. */
export const captured = async (
  more: WorldOptions & { readonly pay?: Parameters<World['pay']>[0] } = {},
): Promise<{ w: World; payment: PaymentView; charge: string }> => {
  const { pay, ...options } = more
  const w = await world({ webhooks: true, ...options })
  const payment = await w.pay(pay)
  await w.advance(10)
  return { w, payment, charge: w.acquirer.books().charges[0]?.id ?? '' }
}

/** A bank disputes the charge, and the webhook has arrived. */
export const dispute = async (w: World, charge: string, what: NewDispute = {}): Promise<WireDispute> => {
  const opened = w.acquirer.dashboard.openDispute(charge, what)
  await settle(w)
  return opened
}

/** Lets webhooks arrive and due jobs run. */
export const settle = async (w: World): Promise<void> => {
  await w.advance(10)
  await w.tick()
  await w.advance(10)
}

/** The one dispute that there is. */
export const only = async (w: World): Promise<DisputeDetails> => {
  const { data } = await w.run(w.florin.disputes.list())
  expect(data).toHaveLength(1)
  return w.run(w.florin.disputes.get(data[0]?.id ?? ''))
}

/** Balances on their normal sides, by account, in minor units; those at zero are left out. */
export const balances = async (w: World): Promise<Record<string, bigint>> => {
  const all = await rows<AccountCells & { side: 'debit' | 'credit' }>(w.inner, 'accounts')
  const found = all.map((one): [string, bigint] => {
    const debits = one.debitsPosted - one.creditsPosted
    return [one.account.replace('gateway/sandbox/default/', ''), one.side === 'debit' ? debits : -debits]
  })
  return Object.fromEntries(found.filter(([, balance]) => balance !== 0n))
}

export const FROZEN = 'merchant/frozen/EUR'
export const PENDING = 'merchant/pending/EUR'
export const OWED = 'receivable/EUR'
export const WITHHELD = 'disputed/EUR'
export const COSTS = 'costs/EUR'

/** What holds at any moment, and what the acquirer and the books say of disputes. */
export const auditDisputes = async (w: World): Promise<void> => {
  await auditAlways(w)
  const books = w.acquirer.books().currencies.EUR
  const ours = await balances(w)
  const fees = books === undefined ? 0n : books.fees
  expect(ours[COSTS] ?? 0n).toBe(fees)
  // What the gateway owes us, by its own books: captured, less refunds, disputes and fees.
  const owed = books === undefined ? 0n : books.captured - books.refunded - books.disputed - books.fees
  expect(ours[OWED] ?? 0n).toBe(owed)
}

export const types = (details: Pick<DisputeDetails, 'timeline'>): readonly string[] =>
  details.timeline.map((entry) => entry.type)

export const PDF = Buffer.from('%PDF-1.7 a receipt')
export const file = (kind = 'receipt', bytes: Uint8Array = PDF) => ({
  ...{ kind, name: `${kind}.pdf`, contentType: 'application/pdf' as const },
  bytes,
})
