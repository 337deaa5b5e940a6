import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts one of this folder's programs in a process of its own, on the sources. */
export const startChild = (program: string, args: readonly string[], prefix: readonly string[] = []): ChildProcess => {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const [command = '', ...rest] = [...prefix, process.execPath, '--conditions=@florin/source', path, ...args]
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Waits for a child to end, and gives what it printed. */
export const ended = async (child: ChildProcess): Promise<Ended> => {
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}
