import { FlorinError, toHex } from '../kernel/index.ts'
import {
  type AccountRow,
  type EventKey,
  entries,
  events,
  type Page,
  type SealRow,
  type Storage,
  seals,
} from '../storage/index.ts'
import { addEntry, type Counters, noCounters } from './counters.ts'
import type { LedgerTransactionRow } from './records.ts'
import { transactionsOf } from './subject.ts'

/** A place in the stream of events. */
export interface Place {
  readonly partition: number
  readonly position: number
}

type Reader = Pick<Storage, 'load' | 'find' | 'scan' | 'unsealed'>

const CHUNK = 500
const SEALS = 32
const MAX_UNSEALED = 10_000

type Recorded = { readonly merchant: string; readonly subject: string; readonly ledger: Uint8Array | null }

/** Refuses a position that has not come yet. */
export const checkPlace = async (storage: Pick<Storage, 'head'>, { partition, position }: Place): Promise<void> => {
  const max = await newestPosition(storage, partition)
  if (Number.isSafeInteger(position) && position >= 0 && position <= max) return
  throw new FlorinError('invalid_request', `position ${position} is not between 0 and ${max}, the newest`, {
    details: { path: 'position' },
  })
}

/** The newest position of a partition; 0 before the first event. */
export const newestPosition = async (storage: Pick<Storage, 'head'>, partition: number): Promise<number> => {
  const head = await storage.head(partition)
  return head === undefined ? 0 : head.first + head.size - 1
}

/**
 * The ledger transactions whose events come after a place in the stream, or have none yet: what a picture of the books as of that place
 * leaves out. It learns of what is committed when it is told to look; its memory grows with what came later, and with nothing else. A
 * transaction that no event records counts as always having been there.
 *
 * A reader reads rows, then looks, and then leaves out what this knows: whatever the rows could show of it is known by then.
 */
export class LaterTransactions {
  readonly #storage: Reader
  readonly #partition: number
  readonly #merchant: string | null
  readonly #known = new Set<string>()
  readonly #references = new Set<string>()
  readonly #byAccount = new Map<string, Map<string, number>>()
  #until: number

  /** Of one merchant, or of all. */
  constructor(storage: Reader, { partition, position }: Place, merchant: string | null) {
    this.#storage = storage
    this.#partition = partition
    this.#merchant = merchant
    this.#until = position
  }

  /** Throws `overloaded` while the sequencer is so far behind that later events cannot be told. */
  async look(): Promise<void> {
    // What has no position yet first: what gets one in between is met among the seals.
    const waiting = await this.#storage.unsealed(MAX_UNSEALED, 'all')
    if (waiting.length === MAX_UNSEALED) {
      throw new FlorinError(
        'overloaded',
        'too many events have no position yet: try again when the sequencer has caught up',
      )
    }
    await this.#take(waiting)
    const after = this.#until
    for await (const seal of this.#newestSeals()) {
      this.#until = Math.max(this.#until, seal.first + seal.size - 1)
      const keys = seal.events.filter((key, at) => seal.first + at > after && this.#wants(key[0]))
      for (let at = 0; at < keys.length; at += CHUNK) await this.#take(await this.#load(keys.slice(at, at + CHUNK)))
      if (seal.first <= after + 1) return
    }
  }

  /** Few are new as a rule, and each may list a thousand events: so they are read in pages that are small. */
  async *#newestSeals(): AsyncGenerator<SealRow> {
    const query = { index: 'key', equals: { partition: this.#partition }, descending: true, limit: SEALS } as const
    let after: string | undefined
    do {
      const page: Page<SealRow> = await this.#storage.find(seals, {
        ...query,
        ...(after === undefined ? {} : { after }),
      })
      yield* page.rows
      after = page.next
    } while (after !== undefined)
  }

  /** Whether this transaction came later. */
  has(merchant: string, reference: string): boolean {
    return this.#references.has(`${merchant}\0${reference}`)
  }

  /** The later transactions that touch an account: how many entries each has on it. */
  touching(merchant: string, account: string): ReadonlyMap<string, number> {
    return this.#byAccount.get(`${merchant}\0${account}`) ?? NOTHING
  }

  #wants(merchant: string): boolean {
    return this.#merchant === null || this.#merchant === merchant
  }

  async #load(keys: readonly EventKey[]): Promise<readonly Recorded[]> {
    const named = keys.map(([merchant, subject, version]) => ({ merchant, subject, version }))
    return (await this.#storage.load(events, named)).filter((event) => event !== undefined)
  }

  async #take(recorded: readonly Recorded[]): Promise<void> {
    const wanted = new Map<string, { merchant: string; subject: string; digests: Set<string> }>()
    for (const { merchant, subject, ledger } of recorded) {
      if (ledger === null || !this.#wants(merchant)) continue
      const digest = toHex(ledger)
      if (this.#known.has(digest)) continue
      this.#known.add(digest)
      const key = `${merchant}\0${subject}`
      const of = wanted.get(key) ?? { merchant, subject, digests: new Set() }
      wanted.set(key, of)
      of.digests.add(digest)
    }
    for (const { merchant, subject, digests } of wanted.values()) {
      for (const one of await transactionsOf(this.#storage, merchant, subject)) {
        if (digests.has(toHex(one.digest))) this.#add(merchant, one)
      }
    }
  }

  #add(merchant: string, { reference, postings }: LedgerTransactionRow): void {
    this.#references.add(`${merchant}\0${reference}`)
    for (const [debit, credit] of postings) {
      for (const account of [debit, credit]) {
        const key = `${merchant}\0${account}`
        const on = this.#byAccount.get(key) ?? new Map<string, number>()
        this.#byAccount.set(key, on.set(reference, (on.get(reference) ?? 0) + 1))
      }
    }
  }
}

const NOTHING: ReadonlyMap<string, number> = new Map()

/**
 * What later transactions did to an account, as its row says it: to be taken off its counters. `later` looked after the row was read, so
 * that this walk over the entries meets all of them; what was committed in between is told by its version.
 */
export const laterCounters = async (
  storage: Pick<Storage, 'scan'>,
  { merchant, account, version }: AccountRow,
  later: LaterTransactions,
): Promise<Counters> => {
  const undone = noCounters()
  const touching = later.touching(merchant, account)
  let missing = [...touching.values()].reduce((sum, count) => sum + count, 0)
  if (missing === 0) return undone
  for await (const page of storage.scan(entries, { index: 'key', equals: { merchant, account }, descending: true })) {
    for (const entry of page) {
      if (!touching.has(entry.transaction)) continue
      if (entry.version <= version) addEntry(undone, entry.side, entry.phase, entry.amount)
      missing -= 1
      if (missing === 0) return undone
    }
  }
  return undone
}
