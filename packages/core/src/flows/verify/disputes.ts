import { type DisputeRow, disputeStateOf, disputes, ownCostOf, positionOf, stateOf } from '../../disputes/index.ts'
import { frozenOf, gatewayCosts, gatewayDisputed, platformFees, transactionsOf } from '../../ledger/index.ts'
import { type PaymentRow, payments } from '../../payments/index.ts'
import type { Reading } from '../context.ts'
import { disputesOf } from '../disputes/load.ts'

/** What is wrong with the disputes of a payment: its own counters, each dispute's state and counters, and what is booked for it. */
export const disputeProblems = async (context: Reading, payment: PaymentRow): Promise<readonly string[]> => {
  if (payment.disputeState === 'none' && payment.disputed === 0n) return []
  const all = await disputesOf(context, payment.merchant, payment.id)
  const found: string[] = []
  const expect = (name: string, is: unknown, should: unknown): void => {
    if (is !== should) found.push(`${name} is ${is}, its disputes say ${should}`)
  }
  const taken = all.filter((one) => one.owners.length > 0).reduce((sum, one) => sum + one.taken, 0n)
  expect('disputed', payment.disputed, taken)
  expect('disputeState', payment.disputeState, disputeStateOf(all))
  for (const row of all) found.push(...(await problemsOf(context, row)))
  return found
}

const problemsOf = async (context: Reading, row: DisputeRow): Promise<readonly string[]> => {
  const found: string[] = []
  const expect = (name: string, is: unknown, should: unknown, by: string): void => {
    if (is !== should) found.push(`${name} of dispute ${row.id} is ${is}, ${by} ${should}`)
  }
  const told = positionOf(row)
  expect('state', row.state, stateOf(row), 'its reports say')
  for (const name of ['taken', 'withheld', 'lost'] as const) expect(name, row[name], told[name], 'its reports say')
  const booked = await bookedFor(context, row)
  for (const name of ['taken', 'withheld', 'lost', 'merchantFee'] as const)
    expect(name, row.foreign ? 0n : row[name], booked[name], 'the ledger says')
  expect('gatewayFee', ownCostOf(row), booked.gatewayFee, 'the ledger says')
  return found
}

type Booked = Pick<DisputeRow, 'taken' | 'withheld' | 'lost' | 'gatewayFee' | 'merchantFee'>

/** What the ledger has under a dispute: each posting is of one kind by the accounts that it touches. */
const bookedFor = async (context: Reading, row: DisputeRow): Promise<Booked> => {
  const { gateway, account, currency, owners } = row
  const frozen = new Set([...owners.map(([owner]) => owner), null].map((owner) => frozenOf(owner, currency).account))
  const withheld = gatewayDisputed(gateway, account, currency).account
  const costs = gatewayCosts(gateway, account, currency).account
  const fees = platformFees(currency).account
  const sums = { taken: 0n, withheld: 0n, lost: 0n, gatewayFee: 0n, merchantFee: 0n }
  for (const { postings } of await transactionsOf(context.storage, row.merchant, row.id)) {
    for (const [debit, credit, text] of postings) {
      const amount = BigInt(text)
      if (frozen.has(debit)) sums[credit === withheld ? 'lost' : 'taken'] += credit === withheld ? amount : -amount
      else if (frozen.has(credit)) sums[debit === withheld ? 'lost' : 'taken'] += debit === withheld ? -amount : amount
      else if (debit === withheld) sums.withheld += amount
      else if (credit === withheld) sums.withheld -= amount
      if (debit === costs) sums.gatewayFee += amount
      if (credit === costs) sums.gatewayFee -= amount
      if (credit === fees) sums.merchantFee += amount
      if (debit === fees) sums.merchantFee -= amount
    }
  }
  return sums
}

/** Disputes of which their payment knows nothing: a payment that says so is found by its own counters. */
export async function* strayDisputes(context: Reading, merchant?: string): AsyncIterable<DisputeRow> {
  const equals = merchant === undefined ? {} : { merchant }
  for await (const page of context.storage.scan(disputes, { index: 'key', equals })) {
    const keys = page.map((one) => ({ merchant: one.merchant, id: one.payment }))
    const found = await context.storage.load(payments, keys)
    for (const [index, row] of page.entries()) {
      const payment = found[index]
      if (payment === undefined || payment.disputeState === 'none') yield row
    }
  }
}
