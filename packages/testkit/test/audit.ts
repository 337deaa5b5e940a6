import { expect } from 'vitest'
import { type AccountCells, type AttemptCells, type ObligationCells, type PaymentCells, rows } from './rows.ts'
import type { World } from './world.ts'

/** What an audit looks at: one Florin and its storage, and every acquirer behind it. */
export type Audited = Pick<World, 'inner' | 'acquirers' | 'advance' | 'tick'> & {
  readonly florin: Pick<World['florin'], 'verify'>
}

const OPEN = new Set(['sent', 'unknown'])

/** What is still on its way: empty once everything is resolved and every duty to reverse is discharged. */
export const unsettled = async ({ inner }: Pick<Audited, 'inner'>): Promise<readonly string[]> => {
  const attempts = await rows<AttemptCells>(inner, 'attempts')
  const obligations = await rows<ObligationCells>(inner, 'obligations')
  const inbox = await rows<{ state: string }>(inner, 'webhook_inbox')
  return [
    ...attempts
      .filter((one) => OPEN.has(one.state) || (one.state === 'pending' && one.awaits === 'gateway'))
      .map((one) => `${one.kind} is ${one.state}`),
    ...obligations.filter((one) => one.proof === null).map((one) => `${one.attempt} is to be reversed`),
    ...inbox.filter((one) => one.state === 'waiting').map(() => 'a webhook waits'),
  ]
}

const FIRST_STEP_MS = 16_000
const MOST_STEPS = 14

/** Heals everything, and lets time pass and recovery work until nothing is on its way: at most about three days. */
export const recover = async (world: Audited): Promise<void> => {
  for (const acquirer of world.acquirers) {
    acquirer.clearFaults()
    acquirer.resume()
  }
  for (let step = 0; step < MOST_STEPS; step++) {
    await world.tick()
    if ((await unsettled(world)).length === 0) return
    await world.advance(FIRST_STEP_MS * 2 ** step)
  }
}

/** Nothing may be on its way any more: then everything that Florin promises about money holds (FAILURES 6). */
export const audit = async (world: Audited): Promise<void> => {
  expect(await unsettled(world)).toEqual([])
  await auditBooks(world)
  await auditPayments(world)
}

/** What holds at any moment: the books balance, the chain verifies, projections follow, nothing is below zero. */
export const auditAlways = async (world: Audited): Promise<void> => {
  const { chain, ledger, payments } = await world.florin.verify()
  expect({ chain: chain.problems, ledger: ledger.problems, payments: payments.problems }).toEqual({
    chain: [],
    ledger: [],
    payments: [],
  })
  for (const payment of await rows<PaymentCells>(world.inner, 'payments')) {
    const { authorized, captured, capturePending, released, refunded, refundPending } = payment
    for (const amount of [authorized, captured, capturePending, released, refunded, refundPending]) {
      expect(amount).toBeGreaterThanOrEqual(0n)
    }
    if (payment.needsReview !== null) continue // a report may have gone beyond what our commands may do (FAILURES 2.20)
    expect(captured + capturePending + released).toBeLessThanOrEqual(authorized)
    expect(refunded + refundPending).toBeLessThanOrEqual(captured)
  }
}

const NOTHING = { captured: 0n, refunded: 0n, held: 0n }
type Sums = Record<string, typeof NOTHING>
type Posted = readonly [debit: string, credit: string, amount: string, currency: string, phase: string]

const isOwed = (account: string): boolean => account.startsWith('gateway/') && account.includes('/receivable/')

/** What the ledger's transactions say was taken, given back, and is still held, by currency. */
const ledgerSums = async ({ inner }: Audited): Promise<Sums> => {
  const sums: Sums = {}
  const add = (currency: string, name: keyof typeof NOTHING, amount: bigint): void => {
    const sum = sums[currency] ?? NOTHING
    sums[currency] = { ...sum, [name]: sum[name] + amount }
  }
  for (const { type, postings } of await rows<{ type: string; postings: readonly Posted[] }>(
    inner,
    'ledger_transactions',
  )) {
    if (type.startsWith('dispute')) continue // what it takes is neither captured nor refunded
    const takesBack = type.endsWith('_undone') // a compensating transaction moves what the first one did, the other way
    const [captured, refunded] = takesBack ? (['refunded', 'captured'] as const) : (['captured', 'refunded'] as const)
    const sign = takesBack ? -1n : 1n
    for (const [debit, credit, text, currency, phase] of postings) {
      const amount = BigInt(text)
      const posted = phase === 'posted' || phase === 'settled'
      if (isOwed(debit) && posted) add(currency, captured, sign * amount)
      if (isOwed(debit) && phase === 'pending') add(currency, 'held', amount)
      if (isOwed(debit) && (phase === 'settled' || phase === 'voided')) add(currency, 'held', -amount)
      if (isOwed(credit) && posted && !debit.includes('/costs/')) add(currency, refunded, sign * amount)
    }
  }
  return sums
}

/** The acquirers' books and Florin's ledger say the same, by currency (invariant 1), and the ledger sums to zero (7). */
const auditBooks = async (world: Audited): Promise<void> => {
  await auditAlways(world)
  const ours = await ledgerSums(world)
  const theirs: Sums = {}
  // An orphaned authorisation was held there and never booked here: by now it is released.
  for (const acquirer of world.acquirers) {
    for (const [currency, { captured, refunded, held }] of Object.entries(acquirer.books().currencies)) {
      const sum = theirs[currency] ?? NOTHING
      theirs[currency] = {
        captured: sum.captured + captured,
        refunded: sum.refunded + refunded,
        held: sum.held + held,
      }
    }
  }
  for (const currency of Object.keys({ ...ours, ...theirs })) {
    expect({ currency, ...(ours[currency] ?? NOTHING) }).toEqual({ currency, ...(theirs[currency] ?? NOTHING) })
  }
  const accounts = await rows<AccountCells>(world.inner, 'accounts')
  expect(accounts.reduce((sum, one) => sum + one.debitsPosted - one.creditsPosted, 0n)).toBe(0n)
}

const GONE = new Set(['declined', 'canceled', 'expired'])

/** One net capture a payment, by its winner; nothing is kept for a payment that did not succeed (invariants 2, 3, 12). */
const auditPayments = async (world: Audited): Promise<void> => {
  const attempts = await rows<AttemptCells>(world.inner, 'attempts')
  const winners = new Map(
    (await rows<{ payment: string; attempt: string }>(world.inner, 'payment_winners')).map((one) => [
      one.payment,
      one.attempt,
    ]),
  )
  const byReference = new Map(attempts.map((one) => [one.id, one]))
  const charges = world.acquirers.flatMap((acquirer) => acquirer.books().charges)
  for (const payment of await rows<PaymentCells>(world.inner, 'payments')) {
    const mine = charges.filter((charge) => byReference.get(charge.reference)?.payment === payment.id)
    const kept = mine.filter((charge) => charge.captured - charge.refunded > 0n || charge.held > 0n)
    if (GONE.has(payment.status))
      expect({ payment: payment.status, kept }).toEqual({ payment: payment.status, kept: [] })
    expect(kept.length).toBeLessThanOrEqual(1)
    for (const charge of kept) expect(charge.reference).toBe(winners.get(payment.id))
    const captured = mine.filter((one) => one.reference === winners.get(payment.id)).map((one) => one.captured)
    expect(captured.reduce((sum, one) => sum + one, 0n)).toBe(payment.captured)
  }
  for (const attempt of attempts) {
    // An attempt may be asked for often, and takes effect once.
    const effects = world.acquirers.reduce((sum, acquirer) => sum + acquirer.effects(attempt.id).effects, 0)
    expect({ kind: attempt.kind, effects }).toSatisfy((one: { effects: number }) => one.effects <= 1)
  }
  expect(charges.every((charge) => byReference.has(charge.reference))).toBe(true) // invariant 9
}
