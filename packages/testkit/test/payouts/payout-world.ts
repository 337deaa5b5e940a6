import type { PayoutView } from '@florin/core'
import { createCommitter } from '@florin/core/storage'
import {
  createSandboxBank,
  SANDBOX_BANK_ACCOUNTS,
  type SandboxBank,
  type SandboxRail,
  sandboxRail,
} from '@florin/testkit'
import { appendEvent } from '../../../core/src/events/index.ts'
import type { FlowContext } from '../../../core/src/flows/index.ts'
import { availableOf, ledgerTransaction, type Owner, pendingOf } from '../../../core/src/ledger/index.ts'
import { createSealer } from '../../../core/src/sealing/index.ts'
import { type World, type WorldOptions, world } from '../world.ts'

/** A world whose Florin pays out through a sandbox bank. */
export interface PayoutWorld extends World {
  readonly bank: SandboxBank
  readonly rail: SandboxRail
  /** Makes money available to an owner, as a settlement does. Minor units. */
  fund(amount: bigint, owner?: Owner, currency?: string): Promise<void>
  destination(iban?: string, owner?: string): Promise<string>
  /** Orders a payout of 60 euros to `iban`, with whatever else is given. */
  payOut(input?: Partial<PayoutInput> & { readonly iban?: string }): Promise<PayoutView>
  payout(id: string): Promise<PayoutView>
  /** Account balances by path, decimal strings; only those that are not zero. */
  balances(): Promise<Readonly<Record<string, string>>>
}

type PayoutInput = Parameters<World['florin']['payouts']['create']>[0]

export const MERCHANT = 'mer_default'

let numbers = 0

export const payoutWorld = async (
  given: Omit<WorldOptions, 'options'> & {
    readonly options?: WorldOptions['options']
    readonly lookup?: boolean
    readonly approveFrom?: Record<string, string>
  } = {},
): Promise<PayoutWorld> => {
  const clock = { now: (): number => now() }
  let now = (): number => 0
  const bank = createSandboxBank({ clock })
  const rail = sandboxRail({ bank, lookup: given.lookup ?? true })
  const { approveFrom } = given
  const payouts = { rails: { sandbox: rail }, ...(approveFrom === undefined ? {} : { approveFrom }) }
  const w = await world({ ...given, options: { payouts, ...given.options } })
  now = () => w.runtime.clock.now()
  const made: PayoutWorld = Object.assign(w, {
    bank,
    rail,
    fund: (amount: bigint, owner: Owner = null, currency = 'EUR') => fund(w, owner, amount, currency),
    destination: async (iban: string = SANDBOX_BANK_ACCOUNTS.pays, owner?: string) => {
      const input = { name: 'Ada Lovelace', iban, ...(owner === undefined ? {} : { owner }) }
      return (await w.run(w.florin.payouts.destinations.add(input))).id
    },
    payOut: async ({ iban, ...input }: Partial<PayoutInput> & { readonly iban?: string } = {}) => {
      numbers += 1
      const destination = input.destination ?? (await made.destination(iban, input.owner))
      const asked = { reference: `payout-${numbers}`, amount: '60.00', currency: 'EUR', destination, ...input }
      return w.run(w.florin.payouts.create(asked))
    },
    payout: (id: string) => w.run(w.florin.payouts.get(id)),
    balances: async () => {
      const page = await w.run(w.florin.ledger.balances())
      const all = page.data.filter((one) => !/^0(\.0+)?$/.test(one.posted)).map((one) => [one.account, one.posted])
      return Object.fromEntries(all) as Record<string, string>
    },
  })
  return made
}

/** What of a context the flows need that reconciliation calls; those of a public API have the SDK's own. */
export const contextOf = (w: World): FlowContext => {
  const { runtime, inner, keys } = w
  const committer = createCommitter({ storage: inner, runtime })
  const sealer = createSealer({ keys, random: runtime.random, clock: runtime.clock })
  return {
    storage: inner,
    runtime,
    committer,
    sealer,
    onError: (error: unknown) => void w.errors.push(error),
  } as unknown as FlowContext
}

const fund = async (w: World, owner: Owner, amount: bigint, currency: string): Promise<void> => {
  numbers += 1
  const at = w.runtime.clock.now()
  const subject = `fund_${numbers}`
  const move = { debit: pendingOf(owner, currency), credit: availableOf(owner, currency), amount, currency }
  const booked = ledgerTransaction({
    ...{ merchant: MERCHANT, reference: subject, subject, type: 'test', effectiveAt: at, recordedAt: at },
    postings: [{ ...move, phase: 'posted' }],
  })
  const told = { merchant: MERCHANT, subject, version: 1, id: w.runtime.ids.make('evt'), type: 'test.funded', at }
  const event = appendEvent({ ...told, data: {}, ledger: booked.digest })
  const committer = createCommitter({ storage: w.inner, runtime: w.runtime })
  await w.run(committer.commit({ guards: booked.guards, effects: [event] }, { lane: 'outcome', merchant: MERCHANT }))
}
