import { CANARY_PAN } from '../../workload/canary.ts'
import type { AttemptCells } from '../cells.ts'
import type { Evidence } from '../evidence.ts'
import { unsettled } from '../evidence.ts'
import type { Invariant } from '../invariant.ts'
import { groups } from '../lookups.ts'

const keyName = (one: { readonly merchant: string; readonly scope: string; readonly key: string }): string =>
  `${one.merchant} ${one.scope} ${one.key}`

const paymentIn = (body: string): string => (JSON.parse(body) as { id?: string } | null)?.id ?? 'none'

/** One key, one content, one payment; once its answer is frozen, the same bytes for ever. */
const oneResult = (evidence: Evidence): readonly string[] => {
  const found: string[] = []
  for (const [key, calls] of groups(evidence.records.calls, keyName)) {
    const answered = calls.filter((one) => one.body !== null)
    const contents = new Set(answered.map((one) => one.content))
    if (contents.size > 1) found.push(`${key} was answered for ${contents.size} different contents`)
    const payments = new Set(answered.map((one) => paymentIn(one.body ?? 'null')))
    if (payments.size > 1) found.push(`${key} was answered with ${[...payments].join(' and ')}`)
  }
  return [...found, ...frozenOnce(evidence), ...doneOnce(evidence)]
}

const frozenOnce = ({ records }: Evidence): readonly string[] => {
  const done = new Map<string, number>()
  for (const { change } of records.changes) {
    for (const op of change.guards) {
      if (!('table' in op) || op.table.name !== 'idempotency_keys') continue
      const [row, state] = op.op === 'replace' ? [op.key, op.set.state] : [op.row, op.row.state]
      const name = `${row.merchant} ${row.operation} ${row.key}`
      if (state === 'done') done.set(name, (done.get(name) ?? 0) + 1)
    }
  }
  return [...done].filter(([, times]) => times > 1).map(([name, times]) => `${name} was frozen ${times} times`)
}

/** A key orders one refund and one capture at most, however often it is sent. */
const doneOnce = ({ attempts }: Evidence): readonly string[] => {
  const ordered = attempts.filter(
    (one) => one.origination !== null && (one.kind === 'refund' || one.kind === 'capture' || one.kind === 'increment'),
  )
  return [...groups(ordered, (one) => `${one.merchant} ${one.origination?.join(' ')} ${one.kind}`)]
    .filter(([, own]) => own.length > 1)
    .map(([name, own]) => `${name} was done ${own.length} times`)
}

const nothingStuck = (evidence: Evidence): readonly string[] => unsettled(evidence)

const OVER = new Set(['declined', 'canceled', 'expired'])
const MOVES = new Set(['sale', 'capture', 'refund'])

/**
 * What every payment has come to: the acts that moved the money of the charge that counts, and what is left of all others. Not when, in how
 * many steps, or by which word it is over: a charge that was given back before anybody heard of it was declined to one observer, and canceled
 * to another; and who hears later may have charged once more, and given that back.
 */
export const endsOf = ({ payments, attempts, winners }: Evidence): readonly string[] => {
  const own = groups(attempts, (one) => one.payment)
  const won = new Set(winners.map((one) => one.attempt))
  return payments
    .map((one) => {
      const moved = (own.get(one.id) ?? []).filter(hasMoved)
      const counting = moved.filter((each) => won.has(each.parent ?? each.id))
      const left = moved.filter((each) => !counting.includes(each)).reduce((sum, each) => sum + signed(each), 0n)
      const acts = counting.map((each) => `${each.origin} ${each.kind} ${each.applied ?? each.amount}`).sort()
      const held = one.authorized - one.captured - one.capturePending - one.released
      const status = OVER.has(one.status) ? 'over' : one.status
      return `${one.id} ${status}, holds ${held}, captured ${one.captured}, refunded ${one.refunded}, elsewhere ${left}: ${acts.join(', ')}`
    })
    .sort()
}

/** A sale that was reversed did take money, which went back by a refund of its own; unless it was taken back by the gateway, which says why. */
const hasMoved = ({ kind, state, applied, decline }: AttemptCells): boolean =>
  MOVES.has(kind) &&
  (state === 'applied' || (kind === 'sale' && state === 'reversed' && applied !== null && decline === null))

const signed = ({ kind, applied, amount }: AttemptCells): bigint =>
  kind === 'refund' ? -(applied ?? amount) : (applied ?? amount)

const webhooksCommute = (evidence: Evidence): readonly string[] => {
  if (evidence.endsBefore === null) return []
  const now = endsOf(evidence)
  const was = new Set(evidence.endsBefore)
  return now.filter((one) => !was.has(one)).map((one) => `all webhooks once more, in another order, and: ${one}`)
}

const holds = (value: unknown, text: string): boolean => {
  if (typeof value === 'string') return value.includes(text)
  if (value instanceof Uint8Array) return Buffer.from(value).includes(text)
  if (typeof value === 'object' && value !== null) return Object.values(value).some((one) => holds(one, text))
  return false
}

const noCanary = ({ everything, records }: Evidence): readonly string[] => [
  ...everything.filter(({ row }) => holds(row, CANARY_PAN)).map(({ table }) => `a card number stands in ${table}`),
  ...records.errors
    .filter((one) => String(one instanceof Error ? `${one.stack} ${JSON.stringify(one)}` : one).includes(CANARY_PAN))
    .map(() => 'a card number stands in an error'),
  ...records.calls
    .filter((one) => one.body?.includes(CANARY_PAN) === true)
    .map(() => 'a card number stands in an answer'),
  ...records.leaks.map((field) => `a card number was taken as ${field}`),
]

export const ENDS: readonly Invariant[] = [
  { number: 6, name: 'one_key_one_result', when: 'always', check: oneResult },
  { number: 14, name: 'nothing_is_stuck', when: 'healed', check: nothingStuck },
  { number: 15, name: 'webhooks_commute', when: 'healed', check: webhooksCommute },
  { number: 18, name: 'no_card_number', when: 'healed', check: noCanary },
]
