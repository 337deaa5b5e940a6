import type { Answer, Command, Gateway, GatewayRequest } from '@florin/core/gateways'
import type { Batch, Change, Outcome, Storage } from '@florin/core/storage'

type Op = Change['guards'][number] | Change['effects'][number]
type Cells = Readonly<Record<string, unknown>>

/** A storage of which some calls are others. */
export const storageWith = (inner: Storage, calls: Partial<Storage>): Storage => ({
  name: inner.name,
  commit: (batch) => inner.commit(batch),
  load: (table, keys) => inner.load(table, keys),
  find: (table, query) => inner.find(table, query),
  scan: (table, query) => inner.scan(table, query),
  lease: (queues, options) => inner.lease(queues, options),
  unsealed: (limit) => inner.unsealed(limit),
  seal: (seal) => inner.seal(seal),
  head: (partition) => inner.head(partition),
  migrate: () => inner.migrate(),
  close: () => inner.close(),
  ...calls,
})

/** A storage that finds nothing in a table by an index. */
export const blindStorage = (inner: Storage, table: string, index: string): Storage =>
  storageWith(inner, {
    find: async (which, query) =>
      which.name === table && query.index === index ? { rows: [] } : inner.find(which, query),
  })

const opsIn = <O extends Op>(ops: readonly O[], change: (op: O) => O | null): readonly O[] =>
  ops.flatMap((op) => change(op) ?? [])

/** A batch with other operations in it; null leaves one out. */
export const rewritten = (batch: Batch, change: (op: Op) => Op | null): Batch => ({
  ...batch,
  changes: batch.changes.map(({ guards, effects }) => ({
    guards: opsIn(guards, change as (op: Change['guards'][number]) => Change['guards'][number] | null),
    effects: opsIn(effects, change as (op: Change['effects'][number]) => Change['effects'][number] | null),
  })),
})

/** A storage that writes something else than it is told. */
export const rewriting = (inner: Storage, change: (op: Op) => Op | null): Storage =>
  storageWith(inner, { commit: (batch) => inner.commit(rewritten(batch, change)) })

/** The name of the table that an operation writes, or nothing. */
export const tableOfOp = (op: Op): string | undefined => ('table' in op ? op.table.name : undefined)

/** The cells that an operation sets, or nothing. */
export const cellsOf = (op: Op): Cells =>
  op.op === 'replace' ? op.set : op.op === 'claim' || op.op === 'append' || op.op === 'schedule' ? op.row : {}

export const committedAll = ({ changes }: Batch): readonly Outcome[] => changes.map(() => ({ committed: true }))

/** A gateway whose adapter draws other conclusions. */
export const reading = (inner: Gateway, change: (answer: Answer, command: Command) => Answer): Gateway => ({
  ...inner,
  read: (response, command) => change(inner.read(response, command), command),
})

/** A gateway whose transport sends something else than it is told. */
export const sending = (inner: Gateway, change: (request: GatewayRequest) => GatewayRequest): Gateway => ({
  ...inner,
  transport: { send: (request, context) => inner.transport.send(change(request), context) },
})
