import type { AccountRef, Posting } from '@florin/core/storage'

/** An account as on paper: what went in and out, for good and for now. */
export interface NaiveAccount {
  readonly side: 'debit' | 'credit'
  debits: bigint
  credits: bigint
  debitsHeld: bigint
  creditsHeld: bigint
  entries: number
}

/** A ledger as naive as can be: it copies everything before every transaction, and goes back to the copy where one may not be. */
export class NaiveLedger {
  #accounts = new Map<string, NaiveAccount>()

  get accounts(): ReadonlyMap<string, NaiveAccount> {
    return this.#accounts
  }

  /** Books all postings or none; the account whose floor stopped them, or null. */
  book(postings: readonly Posting[]): string | null {
    const before = new Map([...this.#accounts].map(([name, account]) => [name, { ...account }]))
    for (const posting of postings) {
      this.#enter(posting.debit, 'debit', posting)
      this.#enter(posting.credit, 'credit', posting)
    }
    const named = postings.flatMap(({ debit, credit }) => [debit, credit])
    const broken = named.find((ref) => {
      if (ref.floor === null) return false
      const after = this.available(ref.account)
      const was = before.get(ref.account)
      return after < ref.floor && after < (was === undefined ? 0n : availableOf(was))
    })
    if (broken === undefined) return null
    this.#accounts = before
    return broken.account
  }

  available(name: string): bigint {
    const account = this.#accounts.get(name)
    return account === undefined ? 0n : availableOf(account)
  }

  save(): () => void {
    const before = new Map([...this.#accounts].map(([name, account]) => [name, { ...account }]))
    return () => {
      this.#accounts = new Map([...before].map(([name, account]) => [name, { ...account }]))
    }
  }

  #enter({ account: name, side }: AccountRef, way: 'debit' | 'credit', { phase, amount }: Posting): void {
    const account = this.#accounts.get(name) ?? {
      side,
      debits: 0n,
      credits: 0n,
      debitsHeld: 0n,
      creditsHeld: 0n,
      entries: 0,
    }
    this.#accounts.set(name, account)
    account.entries += 1
    if (phase === 'posted' || phase === 'settled') account[`${way}s`] += amount
    if (phase === 'pending') account[`${way}sHeld`] += amount
    if (phase === 'settled' || phase === 'voided') account[`${way}sHeld`] -= amount
  }
}

/** What may still leave: holds against it count as gone, holds in its favour do not count yet. */
const availableOf = ({ side, debits, credits, debitsHeld, creditsHeld }: NaiveAccount): bigint =>
  side === 'debit' ? debits - credits - creditsHeld : credits - debits - debitsHeld
