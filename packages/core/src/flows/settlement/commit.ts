import { appendEvent } from '../../events/index.ts'
import { schedule } from '../../jobs/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import type { Change } from '../../records/index.ts'
import { type SettlementDecision, type SettlementRow, settlements } from '../../settlement/index.ts'
import type { Outcome } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'

/** The job that goes on with one settlement, where whoever moved it did not come that far. */
export const ADVANCE_QUEUE = 'settlement_advance'
/** The job that ends a reserve. */
export const RESERVE_QUEUE = 'settlement_reserve'

const LATER_MS = 60_000 // by then whoever decided has gone on with it, or is gone

/** How a settlement is named to the storage. */
type Named = Pick<SettlementRow, 'merchant' | 'id'>

/** The change that makes a decision durable: its row, its postings, an event for every version, and the timers that it needs. */
export const settlementChange = (context: FlowContext, { row, guards, news }: SettlementDecision): Change => {
  const { merchant, id, updatedAt: at } = row
  const { ids } = context.runtime
  const first = row.version - news.length
  const effects = news.map(({ type, data, ledger }, index) =>
    appendEvent({ merchant, subject: id, version: first + index + 1, id: ids.make('evt'), type, at, data, ledger }),
  )
  const timer = (queue: string, due: number) =>
    schedule({
      id: ids.make('job'),
      queue,
      key: `${merchant}/${id}`,
      merchant,
      payload: { merchant, settlement: id },
      due,
    })
  const goesOn = row.state !== 'completed' && row.state !== 'failed' && row.state !== 'held'
  if (goesOn && !waits(row)) effects.push(timer(ADVANCE_QUEUE, at + LATER_MS))
  if (row.movedAt === at && row.reserveDue !== null && row.reserveState === 'held') {
    effects.push(timer(RESERVE_QUEUE, row.reserveDue))
  }
  return { guards, effects }
}

/** Whether it is for an operator to say how it goes on. */
export const waits = ({ state, terms }: SettlementRow): boolean =>
  state === 'held' || state === 'failed' || (state === 'calculated' && terms.approval === 'operator')

/** Commits a decision. Undefined where another writer was first, or money is missing: read again, and decide again. */
export const commitSettlement = async (
  context: FlowContext,
  decision: SettlementDecision,
): Promise<SettlementRow | undefined> => {
  const { merchant } = decision.row
  const outcome: Outcome = await context.committer.commit(settlementChange(context, decision), {
    lane: 'recovery',
    merchant,
  })
  return outcome.committed ? decision.row : undefined
}

/** The settlement of this id. @throws FlorinError `not_found` */
export const loadSettlement = async (context: Pick<FlowContext, 'storage'>, named: Named): Promise<SettlementRow> => {
  const [row] = await context.storage.load(settlements, [named])
  if (row !== undefined) return row
  throw new FlorinError('not_found', `merchant '${named.merchant}' has no settlement '${named.id.slice(0, 40)}'`)
}
