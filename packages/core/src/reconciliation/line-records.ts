import { count, defineTable, id, instant, json, minor, nullable, oneOf, type Row, text } from '../records/index.ts'
import { LINE_KINDS } from '../statements/index.ts'
import { LINE_RESULTS } from './model.ts'
import type { LineRest, PartLines } from './part-lines.ts'

/**
 * One line of a source, once for ever. `settles` names what it is about, so that the database itself admits one line to a thing; a line
 * that is about nothing has a name of its own there. There are millions of these, each in two trees: what a line says stands in its part.
 */
export const statementLines = defineTable('statement_lines', {
  columns: {
    source: text(),
    id: text(),
    settles: text(),
    part: count(),
  },
  key: ['source', 'id'],
  unique: { settles: ['source', 'settles'] },
  heldBy: 'reconciliation_sources',
})

/** Lines that were read and booked together, as they were and as they were judged then. A part is called by its source's version. */
export const statementParts = defineTable('statement_parts', {
  columns: { source: text(), part: count(), run: id('rcn'), lines: json<PartLines>() },
  key: ['source', 'part'],
})

/** What somebody may have to look at again: lines that did not simply fit. */
export const oddLines = defineTable('odd_lines', {
  columns: {
    source: text(),
    id: text(),
    line: count(),
    kind: oneOf(...LINE_KINDS),
    currency: text(),
    gross: minor(),
    fee: nullable(minor()),
    net: minor(),
    batch: nullable(text()),
    occurredAt: instant(),
    valueAt: instant(),
    rest: json<LineRest>(),
    result: oneOf(...LINE_RESULTS),
    /** In whose books it stands now. */
    merchant: text(),
    version: count(),
  },
  key: ['source', 'id'],
  mutable: ['result', 'merchant', 'version'],
})
/** Such a line as stored. */
export type OddLineRow = Row<typeof oddLines>
