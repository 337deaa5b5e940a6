import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { FlorinError } from '@florin/core'
import { type Binaries, findBinaries } from './binaries.ts'
import { copyCluster, isCluster, makeCluster } from './cluster.ts'
import type { EmbeddedPostgres, EndSignal } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'
import { type EmbeddedPostgresOptions, type ResolvedEmbedded, resolveEmbedded, settingsOf } from './options.ts'
import { type Postmaster, startPostmaster, waitForEnd } from './postmaster.ts'
import { runSql } from './run-sql.ts'
import type { ServerSettings } from './server-settings.ts'
import { asServerUser, canKeepDataIn, giveToServer, isRoot } from './server-user.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'

const run = promisify(execFile)
const STOP_MS = 30_000 // a checkpoint of what is in memory may take its time on a slow disk
const STANDBY = 'standby.signal'

/** Where the data is, and what of it goes when the server stops. */
interface Place {
  readonly dataDir: string
  readonly remove: string | null
}

const temporaryPlace = (): Place => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-pg-'))
  giveToServer(folder)
  return { dataDir: join(folder, 'data'), remove: folder }
}

const keptPlace = (dataDir: string): Place => {
  const above = dirname(dataDir)
  mkdirSync(above, { recursive: true })
  if (canKeepDataIn(above)) return { dataDir, remove: null }
  throw new FlorinError(
    'configuration',
    `PostgreSQL does not run as root, and nobody else can enter ${above}: start as another user, or choose a folder that all can enter`,
  )
}

/** Puts a cluster where there is none: an empty one, or a copy of the primary. */
const fill = async (binaries: Binaries, { dataDir }: Place, primary: EmbeddedPostgres | null): Promise<void> => {
  if (primary === null) {
    if (!isCluster(dataDir)) makeCluster(binaries, dataDir)
    else if (isRoot()) giveToServer(dataDir)
    return
  }
  if (isCluster(dataDir)) {
    throw new FlorinError('configuration', `${dataDir} holds a cluster already: give a standby a folder of its own`)
  }
  await primary.whileStopped(() => copyCluster(primary.dataDir, dataDir))
  writeFileSync(join(dataDir, STANDBY), '')
  giveToServer(dataDir)
}

const following = ({ standbyOf, name }: ResolvedEmbedded): Readonly<Record<string, string>> =>
  standbyOf === null
    ? {}
    : {
        primary_conninfo: `host=127.0.0.1 port=${standbyOf.port} user=postgres application_name=${name}`,
        wal_retrieve_retry_interval: '200ms', // 5 s by default, which every restart of the primary would cost
      }

/** The server with its ups and downs; one call at a time. */
class Embedded implements EmbeddedPostgres {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  startedInMs = 0
  readonly #binaries: Binaries
  readonly #place: Place
  readonly #watchdog: Watchdog
  readonly #startTimeoutMs: number
  #settings: Readonly<Record<string, string>>
  #postmaster: Postmaster | undefined
  #stopped = false

  constructor(binaries: Binaries, place: Place, watchdog: Watchdog, port: number, options: ResolvedEmbedded) {
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
    this.port = port
    this.dataDir = place.dataDir
    this.#binaries = binaries
    this.#place = place
    this.#watchdog = watchdog
    this.#startTimeoutMs = options.startTimeoutMs
    this.#settings = { ...following(options), ...options.settings }
  }

  isRunning(): boolean {
    return this.#postmaster?.isRunning() ?? false
  }

  pid(): number | null {
    return this.isRunning() ? (this.#postmaster?.pid ?? null) : null
  }

  log(): string {
    return this.#postmaster?.log() ?? ''
  }

  /** The first start, and every later one. */
  async start(): Promise<void> {
    if (this.#stopped) throw new FlorinError('closed', 'this PostgreSQL was stopped: start another one')
    const postmaster = await startPostmaster({
      binaries: this.#binaries,
      dataDir: this.dataDir,
      port: this.port,
      settings: this.#settings,
      startTimeoutMs: this.#startTimeoutMs,
      spawned: (pid) => this.#leave(pid),
    })
    this.#postmaster = postmaster
    void postmaster.ended.then(() => this.#postmaster === postmaster && this.#leave(null))
  }

  /** Says what is to be done should this process die now. */
  #leave(pid: number | null): void {
    const { remove } = this.#place
    if (!this.#stopped) this.#watchdog.tell({ pid, remove, signal: remove === null ? 'SIGINT' : 'SIGQUIT' })
  }

  async kill(signal: EndSignal = 'SIGKILL'): Promise<void> {
    if (this.#postmaster === undefined || !this.isRunning()) return
    this.#postmaster.signal(signal)
    await waitForEnd(this.#postmaster, STOP_MS)
  }

  async restart(settings?: ServerSettings): Promise<void> {
    this.#settings = { ...this.#settings, ...settingsOf(settings) }
    await this.kill('SIGINT')
    await this.start()
  }

  async whileStopped<T>(work: () => T | Promise<T>): Promise<T> {
    await this.kill('SIGINT')
    try {
      return await work()
    } finally {
      await this.start()
    }
  }

  sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return runSql(this.url, text)
  }

  async promote(): Promise<void> {
    if (!existsSync(join(this.dataDir, STANDBY))) {
      throw new FlorinError(
        'configuration',
        `the PostgreSQL in ${this.dataDir} is no standby, and takes writes already`,
      )
    }
    await run(this.#binaries.pgCtl, ['promote', '-w', '-D', this.dataDir], { ...asServerUser(), cwd: this.dataDir })
    const { primary_conninfo: _, ...rest } = this.#settings
    this.#settings = rest
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    await this.kill('SIGINT')
    this.#stopped = true
    if (this.#place.remove !== null) rmSync(this.#place.remove, { recursive: true, force: true })
    this.#watchdog.dismiss()
  }
}

/**
 * Starts a PostgreSQL of its own from the binaries of `embedded-postgres` (18.x as locked here), with `fsync` on: for development and
 * tests that want the real thing and no installation. Works as root, too; the server then runs as `nobody`. Takes about half a second
 * once an empty cluster has been made on this machine, and two more the first time. When this process dies, the server is ended and a
 * temporary folder removed.
 *
 * @throws FlorinError `configuration` without binaries for this machine, for a wrong option or a folder that cannot be used;
 * `storage_unavailable`, with the end of the server's log, when it does not start.
 * @example
 * const server = await startPostgres()
 * const storage = postgres(server.url)
 */
export const startPostgres = async (options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> => {
  const resolved = resolveEmbedded(options)
  const begun = performance.now()
  const binaries = findBinaries()
  const watchdog = startWatchdog()
  const place = resolved.dataDir === null ? temporaryPlace() : keptPlace(resolved.dataDir)
  watchdog.tell({ pid: null, remove: place.remove, signal: 'SIGQUIT' })
  try {
    await fill(binaries, place, resolved.standbyOf)
    const server = new Embedded(binaries, place, watchdog, resolved.port ?? (await freePort()), resolved)
    await server.start()
    server.startedInMs = Math.round(performance.now() - begun)
    return server
  } catch (error) {
    if (place.remove !== null) rmSync(place.remove, { recursive: true, force: true })
    watchdog.dismiss()
    throw error
  }
}
