import { createDice } from '../faults/dice.ts'
import { drawActs } from './acts.ts'
import { type ActReport, type OutageReport, runOutages } from './run.ts'

/** How many outages, and how hard. */
export interface OutagesCommand {
  readonly outages: number
  readonly orders: number
  readonly atOnce: number
  readonly seed: number
  readonly json: boolean
}

const AFTER_MS = 1_000 // six seconds of waiting an outage would make a run long, not hard

const lineOf = ({ name, wanted, sold, medianMs, longestMs }: ActReport): string =>
  `${name}: ${sold} of ${wanted} sold meanwhile; buyers waited ${medianMs} ms, at most ${longestMs} ms`

const endOf = ({ payments, charges, failovers, settledMs, problems }: OutageReport): string => {
  const why = Object.entries(failovers).map(([because, times]) => `${times} × ${because}`)
  const head = `${payments} payments, ${charges} charges in both books, ${settledMs} ms until all agreed; went on elsewhere: ${why.join(', ') || 'never'}`
  return [head, ...problems.map((one) => `  ✗ ${one}`)].join('\n')
}

/** Plays outages drawn by lot, and tells of each. True when no promise was broken. */
export const playOutages = async ({ outages, orders, atOnce, seed, json }: OutagesCommand): Promise<boolean> => {
  const dice = createDice(seed)
  const run = { acts: drawActs(dice, outages), orders, atOnce, dice, afterMs: AFTER_MS }
  if (!json) console.log(`${outages} outages of ${orders} orders each, seed ${seed}`)
  const report = await runOutages(run, (act) => console.log(json ? JSON.stringify(act) : lineOf(act)))
  const { stories, ...told } = report
  console.log(json ? JSON.stringify(told) : endOf(report))
  return report.problems.length === 0
}
