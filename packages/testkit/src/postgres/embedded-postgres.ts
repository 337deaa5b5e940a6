import type { ServerSettings } from './server-settings.ts'

/** How a server process may be ended: killed, at once (as after a crash), or in good order. */
export type EndSignal = 'SIGKILL' | 'SIGQUIT' | 'SIGINT'

/** A PostgreSQL of our own, listening on 127.0.0.1 only. When this process ends, however it ends, so does the server. */
export interface EmbeddedPostgres {
  /** `postgres://postgres@127.0.0.1:…/postgres`: a superuser without a password. */
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** How long the start took, the making of an empty cluster included. Milliseconds. */
  readonly startedInMs: number
  isRunning(): boolean
  /** The server's process, or null while it is down. */
  pid(): number | null
  /** The end of the server's log, for error messages. */
  log(): string
  /** Ends the server process and waits until it is gone: SIGKILL, as `kill -9`, if no signal is given. `restart` brings it back. */
  kill(signal?: EndSignal): Promise<void>
  /** Stops the server in good order if it runs, and starts it on the same port and data; `settings` are added to the ones it had. */
  restart(settings?: ServerSettings): Promise<void>
  /** Stops the server in good order, does the work, and starts it again, also if the work fails: for copies of the data folder. */
  whileStopped<T>(work: () => T | Promise<T>): Promise<T>
  /**
   * Runs SQL on a connection of its own, as superuser, and gives the rows of the last statement. Several statements are one
   * transaction. Needs `pg` installed beside.
   */
  sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Makes a standby a primary. Resolves when it takes writes. Rejects with `configuration` if it is no standby. */
  promote(): Promise<void>
  /** Stops the server in good order; a temporary folder is removed. May be called twice. */
  stop(): Promise<void>
}
