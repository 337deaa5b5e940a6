import { join } from 'node:path'
import { expect, type TestContext, test, vi } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { live } from './life.ts'
import { compileRecorder, whyNoRecorder } from './recorder.ts'
import { type CutReport, type PowerLossRun, runPowerLoss } from './run.ts'
import { DATABASE, TOLD } from './told.ts'

vi.setConfig({ testTimeout: 180_000 }) // processes that start, and files that are opened and verified, on whatever machine this is

const folder = tempFolder('power-loss')

const needRecorder = ({ skip }: TestContext): void => {
  const reason = whyNoRecorder()
  if (reason !== null) skip(reason)
}

const cutsOf = async (run: Partial<PowerLossRun> & { readonly seed: number }): Promise<CutReport[]> => {
  const reports: CutReport[] = []
  await runPowerLoss({ lives: 2, cuts: 12, paysForMs: 600, ...run }, (report) => void reports.push(report))
  return reports
}

test('whenever the power is cut, every payment that a caller was told of is there, and the books and the chain are whole (npm run test:power-loss cuts 500 times)', async (context) => {
  needRecorder(context)
  const reports = await cutsOf({ seed: 1 })
  expect(reports.flatMap(({ lost, broken }) => [...lost, ...broken])).toEqual([])
  expect(reports).toHaveLength(24)
  expect(Math.max(...reports.map(({ told }) => told))).toBeGreaterThan(0)
})

// What a kill -9 cannot find: the bytes are in the system's memory, and the process is not needed to keep them there.
test.for([
  ['all', 'a disk that does not sync at all'],
  ['log', 'commits that do not wait for the log, as with synchronous = normal'],
] as const)('cutting the power finds out %s: %s', async ([swallow], context) => {
  needRecorder(context)
  const reports = await cutsOf({ seed: 1, lives: 1, swallow })
  expect(reports.filter(({ lost }) => lost.length > 0).length).toBeGreaterThan(0)
})

test('nobody is told of a payment before the log was synced for it', async (context) => {
  needRecorder(context)
  const recorder = await compileRecorder(folder)
  const where = { recorder, folder: join(folder, 'life'), keys: join(folder, 'keys.json') }
  const { calls } = await live({ ...where, files: new Map(), name: 'alone', atOnce: 1, paysForMs: 400 })
  let written = 0
  let syncs = 0
  const told: { readonly unsynced: number; readonly syncs: number }[] = []
  for (const { kind, path } of calls) {
    if (path === `${DATABASE}-wal` && kind === 'written') written += 1
    if (path === `${DATABASE}-wal` && kind === 'synced') [written, syncs] = [0, syncs + 1]
    if (path === TOLD && kind === 'written') {
      told.push({ unsynced: written, syncs })
      syncs = 0
    }
  }
  expect(told.length).toBeGreaterThan(0)
  expect(told.filter((one) => one.unsynced > 0 || one.syncs === 0)).toEqual([])
})
