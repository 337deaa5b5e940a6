import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canKeepDataIn, startPostgres } from '@florin/testkit/postgres'
import { fail, runServer } from './run-server.ts'

/*
 * The example on a PostgreSQL of its own, which starts and stops with it and keeps its data in .florin/postgres-data. For a real
 * server: DATABASE_URL=postgres://… npm start.
 */
const FOLDER = join(process.cwd(), '.florin')
const LASTING = '/var/tmp' // unlike /tmp it outlives a restart of the machine

/** PostgreSQL does not run as root. A superuser's own folder may be closed to whom it runs as: then its data is elsewhere. */
const dataFolder = (): string => {
  mkdirSync(FOLDER, { recursive: true, mode: 0o711 })
  if (canKeepDataIn(FOLDER)) return join(FOLDER, 'postgres-data')
  const name = createHash('sha256').update(FOLDER).digest('hex').slice(0, 12)
  return join(existsSync(LASTING) ? LASTING : tmpdir(), `florin-postgres-data-${name}`)
}

const start = async (): Promise<void> => {
  const dataDir = dataFolder()
  const server = await startPostgres({ dataDir })
  const says = [`started with it in ${server.startedInMs} ms, data in ${dataDir}`, `look inside: psql ${server.url}`]
  await runServer({ ...process.env, FLORIN_DB: server.url }, { says, stop: () => server.stop() })
}

start().catch(fail)
