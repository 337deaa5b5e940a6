import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Content } from './content.ts'
import { createDice, type Dice } from './dice.ts'
import { Disk, type Files, keepAll } from './disk.ts'
import type { DiskCall } from './disk-log.ts'
import { examine } from './examine.ts'
import { type Life, live } from './life.ts'
import { powerCut, type Way } from './power-cut.ts'
import { compileRecorder } from './recorder.ts'
import { readTold, TOLD, type Told } from './told.ts'

/** How long and how hard. */
export interface PowerLossRun {
  readonly seed: number
  /** Processes, one after the other; each begins with what a power cut left of the one before. */
  readonly lives: number
  /** Moments of each life at which the power is cut. */
  readonly cuts: number
  /** How long a process pays before it is killed, at most. */
  readonly paysForMs: number
  /** Syncs that the disk only pretends, to see that this is found out. */
  readonly swallow?: 'all' | 'log'
}

/** What became of one power cut. */
export interface CutReport {
  readonly life: number
  readonly way: Way
  /** Calls before the cut, of all. */
  readonly calls: number
  readonly syncs: number
  /** Payments that callers had been told of until then. */
  readonly told: number
  readonly lost: readonly string[]
  readonly broken: readonly string[]
}

const SHARED_MEMORY = /-shm$/ // mapped into memory and not written; SQLite makes a new one when it is the first to open the file

const isDisk = ({ path }: { readonly path: string }): boolean => path !== TOLD && !SHARED_MEMORY.test(path)

const filesAt = (files: Files, calls: readonly DiskCall[], keep = keepAll): Files => {
  const disk = new Disk(files)
  for (const call of calls) if (isDisk(call)) disk.do(call)
  return disk.cut(keep.keep, keep.names)
}

const toldIn = (calls: readonly DiskCall[]): ReadonlyMap<string, Told> => {
  const content = new Content()
  for (const call of calls) if (call.kind === 'written' && call.path === TOLD) content.write(call.at, call.bytes)
  return readTold(content.bytes())
}

const leadsTo = (files: Files, calls: readonly DiskCall[], left: Files): string | undefined => {
  const made = filesAt(files, calls)
  const names = [...left.keys()].filter((path) => isDisk({ path }))
  return names.find((name) => !Buffer.from(left.get(name) ?? []).equals(made.get(name) ?? new Uint8Array()))
}

/** The log tells the whole story: what it says was done (but for the last, which the kill may have prevented) makes the files that are there. */
const checkRecord = (files: Files, { calls, left }: Life): void => {
  const wrong = leadsTo(files, calls, left)
  if (wrong === undefined || leadsTo(files, calls.slice(0, -1), left) === undefined) return
  throw new Error(`the log of the disk does not lead to ${wrong} as it is: something writes unseen`)
}

const cutAt = (files: Files, calls: readonly DiskCall[], dice: Dice) => {
  const { way, ...keep } = powerCut(dice)
  return { way, files: filesAt(files, calls, keep) }
}

const playLife = async (at: string, life: number, recorder: string, files: Files, dice: Dice, run: PowerLossRun) => {
  const keys = join(at, 'keys.json')
  const lived = await live({
    ...{ recorder, keys, files, folder: join(at, 'life'), name: `${life}`, atOnce: 1 + dice.below(8) },
    paysForMs: dice.below(run.paysForMs),
    ...(run.swallow !== undefined && { swallow: run.swallow }),
  })
  checkRecord(files, lived)
  return { keys, calls: lived.calls }
}

/**
 * Life after life on one recorded disk: payments are taken until a `kill -9`, and then the power is cut at many moments of that life, each
 * time with another choice of what the disk had not synced. After each, what callers had been told must be there.
 */
export const runPowerLoss = async (run: PowerLossRun, tell: (report: CutReport) => void): Promise<void> => {
  const at = mkdtempSync(join(tmpdir(), 'florin-power-loss-'))
  const dice = createDice(run.seed)
  try {
    const recorder = await compileRecorder(at)
    let files: Files = new Map()
    const remembered = new Map<string, Told>() // of the lives before, up to the cut that ended each
    for (let life = 1; life <= run.lives; life += 1) {
      const { keys, calls } = await playLife(at, life, recorder, files, dice, run)
      for (let cut = 1; ; cut += 1) {
        const until = calls.slice(0, cut === run.cuts ? calls.length : 1 + dice.below(calls.length))
        const after = cutAt(files, until, dice)
        const told = new Map([...remembered, ...toldIn(until)])
        const syncs = until.filter(({ kind }) => kind === 'synced').length
        const found = await examine(join(at, 'after'), keys, after.files, told.values())
        tell({ life, way: after.way, calls: until.length, syncs, told: told.size, ...found })
        if (cut < run.cuts) continue
        const usable = found.lost.length + found.broken.length === 0 // else the next begins with nothing
        files = usable ? after.files : new Map()
        if (!usable) remembered.clear()
        for (const [id, one] of usable ? told : []) remembered.set(id, one)
        break
      }
    }
  } finally {
    rmSync(at, { recursive: true, force: true })
  }
}
