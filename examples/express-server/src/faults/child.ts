import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A Node process of ours. */
export interface Child {
  /** What it said when it was ready. */
  readonly ready: string
  /** All that it said then. */
  readonly said: Readonly<Record<string, unknown>>
  readonly pid: number
  /** Resolves when it has ended, for whatever reason. */
  readonly gone: Promise<void>
  /** Sends a message and resolves with the next one that comes back. One at a time. */
  ask<T>(question: unknown): Promise<T>
  /** As `kill -9`: resolves when it is gone. */
  kill(): Promise<void>
  /** As Ctrl-C. */
  stop(): Promise<void>
}

const START_MS = 30_000
const LAST_WORDS = 2_000

const nextMessage = (child: ChildProcess, words: () => string, patienceMs: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => done(() => reject(new Error(`no answer in ${patienceMs} ms. ${words()}`))),
      patienceMs,
    )
    const done = (settle: () => void): void => {
      clearTimeout(timer)
      child.off('message', heard)
      child.off('exit', gone)
      settle()
    }
    const heard = (message: unknown): void => done(() => resolve(message))
    const gone = (code: number | null): void => done(() => reject(new Error(`ended with code ${code}. ${words()}`)))
    child.on('message', heard)
    child.on('exit', gone)
  })

const gone = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => {
        child.once('exit', () => resolve())
      })

/** Starts a module of this folder and waits until it says that it is ready. */
export const startChild = async (
  module: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Child> => {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), [...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    execArgv: ['--conditions=@florin/source'],
    serialization: 'advanced', // amounts are bigints
    silent: true,
  })
  let words = ''
  const listen = (chunk: Buffer): void => {
    words = (words + chunk.toString()).slice(-LAST_WORDS)
  }
  child.stdout?.on('data', listen)
  child.stderr?.on('data', listen)
  const end = (signal: NodeJS.Signals) => (): Promise<void> => {
    child.kill(signal)
    return gone(child)
  }
  try {
    const said = (await nextMessage(child, () => words, START_MS)) as Child['said'] & { readonly ready: string }
    return {
      ready: said.ready,
      said,
      pid: child.pid ?? 0,
      gone: gone(child),
      ask: async <T>(question: unknown) => {
        const heard = nextMessage(child, () => words, START_MS)
        child.send(question as object)
        return (await heard) as T
      },
      kill: end('SIGKILL'),
      stop: end('SIGTERM'),
    }
  } catch (error) {
    await end('SIGKILL')()
    throw error
  }
}
