import { spawn } from 'node:child_process'

/** What is to be done for a server whose owner has died without a word. */
export interface LastWill {
  /** The server's process, or null while there is none. */
  readonly pid: number | null
  /** SIGINT ends it in good order, SIGQUIT at once. */
  readonly signal: 'SIGINT' | 'SIGQUIT'
  /** The folder to remove afterwards, if any. */
  readonly remove: string | null
}

/** A process that outlives this one by a moment. */
export interface Watchdog {
  /** Replaces what it would do. */
  tell(will: LastWill): void
  /** Lets it go: there is nothing left to do. */
  dismiss(): void
}

/*
 * Runs by itself, from text, so that it is the same in sources and in a build. Its standard input closes when the owner ends, however
 * it ends: also by SIGKILL, where no handler of the owner's runs.
 */
const PROGRAM = `
const { rmSync } = require('node:fs')
let text = ''
process.on('SIGINT', () => {}).on('SIGTERM', () => {}).on('SIGHUP', () => {})
process.stdin.setEncoding('utf8').on('data', (chunk) => { text += chunk }).on('end', () => {
  const { pid, signal, remove } = JSON.parse(text.trimEnd().split('\\n').at(-1) || '{}')
  const send = (name) => { try { return process.kill(pid, name) } catch { return false } }
  const until = Date.now() + 10000
  const finish = () => { if (remove) rmSync(remove, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) }
  const look = () => {
    if (!send(0)) return finish()
    if (Date.now() < until) return setTimeout(look, 20)
    send('SIGKILL')
    setTimeout(finish, 500)
  }
  if (!pid) return finish()
  send(signal)
  look()
})`

/** Starts a watchdog for this process. It keeps neither this process nor its terminal from ending. */
export const startWatchdog = (): Watchdog => {
  const child = spawn(process.execPath, ['-e', PROGRAM], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH ?? '' },
  })
  child.unref()
  child.stdin.on('error', () => {}) // it was ended by somebody: then the owner's own stop has to do
  ;(child.stdin as unknown as { unref?: () => void }).unref?.()
  return {
    tell: (will) => void child.stdin.write(`${JSON.stringify(will)}\n`),
    dismiss: () => void child.stdin.end('{}\n'),
  }
}
