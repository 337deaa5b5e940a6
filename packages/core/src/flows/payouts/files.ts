import { FlorinError, type Id, isId, sameBytes, sha256 } from '../../kernel/index.ts'
import {
  type FileBatch,
  movePayout,
  type PayoutDecision,
  type PayoutFileRow,
  type PayoutRow,
  payoutFiles,
  payouts,
} from '../../payouts/index.ts'
import { batchName, type FileRail, type PayoutInstruction, type RailBatch } from '../../rails/index.ts'
import { type Change, claim } from '../../records/index.ts'
import { type FlowContext, intentOf } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { changePayout, payoutChange, together } from './commit.ts'
import { cancelDisputed, isDisputedMeanwhile, sendingRefunds } from './disputed.ts'
import { type PayoutFileContent, type PayoutFileView, payoutFileView } from './file-view.ts'
import { openOrder } from './order.ts'
import { askedRail } from './rail.ts'
import { watchBatches } from './unseen.ts'

/** Which payouts to write into a file. */
export interface ExportRequest {
  readonly merchant: string
  readonly rail: string
  /** The caller's own: the same gives the same file. */
  readonly reference: string
}

const TRIES = 16
const MOST = 900 // two operations each in one commit, and as many at the payment of a refund, of the 4,096 that a batch has

/**
 * Writes what waits for a file rail into one file, and stores it with every payout's move in one commit: each is in exactly one file, whoever
 * exports at the same time, and a file that was given out is given out again byte for byte. Null where nothing waits. Throws
 * `reference_taken` where this reference is a file of another rail.
 */
export const exportPayouts = async (
  context: FlowContext,
  request: ExportRequest,
): Promise<PayoutFileContent | null> => {
  const { merchant, reference } = request
  const rail = askedRail(context, request.rail)
  if (rail.kind !== 'file') {
    throw new FlorinError(
      'invalid_request',
      `rail: '${request.rail}' sends each payout by itself, and writes no files`,
      {
        details: { path: 'rail' },
      },
    )
  }
  await context.sealer.ready(merchant)
  for (let tries = 0; tries < TRIES; tries++) {
    const equals = { merchant, reference }
    const [first] = (await context.storage.find(payoutFiles, { index: 'reference', equals, limit: 1 })).rows
    if (first !== undefined) return replayed(context, first, request)
    const limit = Math.min(rail.most, MOST)
    const waiting = { index: 'waiting', equals: { waiting: request.rail, merchant }, limit } as const
    const { rows } = await context.storage.find(payouts, waiting)
    if (rows.length === 0) return null
    if (await cancelAllDisputed(context, rows)) continue
    const sending = await sendingRefunds(context, rows)
    if (sending === null) continue
    const made = await writeFile(context, request, rail, rows)
    const outcome = await context.committer.commit(together(made.change, ...sending), intentOf(context, merchant))
    if (outcome.committed) return { ...payoutFileView(made.row), content: made.content }
  }
  throw new FlorinError(
    'conflict',
    `file '${reference}': others change the same payouts all the time: nothing happened, try again`,
  )
}

/** Takes out what a dispute takes back meanwhile; true where anything was, so that what waits has to be looked for anew. */
const cancelAllDisputed = async (context: FlowContext, rows: readonly PayoutRow[]): Promise<boolean> => {
  let any = false
  for (const row of rows) {
    if (!(await isDisputedMeanwhile(context, row))) continue
    any = true
    await changePayout(context, row.merchant, row.id, (one, now) =>
      one.state === 'approved' ? cancelDisputed(one, now) : null,
    )
  }
  return any
}

const replayed = (context: FlowContext, row: PayoutFileRow, { rail }: ExportRequest): Promise<PayoutFileContent> => {
  if (row.rail === rail) return contentOf(context, row)
  throw new FlorinError(
    'reference_taken',
    `reference '${row.reference}' is file ${row.id} of rail '${row.rail}': use a new reference for a new file`,
    { details: { file: row.id } },
  )
}

const place = (merchant: string, id: string) => ({ table: 'payout_files', column: 'body', merchant, key: id })

const writeFile = async (
  context: FlowContext,
  { merchant, rail: railName, reference }: ExportRequest,
  rail: FileRail,
  rows: readonly PayoutRow[],
): Promise<{ readonly row: PayoutFileRow; readonly content: string; readonly change: Change }> => {
  const id = context.runtime.ids.make('pof')
  const createdAt = context.runtime.clock.now()
  const orders = await Promise.all(rows.map((row) => openOrder(context, row)))
  const batches = batchesOf(
    id,
    rail,
    createdAt,
    orders.map(({ instruction }) => instruction),
  )
  const { name, contentType, body } = rail.write({ file: id, createdAt, batches })
  const row: PayoutFileRow = {
    ...{ merchant, id, reference, rail: railName, payouts: rows.length, batches: batches.map(toldOf) },
    ...{
      name,
      contentType,
      body: context.sealer.sealBytes(place(merchant, id), body),
      digest: sha256(body),
      createdAt,
    },
  }
  const moves = rows.map((one): PayoutDecision => movePayout(one, 'submit', createdAt, { file: id, sentAt: createdAt }))
  const changes = moves.map((one) => payoutChange(context, one))
  const own = { guards: [claim(payoutFiles, row)], effects: watchBatches(context, rail, row) }
  return { row, content: body, change: together(own, ...changes) }
}

/** By day and currency: a batch has one of each. */
const batchesOf = (
  file: Id<'pof'>,
  rail: FileRail,
  now: number,
  instructions: readonly PayoutInstruction[],
): readonly RailBatch[] => {
  const days = new Map<string, PayoutInstruction[]>()
  for (const one of instructions) {
    const day = `${rail.executionDay(now, one.executeOn)} ${one.currency}`
    const among = days.get(day) ?? []
    among.push(one)
    days.set(day, among)
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, among], index) => ({
      id: batchName(file, index + 1),
      executeOn: day.slice(0, 10),
      instructions: among,
    }))
}

const toldOf = ({ id, executeOn, instructions }: RailBatch): FileBatch => ({
  id,
  executeOn,
  currency: instructions[0]?.currency ?? '',
  total: instructions.reduce((sum, one) => sum + one.amount, 0n).toString(),
  payouts: instructions.map((one) => one.payout),
})

const contentOf = async (context: FlowContext, row: PayoutFileRow): Promise<PayoutFileContent> => {
  const content = await context.sealer.openBytes(place(row.merchant, row.id), row.body)
  if (sameBytes(sha256(content), row.digest)) return { ...payoutFileView(row), content }
  throw new FlorinError('storage_corrupt', `payout file ${row.id} is not what was given out: its digest does not fit`)
}

/** A file with its content, byte for byte as it was given out first. */
export const getPayoutFile = async (context: FlowContext, merchant: string, id: string): Promise<PayoutFileContent> => {
  const [row] = isId('pof', id) ? await context.storage.load(payoutFiles, [{ merchant, id }]) : []
  if (row !== undefined) return contentOf(context, row)
  throw new FlorinError('not_found', `there is no payout file '${id.slice(0, 64)}'`)
}

/** A merchant's files, newest first, without their content. */
export const listPayoutFiles = async (
  context: FlowContext,
  merchant: string,
  { limit, after }: { readonly limit: number; readonly after: string | null },
): Promise<PageView<PayoutFileView>> => {
  const keyset = { descending: true, limit, ...(after === null ? {} : { after }) }
  const page = await context.storage.find(payoutFiles, { index: 'key', equals: { merchant }, ...keyset })
  const next = page.next === undefined ? {} : { next: page.next }
  return { object: 'list', data: page.rows.map(payoutFileView), ...next }
}
