import { type EventRow, events, type Outcome, type SealRow, seals } from '@florin/core/storage'
import { columnsOf, quoted } from '@florin/storage-sql'
import { arraysOf } from './arrays.ts'
import { storageError } from './errors.ts'
import type { Lines } from './lines.ts'
import type { Readers } from './readers.ts'
import { query } from './statement.ts'
import type { Statements } from './table-statements.ts'

const COMMITTED: Outcome = Object.freeze({ committed: true })
const DUPLICATE: Outcome = Object.freeze({ committed: false, conflict: 'duplicate', table: seals.name })

/**
 * Events in the order of the transactions that appended them, from the last one that a seal lists. A transaction is complete once every
 * older one has ended too: only events below that horizon get positions, for one that commits later must not come before them.
 * Parameters: limit, what this database adds to transaction numbers.
 */
const unsealedSql = (schema: string, scope: 'settled' | 'all'): string => {
  const cells = columnsOf(events).map((name) => `e.${quoted(name)}`)
  const below =
    scope === 'settled'
      ? ' and e."xact" < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $2::bigint'
      : ' and $2::bigint is not null'
  return (
    `with "head" as (select "events" -> -1 as "last" from "${schema}"."seals" where "partition" = 0 order by "first" desc limit 1), ` +
    `"mark" as (select e."xact", e."place" from "head" left join "${schema}"."events" as e on e."merchant" = "last" ->> 0 ` +
    `and e."subject" = "last" ->> 1 and e."version" = ("last" ->> 2)::bigint ` +
    `union all select 0, 0 where not exists (select from "head")) ` +
    `select ${cells.join(', ')} from "${schema}"."events" as e where e."xact" is not null ` +
    `and (e."xact", e."place") > ((select "xact" from "mark"), (select "place" from "mark"))${below} ` +
    `order by e."xact", e."place" limit $1`
  )
}

/** Events that no seal lists yet: those that may be sealed, or all that are there. */
export const unsealed = async (
  lines: Lines,
  readers: Readers,
  { schema, portable }: Statements,
  base: number,
  limit: number,
  scope: 'settled' | 'all',
): Promise<readonly EventRow[]> => {
  lines.assertOpen()
  if (portable) return [] // a commit seals what it appends
  const { rows } = await lines.read(query(unsealedSql(schema, scope), [String(limit), String(base)]))
  const reader = readers.of(events)
  return rows.map((cells) => reader.decode(cells) as unknown as EventRow)
}

/** Appends a seal, unless another server was first. */
export const seal = async (lines: Lines, statements: Statements, row: SealRow): Promise<Outcome> => {
  const { text, columns } = statements.of(seals).insertMissing
  const values = arraysOf(seals, columns, [row])
  return lines.write(async (line) => {
    try {
      const [answer] = await line.run([query(text, values)])
      return answer?.count === 1 ? COMMITTED : DUPLICATE
    } catch (error) {
      throw storageError(error, lines.where, 'the seal may be there: read the head')
    }
  })
}
