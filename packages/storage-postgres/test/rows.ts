import {
  type AnyTable,
  append,
  CATALOGUE,
  type Change,
  claim,
  type Effect,
  events,
  type Guard,
  post,
  replace,
  scheduleOp,
} from '@florin/core/storage'

const tableNamed = (name: string): AnyTable => {
  const table = CATALOGUE.find((candidate) => candidate.name === name)
  if (table === undefined) throw new Error(`the catalogue has no table '${name}'`)
  return table
}

/** The table whose rows `start` claims and `bump` replaces. */
export const keyTable = tableNamed('idempotency_keys')

/** An id for a number: tests name their rows, the database keeps UUIDs. */
export const idOf = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(26, '0')}`

const mutable = (version: number) => ({ state: 'open', result: null, leaseUntil: 0, version })

/** The key of a row of these tests. */
export const keyOf = (key: string) => ({ merchant: 'm', operation: 'o', key }) as never

/** Claims a row whose versions `bump` then counts. */
export const start = (key: string): Guard =>
  claim(
    keyTable as never,
    {
      ...{ merchant: 'm', operation: 'o', key, fingerprint: new Uint8Array(32), payment: 'p', createdAt: 1 },
      ...mutable(1),
    } as never,
  )

/** The next version of such a row. */
export const bump = (key: string, from: number): Guard =>
  replace(keyTable, keyOf(key), from, mutable(from + 1) as never)

export const event = (subject: string, version: number): Effect =>
  append(events, {
    ...{ merchant: 'm', subject, version, id: idOf('evt', version) as never, type: 't', v: 1, at: 1, data: {} },
    ...{ ledger: null, digest: new Uint8Array(32).fill(version % 256) },
  })

/** One unit from `cash` to `owed`. */
export const pay = (transaction: string, floor: bigint | null = null): Guard =>
  post('m', transaction, 1, [
    {
      debit: { account: 'cash', side: 'debit', floor: null },
      credit: { account: 'owed', side: 'credit', floor },
      amount: 1n,
      currency: 'EUR',
      phase: 'posted',
    },
  ])

export const timer = (n: number): Effect =>
  scheduleOp({ id: idOf('job', n), queue: 'q', key: `${n}`, merchant: 'm', payload: {}, due: 1, token: null, tries: 0 })

export const change = (guards: readonly Guard[], effects: readonly Effect[] = []): Change => ({ guards, effects })

let batches = 0
export const batch = (...changes: readonly Change[]) => ({ id: `bat_${process.pid}_${++batches}`, at: 1, changes })
