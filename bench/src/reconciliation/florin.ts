import { createReadStream } from 'node:fs'
import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { sqlite } from '@florin/storage-sqlite'
import { zeroGateway } from '../payments/zero-gateway.ts'
import { benchReader } from './reader.ts'

/** What reading a file with Florin took. */
export interface ByFlorin {
  readonly seconds: number
  /** The most memory that the process ever held, as the system counts it: from its start, everything that it loads included. */
  readonly peakMib: number
  /** Seconds that the same file took when it came again. */
  readonly again: number
}

const KIBI = 1_024

/** Reads the file with Florin; every line must be matched. */
export const reconcileByFlorin = async (
  database: string,
  path: string,
  lines: number,
  onProgress: (what: string) => void,
): Promise<ByFlorin> => {
  const florin = await createFlorin({
    storage: sqlite(database),
    gateways: { zero: zeroGateway() },
    keys: ephemeralKeys(systemRuntime().random),
  })
  const input = {
    source: { gateway: 'zero', account: 'main' },
    reader: benchReader,
    bytes: () => createReadStream(path),
    onMalformed: 'report',
  } as const
  const start = performance.now()
  const run = await florin.reconciliation.ingest({
    ...input,
    onProgress: ({ place }) => {
      if (place % 50_000 === 0) onProgress(`reconciliation: ${place} of ${lines} lines`)
    },
  })
  const seconds = (performance.now() - start) / 1_000
  const peakMib = process.resourceUsage().maxRSS / KIBI
  if (run.counts.matched !== lines) throw new Error(`${run.counts.matched} of ${lines} lines matched`)
  const second = performance.now()
  const same = await florin.reconciliation.ingest(input)
  if (same.id !== run.id) throw new Error('the same file was read as another one')
  const again = (performance.now() - second) / 1_000
  await florin.close()
  return { seconds, peakMib, again }
}
