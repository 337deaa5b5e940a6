import { type JobRow, jobs, type LeaseOptions } from '@florin/core/storage'
import { columnsOf, quoted } from '@florin/storage-sql'
import { arraysOf } from './arrays.ts'
import { storageError } from './errors.ts'
import type { Lines } from './lines.ts'
import type { Readers } from './readers.ts'
import { query } from './statement.ts'

/** The database's clock, in UTC milliseconds: the one that all servers share. */
const NOW = `(extract(epoch from clock_timestamp()) * 1000)::bigint`

/**
 * Parameters: queues, limit, length of the lease, token. Each queue's oldest are found in its own stretch of the index, however many are due in
 * others, and locked; what is more than the limit in all is free again at the end of this one statement.
 */
const leaseSql = (schema: string): string => {
  const table = `"${schema}"."${jobs.name}"`
  const cells = columnsOf(jobs).map((name) => `j.${quoted(name)}`)
  return (
    `with "found" as (select o."queue", o."id", o."due" from unnest($1::text[]) as q("name") cross join lateral (` +
    `select "queue", "id", "due" from ${table} where "queue" = q."name" and "due" <= ${NOW} ` +
    `order by "due", "id" limit $2 for update skip locked) as o), ` +
    `"placed" as (select "id", "due", row_number() over (partition by "queue" order by "due", "id") as "place" from "found"), ` +
    `"due" as (select "id", "due", "place" from "placed" order by "place", "due", "id" limit $2) ` +
    `update ${table} as j set "due" = ${NOW} + $3::bigint, "token" = $4, "tries" = j."tries" + 1 ` +
    `from "due" as d where j."id" = d."id" returning ${cells.join(', ')}, d."place", d."due"`
  )
}

/**
 * Leases due jobs by the database's clock, so that servers whose clocks differ agree on when a lease ends. Rows that another server is
 * about to lease, or to finish, are passed over instead of waited for.
 */
export const lease = async (
  lines: Lines,
  readers: Readers,
  schema: string,
  queues: readonly string[],
  { limit, leaseMs, token }: LeaseOptions,
): Promise<readonly JobRow[]> => {
  const asked = query(leaseSql(schema), [
    ...arraysOf(
      jobs,
      ['queue'],
      queues.map((queue) => ({ queue })),
    ),
    String(limit),
    String(leaseMs),
    token,
  ])
  const { rows } = await lines.write(async (line) => {
    try {
      const [answer] = await line.run([asked])
      return answer ?? { rows: [] }
    } catch (error) {
      throw storageError(error, lines.where, 'jobs whose lease was not answered come back when it ends')
    }
  })
  const leased = rows.map((cells) => ({
    job: readers.of(jobs).decode(cells) as unknown as JobRow,
    place: Number(cells.at(-2)),
    was: Number(cells.at(-1)),
  }))
  leased.sort((a, b) => a.place - b.place || a.was - b.was || (a.job.id < b.job.id ? -1 : 1))
  return leased.map(({ job }) => job)
}
