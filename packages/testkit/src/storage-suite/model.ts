import { type AnyTable, type Change, type Guard, jobs, type Outcome, type PostOp } from '@florin/core/storage'
import type { Cells } from './sample.ts'
import { below, duplicate, LEASE_LOST, plain, stale, WON } from './world.ts'

type Saved = readonly [tables: Map<string, readonly Cells[]>, balances: Map<string, bigint>]

/**
 * A storage as naive as can be: lists of rows, searched from one end to the other, and a copy of everything to go back to. What it
 * says of a batch is what every real storage must say.
 */
export class Model {
  #tables = new Map<string, readonly Cells[]>()
  #balances = new Map<string, bigint>()

  rows(table: AnyTable): readonly Cells[] {
    return this.#tables.get(table.name) ?? []
  }

  /** Credits less debits of an account. */
  balance(account: string): bigint {
    return this.#balances.get(account) ?? 0n
  }

  /** One outcome a change. A change that loses on a floor is left out, and the batch begun again without it. */
  commit(changes: readonly Change[]): readonly Outcome[] {
    const before = this.#save()
    const lost = new Map<number, Outcome>()
    for (;;) {
      if (this.#round(changes, lost)) break
      this.#restore(before)
    }
    changes.forEach((change, i) => {
      if (!lost.has(i)) for (const op of change.effects) this.#insert(op.op === 'append' ? op.table : jobs, op.row)
    })
    return changes.map((_, i) => lost.get(i) ?? WON)
  }

  /** The ids of what was leased, oldest first. */
  lease(queue: string, limit: number, now: number, until: number, token: string): readonly unknown[] {
    const due = this.rows(jobs)
      .filter((row) => row.queue === queue && (row.due as number) <= now)
      .sort((a, b) => (a.due as number) - (b.due as number) || ((a.id as string) < (b.id as string) ? -1 : 1))
      .slice(0, limit)
    for (const row of due) this.#put(jobs, row, { ...row, token, due: until, tries: (row.tries as number) + 1 })
    return due.map(({ id }) => id)
  }

  /** Tries the changes that are not lost: all other guards first, then the posts. False as soon as a floor stops one. */
  #round(changes: readonly Change[], lost: Map<number, Outcome>): boolean {
    changes.forEach((change, i) => {
      if (lost.has(i)) return
      const before = this.#save()
      const outcome = this.#first(change.guards.filter(({ op }) => op !== 'post'))
      if (outcome === WON) return
      lost.set(i, outcome)
      this.#restore(before)
    })
    for (const [i, change] of changes.entries()) {
      if (lost.has(i)) continue
      const outcome = this.#first(change.guards.filter(({ op }) => op === 'post'))
      if (outcome === WON) continue
      lost.set(i, outcome)
      return false
    }
    return true
  }

  #first(guards: readonly Guard[]): Outcome {
    for (const op of guards) {
      const outcome = this.#decide(op)
      if (outcome !== WON) return outcome
    }
    return WON
  }

  #decide(op: Guard): Outcome {
    switch (op.op) {
      case 'claim':
        return this.#insert(op.table, op.row) ? WON : duplicate(op.table.name)
      case 'replace': {
        const row = this.#find(op.table, op.table.key, op.key)
        if (row?.version !== op.expect) return stale(op.table.name)
        this.#put(op.table, row, { ...row, ...op.set })
        return WON
      }
      case 'finish': {
        const row = this.#find(jobs, ['id'], { id: op.id })
        if (row?.token !== op.token) return LEASE_LOST
        this.#put(jobs, row, op.again === null ? undefined : { ...row, due: op.again, token: null })
        return WON
      }
      case 'post':
        return this.#post(op)
    }
  }

  /** Knows only final postings between credit accounts. */
  #post({ postings }: PostOp): Outcome {
    for (const { debit, credit, amount } of postings) {
      const left = this.balance(debit.account) - amount
      if (debit.floor !== null && left < debit.floor) return below(debit.account)
      this.#balances.set(debit.account, left)
      this.#balances.set(credit.account, this.balance(credit.account) + amount)
    }
    return WON
  }

  #insert(table: AnyTable, row: Cells): boolean {
    const keys: readonly (readonly string[])[] = [table.key, ...Object.values(table.unique as object)]
    if (keys.some((names) => this.#find(table, names, row) !== undefined)) return false
    this.#tables.set(table.name, [...this.rows(table), row])
    return true
  }

  #find(table: AnyTable, names: readonly string[], key: Cells): Cells | undefined {
    return this.rows(table).find((row) => names.every((name) => row[name] === key[name]))
  }

  #put(table: AnyTable, row: Cells, into: Cells | undefined): void {
    const rows = this.rows(table).flatMap((other): readonly Cells[] =>
      other !== row ? [other] : into === undefined ? [] : [into],
    )
    this.#tables.set(table.name, rows)
  }

  #save(): Saved {
    return [new Map(this.#tables), new Map(this.#balances)]
  }

  #restore([tables, balances]: Saved): void {
    this.#tables = new Map(tables)
    this.#balances = new Map(balances)
  }
}

/** Rows in an order that depends on nothing but the rows, ready to be compared. */
export const sortedRows = (table: AnyTable, rows: readonly Cells[]): readonly Cells[] => {
  const name = (row: Cells): string => JSON.stringify((table.key as readonly string[]).map((column) => row[column]))
  return rows.map((row) => plain(row) as Cells).sort((a, b) => (name(a) < name(b) ? -1 : 1))
}
