import { step } from '../kernel/index.ts'
import { ledgerTransaction } from '../ledger/index.ts'
import { claim, type Guard, type Mutable, type Posting, replace } from '../records/index.ts'
import { SETTLEMENT, type SettlementEvent } from './machine.ts'
import { type SettlementRow, settlements } from './records.ts'

/** What happened, before it has its place in the stream. */
export interface SettlementNews {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly ledger: Uint8Array | null
}

/** What was decided about a settlement: its row after it, its guards, and one event per version. */
export interface SettlementDecision {
  readonly row: SettlementRow
  readonly guards: readonly Guard[]
  readonly news: readonly SettlementNews[]
}

type SettlementSet = Partial<Omit<Mutable<typeof settlements>, 'state' | 'version' | 'updatedAt'>>

/** Gathers one decision about one settlement; several of its transitions may be one commit. */
export class SettlementDraft {
  readonly now: number
  private readonly before: number
  private readonly booked: Guard[] = []
  private readonly news: SettlementNews[] = []
  private current: SettlementRow

  /** A row of version 0 is not stored yet. */
  constructor(row: SettlementRow, now: number) {
    this.now = now
    this.before = row.version
    this.current = row
  }

  get row(): SettlementRow {
    return this.current
  }

  /** Moves by the machine; a state that does not take the event is a bug of the caller. */
  move(event: SettlementEvent, set: SettlementSet = {}): void {
    this.set(set)
    this.current = { ...this.current, state: step(SETTLEMENT, this.current.state, event) }
  }

  set(set: SettlementSet): void {
    this.current = { ...this.current, ...set }
  }

  /** Books postings about the settlement; null where there are none. */
  book(type: string, reference: string, postings: readonly Posting[]): Uint8Array | null {
    if (postings.length === 0) return null
    const { merchant, id, plan } = this.current
    const made = ledgerTransaction({
      merchant,
      reference,
      subject: id,
      type,
      postings,
      metadata: { plan },
      effectiveAt: this.now,
      recordedAt: this.now,
    })
    this.booked.push(...made.guards)
    return made.digest
  }

  event(type: string, data: SettlementNews['data'] = {}, ledger: Uint8Array | null = null): void {
    this.news.push({ type, data, ledger })
  }

  finish(): SettlementDecision {
    const row: SettlementRow = { ...this.current, updatedAt: this.now, version: this.before + this.news.length }
    const { merchant, id } = row
    const first =
      this.before === 0 ? claim(settlements, row) : replace(settlements, { merchant, id }, this.before, mutableOf(row))
    return { row, guards: [first, ...this.booked], news: this.news }
  }
}

const mutableOf = (row: SettlementRow): Mutable<typeof settlements> => {
  const set: Record<string, unknown> = {}
  for (const name of settlements.mutable) set[name] = row[name]
  return set as Mutable<typeof settlements>
}
