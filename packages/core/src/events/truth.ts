import { disputes } from '../disputes/index.ts'
import { payments } from '../payments/index.ts'
import { payouts } from '../payouts/index.ts'
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

/** Payments: their version rises by one per event. */
export const paymentsTruth = (storage: Pick<Storage, 'scan'>): TruthSource => ({
  prefix: 'pay_',
  async *rows() {
    for await (const page of storage.scan(payments, { index: 'key', equals: {} })) {
      yield page.map(({ merchant, id, version }): Truth => ({ merchant, subject: id, version }))
    }
  },
})

/** Disputes, of which the same holds. */
export const disputesTruth = (storage: Pick<Storage, 'scan'>): TruthSource => ({
  prefix: 'dis_',
  async *rows() {
    for await (const page of storage.scan(disputes, { index: 'key', equals: {} })) {
      yield page.map(({ merchant, id, version }): Truth => ({ merchant, subject: id, version }))
    }
  },
})

/** Payouts, of which the same holds. */
export const payoutsTruth = (storage: Pick<Storage, 'scan'>): TruthSource => ({
  prefix: 'pot_',
  async *rows() {
    for await (const page of storage.scan(payouts, { index: 'key', equals: {} })) {
      yield page.map(({ merchant, id, version }): Truth => ({ merchant, subject: id, version }))
    }
  },
})

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
