import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Files } from './disk.ts'
import { type DiskCall, readDiskLog } from './disk-log.ts'
import { TOLD } from './told.ts'

/** How one process lives and dies. */
export interface LifeOptions {
  /** The compiled recorder. */
  readonly recorder: string
  /** A folder of its own. */
  readonly folder: string
  /** The file of the keys. */
  readonly keys: string
  /** What its disk holds at first. */
  readonly files: Files
  readonly name: string
  readonly atOnce: number
  /** From the first answer that a caller got until `kill -9`. */
  readonly paysForMs: number
  /** Syncs that the disk only pretends: none if absent. */
  readonly swallow?: 'all' | 'log'
}

/** What one process did to its disk until it was killed. */
export interface Life {
  /** In order, what callers were told among it. */
  readonly calls: readonly DiskCall[]
  /** The files as the kill left them: everything that was written, as the system was not cut off. */
  readonly left: Files
}

const PROGRAM = fileURLToPath(new URL('pay-until-killed.ts', import.meta.url))
const START_MS = 60_000
const LOOK_MS = 5

export const writeFiles = (folder: string, files: Files): void => {
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
}

const readFiles = (folder: string): Files =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))

const untilTold = async (child: ChildProcess, file: string, words: () => string): Promise<void> => {
  const began = performance.now()
  while (!existsSync(file) || statSync(file).size === 0) {
    if (child.exitCode !== null) throw new Error(`the process ended by itself with code ${child.exitCode}: ${words()}`)
    if (performance.now() - began > START_MS) throw new Error(`no payment within ${START_MS} ms: ${words()}`)
    await pause(LOOK_MS)
  }
}

/** Lets a process take payments on a recorded disk, and kills it in the middle. */
export const live = async (options: LifeOptions): Promise<Life> => {
  const { recorder, folder, keys, files, name, atOnce, paysForMs, swallow } = options
  const disk = join(folder, 'disk')
  const log = join(folder, 'calls')
  rmSync(folder, { recursive: true, force: true })
  writeFiles(disk, files)
  const child = spawn(process.execPath, ['--conditions=@florin/source', PROGRAM, disk, keys, name, `${atOnce}`], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      LD_PRELOAD: recorder,
      RECORD_FOLDER: disk,
      RECORD_LOG: log,
      ...(swallow !== undefined && { RECORD_SWALLOW: swallow }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text
  })
  const gone = once(child, 'close')
  try {
    await untilTold(child, join(disk, TOLD), () => words)
    await pause(paysForMs)
    if (child.exitCode !== null) throw new Error(`the process ended by itself with code ${child.exitCode}: ${words}`)
  } finally {
    child.kill('SIGKILL')
    await gone
  }
  return { calls: readDiskLog(readFileSync(log)), left: readFiles(disk) }
}
