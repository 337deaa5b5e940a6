import type { AccountRef, Posting } from '../records/index.ts'

interface Sum {
  readonly debit: AccountRef
  readonly credit: AccountRef
  readonly currency: string
  amount: bigint
}

/**
 * Adds up what the lines of a chunk move, by merchant and pair of accounts: a thousand lines are a handful of postings, each of which a
 * merchant's books take in one transaction.
 */
export class Books {
  readonly #byMerchant = new Map<string, Map<string, Map<string, Sum>>>()

  /** Moves an amount from debit to credit; a negative one the other way, zero not at all. */
  move(merchant: string, debit: AccountRef, credit: AccountRef, amount: bigint, currency: string): void {
    if (amount === 0n) return
    const turned = debit.account > credit.account
    const first = turned ? credit : debit
    const second = turned ? debit : credit
    const sums = within(within(this.#byMerchant, merchant), first.account)
    const signed = turned ? -amount : amount
    const sum = sums.get(second.account)
    if (sum === undefined) sums.set(second.account, { debit: first, credit: second, currency, amount: signed })
    else sum.amount += signed
  }

  /** The postings of each merchant, none of them zero; merchants without any are left out. */
  postings(): ReadonlyMap<string, readonly Posting[]> {
    const booked = new Map<string, readonly Posting[]>()
    for (const [merchant, sums] of this.#byMerchant) {
      const all = [...sums.values()].flatMap((one) => [...one.values()])
      const postings = all.filter(({ amount }) => amount !== 0n).map(postingOf)
      if (postings.length > 0) booked.set(merchant, postings)
    }
    return booked
  }
}

/** The map within a map, made when it is first asked for. */
export const within = <T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> => {
  let map = maps.get(key)
  if (map === undefined) {
    map = new Map()
    maps.set(key, map)
  }
  return map
}

const postingOf = ({ debit, credit, currency, amount }: Sum): Posting =>
  amount > 0n
    ? { debit, credit, amount, currency, phase: 'posted' }
    : { debit: credit, credit: debit, amount: -amount, currency, phase: 'posted' }

/** The same postings the other way round. */
export const reversed = (postings: readonly Posting[]): readonly Posting[] =>
  postings.map((posting) => ({ ...posting, debit: posting.credit, credit: posting.debit }))
