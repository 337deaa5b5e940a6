import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { FlorinError } from '@florin/core'
import type { Binaries } from './binaries.ts'
import { asServerUser } from './server-user.ts'

/** How one server process is started. */
export interface Launch {
  readonly binaries: Binaries
  readonly dataDir: string
  readonly port: number
  /** Server settings, as in postgresql.conf. */
  readonly settings: Readonly<Record<string, string>>
  readonly startTimeoutMs: number
  /** Hears of every process that is started, before it is ready. */
  readonly spawned: (pid: number) => void
}

/** One running server process. */
export interface Postmaster {
  readonly pid: number
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>
  /** Whether it is there still. */
  isRunning(): boolean
  signal(signal: NodeJS.Signals): void
  /** The last words of its log. */
  log(): string
}

const LAST_WORDS = 16_384
const READY = /ready to accept (?:read-only )?connections/
/** What passes by itself: the backends of a server that was killed are still leaving, or another program had the port for a moment. */
const PASSES = /pre-existing shared memory block|could not bind/
const RETRY_MS = 100

const argumentsOf = ({ dataDir, port, settings }: Launch): readonly string[] => [
  '-D',
  dataDir,
  '-p',
  `${port}`,
  '-h',
  '127.0.0.1',
  '-c',
  'unix_socket_directories=', // their paths may be too long, and nobody needs them
  ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
]

/** Keeps the end of what a stream says. */
const lastWords = ({ stderr }: ChildProcess) => {
  let log = ''
  const listeners = new Set<(log: string) => void>()
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-LAST_WORDS)
    for (const listener of listeners) listener(log)
  })
  return { log: () => log, listeners }
}

const failed = (what: string, log: string): FlorinError =>
  new FlorinError('storage_unavailable', `PostgreSQL ${what}. Its log ends with:\n${log.trim()}`)

/** Neither the process nor its pipe keeps this program from ending; the watchdog sees to the rest. */
const unref = (child: ChildProcess): void => {
  child.unref()
  ;(child.stderr as unknown as { unref?: () => void } | null)?.unref?.()
}

const launch = async (options: Launch): Promise<Postmaster> => {
  const { binaries, dataDir, startTimeoutMs } = options
  const child = spawn(binaries.postgres, argumentsOf(options), {
    ...asServerUser(),
    cwd: dataDir,
    detached: true, // Ctrl-C is for this program, which then stops the server in its own time
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (child.pid !== undefined) options.spawned(child.pid)
  const { log, listeners } = lastWords(child)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    const give = (settle: () => void): void => {
      clearTimeout(timer)
      listeners.clear()
      settle()
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      give(() => reject(failed(`was not ready after ${startTimeoutMs} ms`, log())))
    }, startTimeoutMs)
    listeners.add((text) => READY.test(text) && give(resolve))
    child.once('error', (cause) => give(() => reject(failed(`cannot be started (${cause.message})`, log()))))
    child.once('exit', (code) => give(() => reject(failed(`ended with code ${code} while starting`, log()))))
  })
  unref(child)
  return {
    pid: child.pid ?? 0,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    signal: (signal) => void child.kill(signal),
    log,
  }
}

/** Starts a server and waits until it takes connections. Tries again, within the time it has, where the reason passes by itself. */
export const startPostmaster = async (options: Launch): Promise<Postmaster> => {
  const until = performance.now() + options.startTimeoutMs
  for (;;) {
    try {
      return await launch(options)
    } catch (error) {
      if (!PASSES.test((error as Error).message) || performance.now() > until) throw error
      await pause(RETRY_MS)
    }
  }
}

/** Waits until a server process is gone. Rejects when it is not after `patienceMs`. */
export const waitForEnd = async (postmaster: Postmaster, patienceMs: number): Promise<void> => {
  const late = new AbortController()
  const timer = pause(patienceMs, 'late', { signal: late.signal }).catch(() => 'ended')
  const first = await Promise.race([postmaster.ended.then(() => 'ended'), timer])
  late.abort()
  if (first === 'late') throw failed(`did not end within ${patienceMs} ms`, postmaster.log())
}
