import type { AnyTable, Change, Guard, Outcome, PostOp } from '@florin/core/storage'
import { jobs } from '@florin/core/storage'
import type { Cells } from '@florin/storage-sql'
import { arraysOf } from './arrays.ts'
import type { Shape } from './batch-sql.ts'
import type { Line } from './line.ts'
import { type Query, query } from './statement.ts'
import type { Statements } from './table-statements.ts'

type Tried = Exclude<Guard, PostOp>

/** A guard of a change that still stands. */
interface Candidate {
  readonly op: Tried
  readonly change: number
}

const lossOf = (op: Tried): Outcome => {
  if (op.op === 'finish') return { committed: false, conflict: 'lease' }
  const conflict = op.op === 'claim' ? 'duplicate' : 'version'
  return { committed: false, conflict, table: op.table.name }
}

/** Guards of one kind and table, which one or two statements ask about. */
interface Group {
  readonly queries: readonly Query[]
  readonly members: readonly Candidate[]
}

const asked = (table: AnyTable, shape: Shape, rows: readonly Cells[]): Query =>
  query(shape.text, arraysOf(table, shape.columns, rows))

const groupOf = (statements: Statements, members: readonly Candidate[]): Group => {
  const { op } = members[0] as Candidate
  const ops = members.map((member) => member.op)
  if (op.op === 'finish') {
    return { members, queries: [asked(jobs, statements.jobs.unleased, ops as unknown as readonly Cells[])] }
  }
  const of = statements.of(op.table)
  if (op.op === 'claim') {
    const rows = ops.map((one) => (one as typeof op).row)
    return { members, queries: of.taken.map((shape) => asked(op.table, shape, rows)) }
  }
  const rows = ops.map((one) => {
    const { key, expect } = one as typeof op
    return { ...key, version: expect }
  })
  return { members, queries: [asked(op.table, of.stale, rows)] }
}

/**
 * Finds changes that have lost already: a claimed key is taken, a version has moved on, a lease has gone. It only reads, and what it
 * finds is final whatever commits meanwhile, because rows are never deleted, versions only grow and tokens never come back. Marks each
 * loser, for its first guard that does not hold, and answers how many there are.
 */
export const look = async (
  line: Line,
  statements: Statements,
  changes: readonly Change[],
  stands: (change: number) => boolean,
  lose: (change: number, outcome: Outcome) => void,
): Promise<number> => {
  const kinds = new Map<string, Candidate[]>()
  const ordered: Candidate[] = []
  changes.forEach(({ guards }, change) => {
    if (!stands(change)) return
    for (const op of guards) {
      if (op.op === 'post') continue
      const kind = op.op === 'finish' ? op.op : `${op.op} ${op.table.name}`
      const members = kinds.get(kind)
      const candidate = { op, change }
      ordered.push(candidate)
      if (members === undefined) kinds.set(kind, [candidate])
      else members.push(candidate)
    }
  })
  if (ordered.length === 0) return 0
  const groups = [...kinds.values()].map((members) => groupOf(statements, members))
  const answers = await line.run(groups.flatMap(({ queries }) => queries))
  const lost = new Set<Candidate>()
  let at = 0
  for (const { queries, members } of groups) {
    for (const answer of answers.slice(at, at + queries.length)) {
      for (const [ord] of answer.rows) lost.add(members[Number(ord) - 1] as Candidate)
    }
    at += queries.length
  }
  const losers = new Set<number>()
  for (const candidate of ordered) {
    if (!lost.has(candidate) || losers.has(candidate.change)) continue
    losers.add(candidate.change)
    lose(candidate.change, lossOf(candidate.op))
  }
  return losers.size
}
