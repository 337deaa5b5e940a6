import type { Florin, RunView } from '@florin/core'
import type { StatementReader } from '@florin/core/statements'

/** A file of one line, which is about nothing that we know. */
const reader: StatementReader = {
  format: 'one',
  async *read(bytes) {
    for await (const _ of bytes);
    const references = { attempt: null, gatewayId: 'ch_x', parentGatewayId: null, batch: 'b', endToEnd: null }
    const money = { currency: 'EUR', gross: 500n, fee: 0n, net: 500n, presentment: null }
    const when = { occurredAt: 1_000, valueAt: 1_000 }
    yield [{ is: 'line', line: 1, id: 'l1', kind: 'capture', ...money, ...when, references, text: 'strange' }]
  },
}

/** Reads such a file, so that there is a run, and a break. */
export const strangeFile = (florin: Florin): Promise<RunView> =>
  florin.reconciliation.ingest({
    source: { gateway: 'sandbox', account: 'default' },
    reader,
    bytes: new Uint8Array([1]),
    onMalformed: 'report',
  })
