import {
  type AnyTable,
  append,
  CATALOGUE,
  type Change,
  claim,
  type Effect,
  events,
  finish,
  type Guard,
  jobs,
  post,
  replace,
  scheduleOp,
} from '@florin/core/storage'

/** A table of the catalogue by its name. */
export const tableOf = (name: string): AnyTable => {
  const table = CATALOGUE.find((candidate) => candidate.name === name)
  if (table === undefined) throw new Error(`the catalogue has no table '${name}'`)
  return table
}

const keyTable = tableOf('idempotency_keys')

type Cells = Readonly<Record<string, unknown>>

/** The key of a row of these tests. */
export const keyOf = (key: string) => ({ merchant: 'm', operation: 'o', key }) as never

const keyRow = (key: string, version: number): Cells => ({
  merchant: 'm',
  operation: 'o',
  key,
  fingerprint: new Uint8Array([1, 2, 3]),
  payment: 'p',
  createdAt: 1,
  state: 'open',
  result: new Uint8Array([1, 2, 3]),
  leaseUntil: version - 1,
  version,
})

/** Claims a row whose versions `bump` then counts. */
export const start = (key: string, result: Uint8Array = new Uint8Array([1])): Guard =>
  claim(keyTable as never, { ...keyRow(key, 1), result } as never)

/** The next version of such a row. */
export const bump = (key: string, from: number): Guard => {
  const { state, result, leaseUntil, version } = keyRow(key, from + 1)
  return replace(keyTable, keyOf(key), from, { state, result, leaseUntil, version } as never)
}

export const event = (subject: string, version: number, data: Cells = { n: version }): Effect =>
  append(events, {
    merchant: 'm',
    subject,
    version,
    id: `evt_${subject}_${version}`,
    type: 'test',
    v: 1,
    at: 1,
    data,
    ledger: null,
    digest: new Uint8Array(32).fill(version % 256),
  })

/** One unit from `cash` to `owed`. */
export const pay = (transaction: string, amount = 1n): Guard =>
  post('m', transaction, 1, [
    {
      debit: { account: 'cash', side: 'debit', floor: null },
      credit: { account: 'owed', side: 'credit', floor: null },
      amount,
      currency: 'EUR',
      phase: 'posted',
    },
  ])

export const timer = (id: string, due = 1): Effect =>
  scheduleOp({ id: `job_${id}`, queue: 'q', key: id, merchant: 'm', payload: {}, due, token: null, tries: 0 })

export const change = (guards: readonly Guard[], effects: readonly Effect[] = []): Change => ({ guards, effects })

let batches = 0
export const batch = (...changes: readonly Change[]) => ({ id: `bat_${process.pid}_${++batches}`, at: 1, changes })

export { events, finish, jobs, keyTable }
