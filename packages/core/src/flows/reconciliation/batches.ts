import {
  type BatchNews,
  type BatchPartRow,
  type BatchRow,
  gatewayBatches,
  gatewayBatchParts,
} from '../../reconciliation/index.ts'
import { claim, type Guard, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'

/** The name of a batch among a source's. */
export const batchKey = ({ batch, currency }: Pick<BatchRow, 'batch' | 'currency'>): string => `${batch}\0${currency}`

/** The rows of batches, in their order. */
export const loadBatches = (
  { storage }: FlowContext,
  source: string,
  batches: ReadonlyMap<string, BatchNews>,
): Promise<readonly (BatchRow | undefined)[]> =>
  storage.load(
    gatewayBatches,
    [...batches.values()].map(({ batch, currency }) => ({ source, batch, currency })),
  )

/**
 * What a chunk adds to batches, as guards: each batch and part is one row, compared and set. `rows` are those that the chunk was decided by;
 * `remainders`: of those whose remainder is another by these lines.
 */
export const batchGuards = async (
  { storage }: FlowContext,
  source: string,
  batches: ReadonlyMap<string, BatchNews>,
  { rows, remainders }: { rows: readonly (BatchRow | undefined)[]; remainders: ReadonlyMap<string, bigint> },
): Promise<readonly Guard[]> => {
  const news = [...batches.values()]
  const parts = news.flatMap(({ batch, currency, parts }) =>
    [...parts].map(([merchant, net]) => ({ key: { source, batch, currency, merchant }, net })),
  )
  const partRows = await storage.load(
    gatewayBatchParts,
    parts.map(({ key }) => key),
  )
  return [
    ...news.map((one, i) => putBatch(source, one, rows[i], remainders.get(batchKey(one)))),
    ...parts.map(({ key, net }, i) => putPart(key, net, partRows[i])),
  ]
}

const putBatch = (source: string, news: BatchNews, row: BatchRow | undefined, remainder?: bigint): Guard => {
  const { batch, currency, lines, net, paid, valueAt } = news
  const key = { source, batch, currency }
  if (row === undefined) {
    const fresh = { waiting: source, remainder: 0n, bank: null, bankLine: null, version: 1 }
    return claim(gatewayBatches, { ...key, ...fresh, lines, net, paid, valueAt })
  }
  const { source: _, batch: __, currency: ___, ...before } = row
  return replace(gatewayBatches, key, row.version, {
    ...before,
    lines: row.lines + lines,
    net: row.net + net,
    paid: paid === null ? row.paid : (row.paid ?? 0n) + paid,
    valueAt: Math.max(row.valueAt, valueAt),
    remainder: remainder ?? row.remainder,
    version: row.version + 1,
  })
}

const putPart = (key: Omit<BatchPartRow, 'net' | 'version'>, net: bigint, row: BatchPartRow | undefined): Guard =>
  row === undefined
    ? claim(gatewayBatchParts, { ...key, net, version: 1 })
    : replace(gatewayBatchParts, key, row.version, { net: row.net + net, version: row.version + 1 })

/** The columns of a batch that change, with some of them changed. */
export const setBatch = (
  row: BatchRow,
  set: Partial<Omit<BatchRow, 'source' | 'batch' | 'currency' | 'version'>>,
): Guard => {
  const { source, batch, currency, ...before } = row
  return replace(gatewayBatches, { source, batch, currency }, row.version, {
    ...before,
    ...set,
    version: row.version + 1,
  })
}
