import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqlite } from '@florin/storage-sqlite'
import { HandWriter } from '../storage/hand-writer.ts'
import type { Lifecycle } from '../storage/lifecycle.ts'
import { type BenchResult, resultOf } from '../storage/result.ts'
import { benchFlorin, payRate } from './florin-run.ts'
import { recordPayments } from './recorded.ts'
import { zeroGateway } from './zero-gateway.ts'

export interface PaymentsBenchOptions {
  /** Payments at the same time; 1, 16, 64 and 256 if absent. */
  readonly inFlight?: readonly number[]
  /** Alternating runs of either side; five if absent. */
  readonly runs?: number
  /** Payments a run, by how many are in flight; about a second's worth if absent. */
  readonly payments?: (inFlight: number) => number
  /** Where the files are made; the system's temporary folder if absent. */
  readonly folder?: string
  /** Hears of every run. */
  readonly onProgress?: (what: string) => void
}

const paymentsOf = (inFlight: number): number => (inFlight === 1 ? 600 : inFlight < 64 ? 3_200 : 6_400)

/** The hand-written side: the same payments, `inFlight` a commit, three commits each. */
const handRate = (writer: HandWriter, payments: readonly Lifecycle[], inFlight: number): number => {
  const start = performance.now()
  for (let first = 0; first < payments.length; first += inFlight) {
    const some = payments.slice(first, first + inFlight)
    for (const step of [0, 1, 2] as const) writer.commit(step, some)
  }
  return payments.length / ((performance.now() - start) / 1_000)
}

/**
 * Payments a second (`create` with automatic capture, three commits, sequencing inline, a gateway that answers at once), beside a
 * hand-written better-sqlite3 writer that makes the very rows durable that Florin made for such payments, in as many commits.
 */
export async function* runPaymentsBench(options: PaymentsBenchOptions = {}): AsyncIterable<BenchResult> {
  const { inFlight = [1, 16, 64, 256], runs = 5, payments = paymentsOf, onProgress = () => {} } = options
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), 'florin-bench-'))
  try {
    for (const n of inFlight) {
      const pairs: { value: number; baseline: number }[] = []
      const count = payments(n)
      const storage = sqlite(join(folder, `florin-${n}.db`))
      const florin = await benchFlorin(storage, zeroGateway())
      const handFile = join(folder, `hand-${n}.db`)
      const schema = sqlite(handFile)
      await schema.migrate()
      await schema.close()
      const writer = new HandWriter(handFile)
      await payRate(florin, Math.ceil(count / 4), n) // both sides warm up
      handRate(writer, await recordPayments(Math.ceil(count / 4)), n)
      for (let run = 0; run < runs; run++) {
        const recorded = await recordPayments(count)
        const value = await payRate(florin, count, n)
        const baseline = handRate(writer, recorded, n)
        pairs.push({ value, baseline })
        onProgress(`payments, ${n} in flight, run ${run + 1} of ${runs}: ${(value / baseline).toFixed(2)}`)
      }
      writer.close()
      await florin.close()
      yield resultOf({ suite: 'payments', case: `${n} in flight`, unit: 'payments/s' }, pairs)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
