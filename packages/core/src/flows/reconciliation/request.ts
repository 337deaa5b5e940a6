import type { StatementSource, Tolerances } from '../../reconciliation/index.ts'
import type { StatementReader } from '../../statements/index.ts'

/** A file to reconcile. */
export interface IngestRequest {
  readonly source: StatementSource
  readonly reader: StatementReader
  /** Opens the file anew at each call: it is read once for its digest, and once for its lines. */
  readonly open: () => AsyncIterable<Uint8Array>
  readonly onMalformed: 'report' | 'refuse'
  /** What is absent stays as it is, or is the default. */
  readonly tolerances: Partial<Tolerances>
  /** In whose books stands what is about no payment. */
  readonly merchant: string
  readonly onProgress: ((progress: IngestProgress) => void) | null
}

/** How far a file was read. */
export interface IngestProgress {
  readonly run: string
  /** Items of the file that are done with. */
  readonly place: number
  readonly bytesRead: number
  readonly bytes: number
  /** Lines that could not be read, since the last report: all of them are told. */
  readonly malformed: readonly { readonly line: number; readonly why: string }[]
}
