import { expect, test, vi } from 'vitest'
import { batch, change, event } from '../test/rows.ts'
import { sql, testServer } from '../test/server.ts'
import { type PostgresOptions, postgres } from './index.ts'

/*
 * A kill -9 leaves what was written in the system's memory, so it cannot tell whether a commit waited for the disk. The server's own
 * count of the syncs of its log can.
 */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // a real server and its fsyncs, on whatever machine this is

const COMMITS = 40

const safe = await testServer()
const lossy = await testServer({ synchronous_commit: 'off' })

/** https://www.postgresql.org/docs/18/monitoring-stats.html: the count moved from pg_stat_wal to pg_stat_io in 18. */
const syncsOf = async (url: string): Promise<number> => {
  const [version] = await sql(url, `select current_setting('server_version_num')::int as number`)
  const count =
    Number(version?.number) >= 180_000
      ? `select sum(fsyncs)::int as syncs from pg_stat_io where object = 'wal'`
      : 'select wal_sync::int as syncs from pg_stat_wal'
  const [row] = await sql(url, count)
  return Number(row?.syncs)
}

const POLL_MS = 100
const MOST_POLLS = 20

/** Syncs of the log that commits one after the other caused. A session tells its counts when it ends, and other processes a little later. */
const syncsFor = async (url: string, options: PostgresOptions, enough: number): Promise<number> => {
  const storage = postgres(options)
  await storage.migrate()
  const before = await syncsOf(url)
  for (let nth = 1; nth <= COMMITS; nth += 1) await storage.commit(batch(change([], [event('s', nth)])))
  await storage.close()
  let syncs = 0
  for (let polls = 0; polls < MOST_POLLS && syncs < enough; polls += 1) {
    syncs = (await syncsOf(url)) - before
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return syncs
}

test('each commit waits for a sync of the log: as many commits one after the other cause at least as many syncs', async ({
  skip,
}) => {
  const [row] = await sql(safe.url, `select current_setting('wal_sync_method') as method`)
  if (String(row?.method).startsWith('open_')) skip(`the server syncs by ${row?.method}, which it does not count`)
  expect(await syncsFor(safe.url, { url: safe.url, schema: safe.schema() }, COMMITS)).toBeGreaterThanOrEqual(COMMITS)
})

test('commits that do not wait for the log are found out by the same count', async ({ skip }) => {
  if (lossy.server === undefined) skip('the server of DATABASE_URL keeps its settings')
  const accepted = { acceptDataLoss: 'acknowledged payments may be lost in a crash' } as const
  const options = { url: lossy.url, schema: lossy.schema(), ...accepted }
  expect(await syncsFor(lossy.url, options, COMMITS)).toBeLessThan(COMMITS)
})
