import { startPostgres } from './start-postgres.ts'

/** For a test: a program that starts a server, says so, and waits to be killed. */
const server = await startPostgres(JSON.parse(process.argv[2] ?? '{}'))
process.send?.({ pid: server.pid(), dataDir: server.dataDir })
process.on('message', () => {})
