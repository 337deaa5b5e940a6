import type { Florin } from '@florin/core'
import type { StatementLine } from '@florin/core/statements'
import type { ReadingSpec } from '../plan/plan.ts'
import type { Callers, Ended } from '../world/callers.ts'
import { reportFile, reportReader } from '../world/report-file.ts'
import type { Told } from '../world/reports.ts'
import type { Simulation } from '../world/simulation.ts'

const TOLERANCES = { closesAfterDays: 0 } // what a file covers it should have: so that what it lacks is missed at once
const MOST_TRIES = 8
const AGAIN_MS = 3_000

/** Operators who give reports to whatever server is up, and give a file again until they hear that it was read. */
export class Operators {
  readonly #simulation: Simulation
  readonly #callers: Callers

  constructor(simulation: Simulation, callers: Callers) {
    this.#simulation = simulation
    this.#callers = callers
  }

  /** One reading of the plan. Whatever of it does not come off is made good by `readAll`. */
  async read({ of, closes, from, to, copies, after }: ReadingSpec): Promise<void> {
    const { reports } = this.#simulation
    await reports.print(closes)
    for (const told of of === 'gateways' ? reports.gateways() : reports.banks()) {
      const { length } = told.lines
      const piece = told.lines.slice(Math.floor((length * from) / 100), Math.ceil((length * to) / 100))
      if (piece.length === 0) continue
      await Promise.all(Array.from({ length: copies }, () => this.#give(told, piece)))
    }
    if (after === 'sweep') await this.#call('sweep', (florin) => florin.reconciliation.sweep())
    if (after === 'look_again') await this.#call('look_again', (florin) => florin.reconciliation.lookAgain())
  }

  /** Everything there is, whole, after gateways have settled what was open. True where a gateway had something new. */
  async readAll(): Promise<boolean> {
    const { reports } = this.#simulation
    const isNew = await reports.print(true)
    for (const told of [...reports.gateways(), ...reports.banks()]) {
      if (told.lines.length > 0) await this.#give(told, told.lines)
    }
    await this.#call('sweep', (florin) => florin.reconciliation.sweep())
    await this.#call('look_again', (florin) => florin.reconciliation.lookAgain())
    return isNew
  }

  async #give({ source, name }: Told, lines: readonly StatementLine[]): Promise<void> {
    const bytes = reportFile(lines)
    const input = { source, bytes, reader: reportReader, onMalformed: 'refuse', tolerances: TOLERANCES } as const
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const ended = await this.#call(`ingest ${name}`, (florin) => florin.reconciliation.ingest(input))
      if (ended.how === 'answered') return
      await new Promise<void>((resolve) => void this.#simulation.time.after(AGAIN_MS, resolve))
    }
  }

  #call<T>(scope: string, run: (florin: Florin) => Promise<T>): Promise<Ended<T>> {
    const [merchant = ''] = this.#simulation.plan.setUp.merchants
    return this.#callers.once({ merchant, scope, key: null, content: '', run: (_, florin) => run(florin) })
  }
}
