import type { CurrencyPair, FlorinOptions, RateProvider, RateReport } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import { createCommitter } from '@florin/core/storage'
import { appendEvent } from '../../../core/src/events/index.ts'
import { availableOf, ledgerTransaction, type Owner, pendingOf } from '../../../core/src/ledger/index.ts'
import { type World, type WorldOptions, world } from '../world.ts'

/** What a provider does when it is asked. */
export type Mood = 'answer' | 'fail' | 'hang'

/** A provider that tests hold in their hands. */
export interface RateBook extends RateProvider {
  mood: Mood
  /** Times that it was asked. */
  asked: number
  /** Rates by pair, as they are told. */
  readonly book: Map<string, { rate: string; asOf?: number }>
}

export const rateBook = (name: string, rates: Readonly<Record<string, string>>, now: () => number): RateBook => {
  const book = new Map(Object.entries(rates).map(([pair, rate]) => [pair, { rate }] as const))
  const made: RateBook = {
    name,
    mood: 'answer',
    asked: 0,
    book,
    rates: (pairs: readonly CurrencyPair[]) => {
      made.asked += 1
      if (made.mood === 'hang') return new Promise(() => {})
      if (made.mood === 'fail') return Promise.reject(new Error(`${name} is down`))
      const told = pairs.flatMap(({ from, to }): RateReport[] => {
        const one: { rate: string; asOf?: number } | undefined = book.get(`${from}/${to}`)
        return one === undefined ? [] : [{ from, to, rate: one.rate, asOf: one.asOf ?? now() }]
      })
      return Promise.resolve(told)
    },
  }
  return made
}

export type FxOption = NonNullable<FlorinOptions<Record<string, Gateway>>['fx']>

const MERCHANT = 'mer_default'
let funds = 0

/** Makes money available to an owner, as a settlement does. Minor units. */
export const fund = async (w: World, amount: bigint, currency: string, owner: Owner = null): Promise<void> => {
  funds += 1
  const at = w.runtime.clock.now()
  const subject = `fxfund_${funds}`
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

/** Balances by path, decimal strings; only those that are not zero. */
export const balances = async (w: World): Promise<Readonly<Record<string, string>>> => {
  const page = await w.run(w.florin.ledger.balances())
  const all = page.data.filter((one) => !/^-?0(\.0+)?$/.test(one.posted)).map((one) => [one.account, one.posted])
  return Object.fromEntries(all) as Record<string, string>
}

/** A world that exchanges money; its providers are made on its clock. */
export const fxWorld = async (
  rates: (book: (name: string, rates: Readonly<Record<string, string>>) => RateBook) => readonly RateBook[],
  fx: FxOption = {},
  given: Omit<WorldOptions, 'options'> & { readonly options?: WorldOptions['options'] } = {},
): Promise<World> => {
  let now = (): number => 0
  const providers = rates((name, all) => rateBook(name, all, () => now()))
  const w = await world({ ...given, options: { ...given.options, fx: { providers: [...providers], ...fx } } })
  now = () => w.runtime.clock.now()
  return w
}
