import { type ChildProcess, fork } from 'node:child_process'
import type { FailedSeed, SimulationReport } from '../simulate.ts'
import { addTotals, emptyTotals } from '../totals.ts'

/** Seeds for one worker. */
export interface Portion {
  readonly from: number
  readonly seeds: number
  readonly payments: number
}

/** What a worker sends back. */
export interface PortionDone {
  readonly report: SimulationReport
}

/** What many worlds came to. */
export interface PoolReport extends SimulationReport {
  readonly wallMs: number
}

/** How far it is. */
export interface Progress {
  readonly done: number
  readonly payments: number
  readonly failures: number
}

interface PoolOptions {
  readonly from: number
  readonly seeds: number
  readonly payments: number
  readonly workers: number
  readonly stopAtFirst: boolean
  readonly seconds: number | null
  readonly onProgress: (progress: Progress) => void
}

const PORTION = 20 // seeds at a time: a second of work, so that workers end together

/** Runs seeds in processes of their own, since each forbids its real clock to its whole process. Rejects when a worker dies. */
export const runPool = async (options: PoolOptions): Promise<PoolReport> => {
  const { seeds, payments, workers, stopAtFirst, onProgress } = options
  const start = performance.now()
  const totals = emptyTotals()
  const failures: FailedSeed[] = []
  const end = options.from + seeds
  let next = options.from
  const portion = (): Portion | null => {
    if (options.seconds !== null && performance.now() - start > options.seconds * 1_000) return null
    if (next >= end || (stopAtFirst && failures.length > 0)) return null
    const from = next
    next = Math.min(end, next + PORTION)
    return { from, seeds: next - from, payments }
  }
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child: ChildProcess = fork(new URL('./worker.ts', import.meta.url), { execArgv: process.execArgv })
      const give = (): void => {
        const work = portion()
        if (work !== null) return void child.send(work)
        child.disconnect()
        resolve()
      }
      child.on('message', ({ report }: PortionDone) => {
        addTotals(totals, report)
        failures.push(...report.failures)
        onProgress({ done: totals.seeds, payments: totals.payments, failures: failures.length })
        give()
      })
      child.on('exit', (code) => code !== 0 && reject(new Error(`a worker ended with code ${code}`)))
      give()
    })
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(seeds / PORTION)) }, worker))
  failures.sort((a, b) => a.seed - b.seed)
  return { ...totals, failures, wallMs: performance.now() - start }
}
