import { FlorinError } from '@florin/core/storage'
import { DATA_LOSS, type ResolvedOptions } from './options.ts'

/** The part of the driver's client that is used here. */
interface Client {
  query(config: { text: string; values: unknown[]; rowMode: 'array' }): Promise<{ rows: unknown[][] }>
}

const OLDEST = 15
const OLDEST_NUMBER = OLDEST * 10_000
/** How long a transaction may wait for its client: it holds rows that others want, and a client of ours answers in milliseconds. */
const IDLE_MS = 30_000

/**
 * Our statements find rows by key or by one index, and there is no other good plan. Without this a planner that has no statistics yet
 * reads whole tables, and keeps that plan for as long as it is prepared.
 */
const BY_INDEX: Readonly<Record<string, string>> = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
}

const settingsFor = ({
  profile,
  statementTimeoutMs,
  lockTimeoutMs,
}: ResolvedOptions): Readonly<Record<string, string>> => ({
  statement_timeout: String(statementTimeoutMs),
  lock_timeout: String(lockTimeoutMs),
  idle_in_transaction_session_timeout: String(IDLE_MS),
  default_transaction_isolation: 'read committed',
  bytea_output: 'hex',
  ...(profile === 'native' ? BY_INDEX : {}),
})

const LOOK = `select current_setting('server_version_num', true), pg_is_in_recovery(), current_setting('fsync', true),
  current_setting('full_page_writes', true), current_setting('synchronous_commit', true),
  current_setting('server_encoding', true), current_setting('default_transaction_read_only', true)`

const refuse = (where: string, message: string): never => {
  throw new FlorinError('configuration', `${where} ${message}`, { details: { where } })
}

const checkVersion = (where: string, number: string | null): void => {
  if (number === null || Number(number) >= OLDEST_NUMBER) return
  const version = Math.floor(Number(number) / 10_000)
  refuse(where, `is PostgreSQL ${version}, and Florin needs ${OLDEST} or newer: upgrade the server`)
}

const checkDurability = (where: string, settings: Readonly<Record<string, string | null>>, accepted: boolean): void => {
  const off = Object.entries(settings).filter(([, value]) => value === 'off')
  if (off.length === 0 || accepted) return
  const names = off.map(([name]) => name).join(' and ')
  refuse(
    where,
    `has ${names} off, so that a crash loses or damages payments that were acknowledged: turn it on, or, for tests only, say acceptDataLoss: '${DATA_LOSS}'`,
  )
}

/**
 * Sets a fresh connection up, and refuses a server on which Florin's promises do not hold.
 * @throws FlorinError `configuration` for a version, encoding or durability that will not do; `storage_unavailable` for a standby.
 */
export const prepareServer = async (client: Client, options: ResolvedOptions): Promise<void> => {
  const where = `PostgreSQL at ${options.host}:${options.port}`
  const settings = Object.entries(settingsFor(options))
  const sets = settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, false)`)
  const [{ rows }] = await Promise.all([
    client.query({ text: LOOK, values: [], rowMode: 'array' }),
    client.query({ text: `select ${sets.join(', ')}`, values: settings.flat(), rowMode: 'array' }),
  ])
  const [version, standby, fsync, pages, commits, encoding, readOnly] = rows[0] as (string | null)[]
  checkVersion(where, version ?? null)
  if (options.readOnly) return
  if (standby === 't' || standby === 'true' || readOnly === 'on') {
    throw new FlorinError(
      'storage_unavailable',
      `${where} takes no writes (${standby === 't' ? 'it is a standby' : 'default_transaction_read_only is on'}): name the primary in the URL`,
      { details: { where } },
    )
  }
  const durability = { fsync: fsync ?? null, full_page_writes: pages ?? null, synchronous_commit: commits ?? null }
  checkDurability(where, durability, options.acceptDataLoss)
  if (encoding !== 'UTF8' && encoding != null) {
    refuse(where, `stores text as ${encoding}, and Florin needs UTF8: create the database with encoding 'UTF8'`)
  }
}
