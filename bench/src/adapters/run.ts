import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPublished } from '../build-published.ts'
import { type BenchResult, resultOf } from '../storage/result.ts'
import { CERTIFICATE } from './certificate.ts'
import { footprints } from './footprint.ts'
import { measureSide, startStub } from './measure.ts'
import type { Provider, SideReport } from './side.ts'

/** How the adapters are measured. */
export interface AdaptersBenchOptions {
  /** Alternating runs of either side; five if absent. */
  readonly runs?: number
  /** Payments at the same time; 1 and 32 if absent. */
  readonly inFlight?: readonly number[]
  /** Payments a run; 1,500 if absent. */
  readonly payments?: number
  readonly onProgress?: (what: string) => void
}

const MIB = 1_048_576
const CALLS = 2 // a payment is an authorisation and its capture

const FIGURES: readonly { name: string; unit: string; of(report: SideReport): number }[] = [
  { name: 'payments a second', unit: 'payments/s', of: ({ payments, elapsedMs }) => payments / (elapsedMs / 1_000) },
  { name: 'processor time a call', unit: 'µs', of: ({ payments, cpuMs }) => (cpuMs * 1_000) / (payments * CALLS) },
  { name: 'resident memory at most', unit: 'MiB', of: ({ rssBytes }) => rssBytes / MIB },
]

/** Runs `work` with the stub's certificate trusted by every process that is started in it, ours and theirs alike. */
async function* trusting<T>(work: () => AsyncIterable<T>): AsyncIterable<T> {
  const folder = mkdtempSync(join(tmpdir(), 'florin-bench-'))
  const file = join(folder, 'ca.pem')
  writeFileSync(file, CERTIFICATE)
  process.env.NODE_EXTRA_CA_CERTS = file
  try {
    yield* work()
  } finally {
    delete process.env.NODE_EXTRA_CA_CERTS
    rmSync(folder, { recursive: true, force: true })
  }
}

async function* benchProvider(provider: Provider, inFlight: number, options: Required<AdaptersBenchOptions>) {
  const { runs, payments, onProgress } = options
  const stub = await startStub(provider)
  try {
    const pairs: { florin: SideReport; official: SideReport }[] = []
    const work = { provider, url: stub.url, inFlight, payments, warmUp: Math.ceil(payments / 3) }
    for (let run = 0; run < runs; run++) {
      const florin = await measureSide({ ...work, side: 'florin' })
      const official = await measureSide({ ...work, side: 'official' })
      pairs.push({ florin, official })
      onProgress(`adapters: ${provider}, ${inFlight} in flight, run ${run + 1} of ${runs}`)
    }
    for (const { name, unit, of } of FIGURES) {
      const about = { suite: 'adapters', case: `${provider}, ${inFlight} in flight: ${name}`, unit }
      yield resultOf(
        about,
        pairs.map(({ florin, official }) => ({ value: of(florin), baseline: of(official) })),
      )
    }
  } finally {
    stub.stop()
  }
}

/**
 * Payments through each adapter (request, send, read) beside the provider's own SDK making the same calls on the same local double,
 * over TLS, each side in a process of its own; then what either side weighs when installed, and how long its import takes.
 */
export const runAdaptersBench = (given: AdaptersBenchOptions = {}): AsyncIterable<BenchResult> => {
  const options = { runs: 5, inFlight: [1, 32], payments: 1_500, onProgress: () => {}, ...given }
  return trusting(async function* () {
    options.onProgress('adapters: building what is published')
    buildPublished()
    for (const provider of ['stripe', 'adyen'] as const) {
      for (const inFlight of options.inFlight) yield* benchProvider(provider, inFlight, options)
      yield* footprints(provider, options.runs)
    }
  })
}
