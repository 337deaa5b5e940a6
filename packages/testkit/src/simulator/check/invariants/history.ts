import type { Change } from '@florin/core/storage'
import type { Evidence } from '../evidence.ts'
import type { Invariant } from '../invariant.ts'
import { factsAreKept } from './books.ts'

type Cells = Readonly<Record<string, unknown>>

/** One write of a row, as it became durable. */
interface Write {
  readonly id: string
  readonly cells: Cells
  readonly change: Change
}

/** Every write of a table, in the order in which they became durable. */
export const writesOf = (evidence: Evidence, table: string, idOf: (key: Cells) => string): readonly Write[] =>
  evidence.records.changes.flatMap(({ change }) =>
    [...change.guards, ...change.effects].flatMap((op): readonly Write[] => {
      if (!('table' in op) || op.table.name !== table) return []
      if (op.op === 'replace') return [{ id: idOf(op.key), cells: op.set, change }]
      return [{ id: idOf(op.row), cells: op.row, change }]
    }),
  )

const idOf = (key: Cells): string => String(key.id)

/** From one state to the next, for every row of a table in turn. */
export const stepsOf = (evidence: Evidence, table: string, column: string) => {
  const last = new Map<string, unknown>()
  return writesOf(evidence, table, idOf).flatMap(({ id, cells, change }) => {
    if (!(column in cells)) return []
    const from = last.get(id)
    last.set(id, cells[column])
    return from === undefined || from === cells[column]
      ? []
      : [{ id, from: String(from), to: String(cells[column]), change }]
  })
}

const OPEN = new Set(['sent', 'pending', 'unknown'])
const SETTLED = new Set(['applied', 'undone', 'rejected', 'not_sent', 'reversed', 'never_existed', 'abandoned'])

const eventTypesIn = ({ effects }: Change): readonly string[] =>
  effects.flatMap((op) => (op.op === 'append' && op.table.name === 'events' ? [String(op.row.type)] : []))

/** Nothing that is known becomes unknown again, nothing abandoned ever counts, and what counted stops only by an event that says so. */
const onlyForward = (evidence: Evidence): readonly string[] => [
  ...factsAreKept(evidence),
  ...stepsOf(evidence, 'attempts', 'state').flatMap(({ id, from, to, change }) => {
    if (SETTLED.has(from) && OPEN.has(to)) return [`${id} went back from ${from} to ${to}`]
    if (from === 'abandoned' && to === 'applied') return [`${id} was abandoned, and counts`]
    if (from === 'applied' && to !== 'undone' && to !== 'reversed') return [`${id} went from applied to ${to}`]
    if (from === 'applied' && eventTypesIn(change).length === 0)
      return [`${id} went from applied to ${to} without an event`]
    return []
  }),
]

/** The events after which a payment that had succeeded may be something else. */
const COMPENSATING = /undone|reversed|refund|capture|authorized|increment|failed|released|canceled|late_success/

const succeededStays = (evidence: Evidence): readonly string[] => {
  const fallen = stepsOf(evidence, 'payments', 'status')
    .filter(({ from }) => from === 'succeeded')
    .filter(({ change }) => !eventTypesIn(change).some((type) => COMPENSATING.test(type)))
    .map(({ id, to }) => `${id} had succeeded, and became ${to} without a fact that says why`)
  return [...fallen, ...toldAndTrue(evidence)]
}

/** What a caller was told is durable: no crash can take it back. */
const toldAndTrue = (evidence: Evidence): readonly string[] => {
  const since = new Map<string, number>()
  for (const { change, at } of evidence.records.changes) {
    for (const op of [...change.guards, ...change.effects]) {
      if (!('table' in op) || op.table.name !== 'payments') continue
      const [id, status] = op.op === 'replace' ? [op.key.id, op.set.status] : [op.row.id, op.row.status]
      if (status === 'succeeded' && !since.has(String(id))) since.set(String(id), at)
    }
  }
  return evidence.records.calls.flatMap(({ body, at }) => {
    const view = body === null ? null : (JSON.parse(body) as { object?: string; id?: string; status?: string } | null)
    if (view?.object !== 'payment' || view.status !== 'succeeded') return []
    const durable = since.get(view.id ?? '')
    return durable !== undefined && durable <= at
      ? []
      : [`a caller was told that ${view.id} succeeded, and nothing durable said so`]
  })
}

export const HISTORY: readonly Invariant[] = [
  { number: 11, name: 'facts_are_kept', when: 'always', check: onlyForward },
  { number: 13, name: 'success_stays', when: 'always', check: succeededStays },
]
