import { systemRuntime } from '@florin/core'
import { createCommitter } from '@florin/core/storage'
import { postgres } from '@florin/storage-postgres'
import { workRate } from '../payments/florin-run.ts'
import { transfer } from '../storage/lifecycle.ts'
import { type BenchResult, resultOf } from '../storage/result.ts'
import { connect, connectMany, endAll } from './hand-client.ts'
import type { BenchServer } from './server.ts'
import { makeTransferFunction, transferRate } from './transfer-function.ts'

export interface PostingsSettings {
  readonly runs: number
  /** Transfers a run through Florin. */
  readonly transfers: number
  /** Calls of the function a run; it is slower. */
  readonly calls: number
  readonly onProgress: (what: string) => void
}

const IN_FLIGHT = 256
const CONNECTIONS = 16
const RANDOM_ACCOUNTS = 10_000
const HOT_ACCOUNTS = 1

/** One way to post, measured on hot and on random accounts by turns. */
interface Side {
  readonly schema: string
  rate(accounts: number): Promise<number>
  close(): Promise<void>
}

/** Through core's committer: each transfer is a change of its own, and group commit batches them. */
const committerSide = async (server: BenchServer, transfers: number): Promise<Side> => {
  const schema = await server.schema()
  const storage = postgres({ url: server.url, schema })
  const committer = createCommitter({ storage, runtime: systemRuntime() })
  let n = 0
  return {
    schema,
    rate: (accounts) =>
      workRate(transfers, IN_FLIGHT, async () => {
        const change = transfer(n++, accounts)
        const { committed } = await committer.commit(change, { lane: 'intent', merchant: 'mer_1' })
        if (!committed) throw new Error('a transfer of the bench lost')
      }),
    async close() {
      await committer.close()
      await storage.close()
    },
  }
}

/** The row-locking function, once a transfer. */
const functionSide = async (server: BenchServer, calls: number): Promise<Side> => {
  const schema = await server.schema()
  const maker = await connect(server.url, schema)
  await makeTransferFunction(maker, RANDOM_ACCOUNTS)
  await maker.end()
  const clients = await connectMany(server.url, schema, CONNECTIONS)
  let run = 0
  return {
    schema,
    // Knuth's multiplicative hash, as in `transfer`.
    rate: (accounts) => transferRate(clients, calls, (n) => (n * 2_654_435_761) % accounts, `${run++}-`),
    close: () => endAll(clients),
  }
}

/** Ledger postings alone: hot accounts beside random ones, and each beside the function. */
export async function* postingsPart(server: BenchServer, settings: PostingsSettings): AsyncIterable<BenchResult> {
  const { runs, onProgress } = settings
  const ours = await committerSide(server, settings.transfers)
  const theirs = await functionSide(server, settings.calls)
  for (const side of [ours, theirs]) for (const accounts of [HOT_ACCOUNTS, RANDOM_ACCOUNTS]) await side.rate(accounts)
  await server.settle(ours.schema, theirs.schema)
  const rounds: { hot: number; random: number; theirHot: number; theirRandom: number }[] = []
  for (let run = 0; run < runs; run++) {
    const [hot, theirHot] = [await ours.rate(HOT_ACCOUNTS), await theirs.rate(HOT_ACCOUNTS)]
    const [random, theirRandom] = [await ours.rate(RANDOM_ACCOUNTS), await theirs.rate(RANDOM_ACCOUNTS)]
    rounds.push({ hot, random, theirHot, theirRandom })
    const [a, b, c, d] = [hot, random, theirHot, theirRandom].map(Math.round)
    onProgress(`postings, run ${run + 1} of ${runs}: hot ${a}, random ${b}; the function's ${c}, ${d}`)
  }
  await ours.close()
  await theirs.close()
  const about = { suite: 'postgres', unit: 'transfers/s' }
  const pairs = (of: (round: (typeof rounds)[number]) => [number, number]) =>
    rounds.map((round) => {
      const [value, baseline] = of(round)
      return { value, baseline }
    })
  yield resultOf(
    { ...about, case: 'postings, one hot account beside random ones' },
    pairs((r) => [r.hot, r.random]),
  )
  yield resultOf(
    { ...about, case: `postings, random, beside a function on ${CONNECTIONS}` },
    pairs((r) => [r.random, r.theirRandom]),
  )
  yield resultOf(
    { ...about, case: `postings, hot, beside a function on ${CONNECTIONS}` },
    pairs((r) => [r.hot, r.theirHot]),
  )
}
