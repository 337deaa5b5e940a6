import { disputes } from '../disputes/index.ts'
import { payments } from '../payments/index.ts'
import { payouts } from '../payouts/index.ts'
import type { AnyTable } from '../records/index.ts'
import { settlementSchedules, settlements } from '../settlement/index.ts'
import type { Storage } from '../storage/index.ts'
import { isIntact } from './event.ts'
import type { Problems } from './problems.ts'
import { loadEvents } from './read.ts'

/** One subject's row, as far as the chain is concerned: its `version` is the number of events it has had. */
export interface Truth {
  readonly merchant: string
  readonly subject: string
  readonly version: number
}

/** The rows of one kind of subject. */
export interface TruthSource {
  /** What its ids start with, as in `pay_`: a subject of the chain that starts so must be among the rows. */
  readonly prefix: string
  rows(): AsyncIterable<readonly Truth[]>
}

type Versioned = { readonly merchant: string; readonly id: string; readonly version: number }

/** A table whose rows have a version that rises by one per event. */
const versionedBy =
  (prefix: string, table: AnyTable) =>
  (storage: Pick<Storage, 'scan'>): TruthSource => ({
    prefix,
    async *rows() {
      for await (const page of storage.scan(table, { index: 'key', equals: {} })) {
        yield page.map((row) => {
          const { merchant, id, version } = row as Versioned
          return { merchant, subject: id, version }
        })
      }
    },
  })

/** Payments: their version rises by one per event. */
export const paymentsTruth = versionedBy('pay_', payments)

/** Disputes, of which the same holds. */
export const disputesTruth = versionedBy('dis_', disputes)

/** Payouts, of which the same holds. */
export const payoutsTruth = versionedBy('pot_', payouts)

/** Settlements, of which the same holds. */
export const settlementsTruth = versionedBy('stl_', settlements)

/** Plans of settlement with a calendar, of which the same holds. */
export const settlementSchedulesTruth = versionedBy('stp_', settlementSchedules)

/** Names a subject in a map. */
export const subjectKey = (row: { readonly merchant: string; readonly subject: string }): string =>
  `${row.merchant}\0${row.subject}`

/**
 * Compares every row of a source with the last version that the chain has of it. Read after the chain, so a row may only be ahead,
 * by events that are too new to be sealed; those must be there.
 */
export const compareTruth = async (
  storage: Pick<Storage, 'load'>,
  source: TruthSource,
  last: ReadonlyMap<string, number>,
  problems: Problems,
): Promise<void> => {
  const seen = new Set<string>()
  for await (const page of source.rows()) {
    for (const row of page) {
      const key = subjectKey(row)
      const sealed = last.get(key) ?? 0
      if (last.has(key)) seen.add(key)
      if (row.version < sealed) {
        problems.add(
          'truth_mismatch',
          null,
          row.subject,
          `its row is at version ${row.version}, its events are at ${sealed}`,
        )
      } else if (row.version > sealed) await expectUnsealed(storage, row, sealed, problems)
    }
  }
  for (const [key, version] of last) {
    const subject = key.slice(key.indexOf('\0') + 1)
    if (!subject.startsWith(source.prefix) || seen.has(key)) continue
    problems.add('truth_mismatch', null, subject, `it has ${version} events, but its row is gone`)
  }
}

const expectUnsealed = async (
  storage: Pick<Storage, 'load'>,
  row: Truth,
  sealed: number,
  problems: Problems,
): Promise<void> => {
  const versions = Array.from({ length: Math.min(row.version - sealed, MOST_UNSEALED) }, (_, i) => sealed + 1 + i)
  const found = await loadEvents(
    storage,
    versions.map((version) => [row.merchant, row.subject, version]),
  )
  found.forEach((event, index) => {
    const detail = `version ${versions[index]} of it has no position yet and`
    if (event === undefined) problems.add('event_missing', null, row.subject, `${detail} is not there`)
    else if (!isIntact(event)) problems.add('event_changed', null, row.subject, `${detail} does not give its digest`)
  })
}

const MOST_UNSEALED = 1_000 // a row that claims more is broken in a way that the first thousand show
