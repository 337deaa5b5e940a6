import { type Random, toHex } from '../kernel/index.ts'
import { events, type Storage } from '../storage/index.ts'
import { type LedgerTransactionRow, ledgerTransactions } from './records.ts'
import { transactionsOf } from './subject.ts'
import { Difference, Tally } from './tally.ts'
import type { Findings } from './verify-report.ts'

/** That an event records the ledger transaction with this digest. */
export interface LedgerEvent {
  readonly merchant: string
  readonly subject: string
  readonly digest: Uint8Array
}

/** Every ledger transaction that the event stream records; called once or twice. */
export type LedgerEvents = () => AsyncIterable<LedgerEvent>

/** Reads them from the events themselves. Whoever verifies the chain of events can hand on what it read instead. */
export const ledgerEvents = (storage: Pick<Storage, 'scan'>, merchant?: string): LedgerEvents =>
  async function* () {
    const equals = merchant === undefined ? {} : { merchant }
    for await (const page of storage.scan(events, { index: 'key', equals })) {
      for (const { merchant, subject, ledger } of page) {
        if (ledger !== null) yield { merchant, subject, digest: ledger }
      }
    }
  }

/** Takes in transactions as they are read, and compares them with the events at the end. */
export interface EventCheck {
  transaction(row: LedgerTransactionRow): void
  finish(): Promise<void>
}

const thingOf = (merchant: string, subject: string, digest: Uint8Array): string =>
  `${merchant}\0${subject}\0${toHex(digest)}`

export const eventCheck = (
  storage: Pick<Storage, 'scan' | 'find'>,
  merchant: string | undefined,
  findings: Findings,
  read: LedgerEvents,
  random: Random,
): EventCheck => {
  const tally = new Tally(random)
  return {
    transaction({ merchant, subject, digest }) {
      tally.add(merchant, thingOf(merchant, subject, digest), 1n)
    },
    async finish() {
      for await (const event of read()) {
        findings.checked.events += 1
        tally.add(event.merchant, thingOf(event.merchant, event.subject, event.digest), -1n)
      }
      const buckets = new Set(tally.unequal())
      const isOpen = (merchant: string, thing: string) => buckets.has(tally.bucket(merchant, thing))
      if (buckets.size > 0) await spellOut(storage, merchant, findings, read, isOpen)
    },
  }
}

const spellOut = async (
  storage: Pick<Storage, 'scan' | 'find'>,
  merchant: string | undefined,
  findings: Findings,
  read: LedgerEvents,
  isOpen: (merchant: string, thing: string) => boolean,
): Promise<void> => {
  const difference = new Difference()
  const names = new Map<string, string>()
  const equals = merchant === undefined ? {} : { merchant }
  for await (const page of storage.scan(ledgerTransactions, { index: 'key', equals })) {
    for (const { merchant, subject, digest, reference } of page) {
      const thing = thingOf(merchant, subject, digest)
      if (!isOpen(merchant, thing)) continue
      difference.add(thing, 1)
      names.set(thing, reference)
    }
  }
  for await (const { merchant, subject, digest } of read()) {
    const thing = thingOf(merchant, subject, digest)
    if (isOpen(merchant, thing)) difference.add(thing, -1)
  }
  for (const [thing, count] of difference) {
    const [merchant = '', subject = '', digest = ''] = thing.split('\0')
    const transaction = names.get(thing)
    if (count > 0 && transaction !== undefined) {
      const message = `ledger transaction '${transaction}' is recorded by no event, or was changed together with its digest`
      findings.add({ kind: 'event_missing', merchant, subject, transaction, message })
    } else if (transaction !== undefined) {
      const message = `ledger transaction '${transaction}' is recorded by ${1 - count} events: one too many`
      findings.add({ kind: 'event_unexpected', merchant, subject, transaction, message })
    } else if (!(await isThere(storage, merchant, subject, digest))) {
      const message = `an event of '${subject}' records ledger transaction ${digest}, which is not there`
      findings.add({ kind: 'event_unexpected', merchant, subject, message })
    }
  }
}

/** Whether it was committed while the rows were being read. */
const isThere = async (storage: Pick<Storage, 'find'>, merchant: string, subject: string, digest: string) =>
  (await transactionsOf(storage, merchant, subject)).some((row) => toHex(row.digest) === digest)
