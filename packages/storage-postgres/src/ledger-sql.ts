import type { AnyTable } from '@florin/core/storage'
import { accounts, entries } from '@florin/core/storage'
import { columnsOf, quoted, quotedList } from '@florin/storage-sql'
import { arrays, byKey, counted, unnest } from './batch-sql.ts'

const COUNTERS = ['debitsPosted', 'creditsPosted', 'debitsPending', 'creditsPending', 'version'] as const

/** The columns of accounts, as what is added to them. */
export const ADDED: readonly string[] = [...accounts.key, ...COUNTERS]

/** The columns of entries; version, balance and pending as they are beyond what stood before the batch. */
export const ENTERED: readonly string[] = columnsOf(entries)

const BEYOND = ['version', 'balance', 'pending']

/** An account's posted or pending money on its normal side, before the batch. */
const before = (debits: string, credits: string): string =>
  `(case t."side" when 'debit' then 1 else -1 end) * ` +
  `(t.${quoted(debits)} - u.${quoted(debits)} - t.${quoted(credits)} + u.${quoted(credits)})`

/**
 * Books a batch upon accounts that the transaction holds, without being told how they stand: what is added to each, and each entry as it
 * is beyond what stood before. Arrays: `ADDED` of accounts, the entries' places among them from 1, `ENTERED` of entries; then how many
 * accounts there are: were one not there, or its pending money below zero afterwards, that is refused as a guard that did not hold.
 *
 * What stood before is gathered into arrays, and entries pick by place: to join them would take time by their product.
 */
export const ledgerSql = (schema: string): string => {
  const places = ADDED.length + 1
  const table = (name: AnyTable): string => `"${schema}"."${name.name}"`
  const sets = COUNTERS.map((name) => `${quoted(name)} = t.${quoted(name)} + u.${quoted(name)}`).join(', ')
  const stood = BEYOND.map((name) => `array_agg("done"."${name}" order by "ord") as "${name}"`).join(', ')
  const own = ENTERED.map((name) =>
    BEYOND.includes(name) ? `e."${name}" + "stood"."${name}"[e."of"::integer]` : `e.${quoted(name)}`,
  )
  return (
    `with "done" as (update ${table(accounts)} as t set ${sets} from (select u.*, t."place", t."part" ` +
    `from ${unnest(accounts, ADDED)} with ordinality as u(${quotedList(ADDED)}, "ord") ` +
    `cross join ${byKey(table(accounts), 't.ctid as "place", t.tableoid as "part"', accounts.key)}) as u ` +
    `where t.ctid = u."place" and t.tableoid = u."part" returning u."ord", t."version" - u."version" as "version", ` +
    `${before('debitsPosted', 'creditsPosted')} as "balance", ${before('debitsPending', 'creditsPending')} as "pending", ` +
    `least(t."debits_pending", t."credits_pending") >= 0 as "sound"), ` +
    `"stood" as materialized (select ${stood} from "done"), ` +
    `"entered" as (insert into ${table(entries)} (${quotedList(ENTERED)}) select ${own.join(', ')} ` +
    `from "stood" cross join unnest($${places}::bigint[], ${arrays(entries, ENTERED, places + 1)}) as e("of", ${quotedList(ENTERED)})), ` +
    `"sound" as (select 1 from "done" where "sound") ${counted('sound', places + ENTERED.length + 1)}`
  )
}
