import type { Change } from '@florin/core/storage'
import type { Evidence } from '../evidence.ts'
import type { Invariant } from '../invariant.ts'
import { by, groups, type KnownCharge, knownCharges, netOf, sum } from '../lookups.ts'

const INTENTS: ReadonlySet<string> = new Set(['attempts', 'dispute_acts'])

const insertedIn = ({ effects, guards }: Change): readonly string[] =>
  [...effects, ...guards].flatMap((op) =>
    (op.op === 'append' || op.op === 'claim') && INTENTS.has(op.table.name) ? [String(op.row.id)] : [],
  )

const intentFirst = ({ records }: Evidence): readonly string[] => {
  const insertedAt = new Map<string, number>()
  records.changes.forEach(({ change }, index) => {
    for (const id of insertedIn(change)) insertedAt.set(id, index)
  })
  return records.requests.flatMap(({ mutating, reference, durable, what, server }) => {
    if (!mutating) return []
    const at = reference === null ? undefined : insertedAt.get(reference)
    return at !== undefined && at < durable
      ? []
      : [`${server} sent ${what} for ${reference ?? 'nobody'} without a durable intent`]
  })
}

const sameBytes = ({ records }: Evidence): readonly string[] => {
  const keyed = records.requests.filter((one) => one.mutating && one.key !== null)
  return [...groups(keyed, (one) => one.key ?? '')].flatMap(([key, requests]) => {
    const places = new Set(requests.map((one) => `${one.gateway}/${one.account}`))
    const bytes = new Set(requests.map((one) => one.bytes))
    if (places.size > 1) return [`key ${key} was sent to ${[...places].join(' and ')}`]
    return bytes.size > 1 ? [`key ${key} was sent with ${bytes.size} different contents`] : []
  })
}

const REVERSED = new Set(['reversed', 'never_existed', 'rejected'])

/** What somebody captured in the dashboard, and no webhook has told of yet: until it does, nobody here can give it back. */
const untold = ({ providers, attempts }: Evidence, { gateway, charge }: KnownCharge): bigint => {
  const told = new Set(attempts.map((one) => one.gatewayId))
  const operations = providers.find(({ name }) => name === gateway)?.operations ?? []
  return sum(
    operations
      .filter((one) => one.kind === 'capture' && one.charge === charge.id && one.reference === null)
      .filter((one) => one.stands && !told.has(one.id))
      .map((one) => one.amount),
  )
}

const proven = (evidence: Evidence): readonly string[] => {
  const charges = by(knownCharges(evidence), (one) => one.charge.reference ?? '')
  return evidence.obligations.flatMap(({ attempt, proof, sureFrom, id }) => {
    const known = charges.get(attempt)
    if (proof === null || known === undefined || known.wins || evidence.now <= sureFrom) return []
    const open = known.attempt !== undefined && !REVERSED.has(known.attempt.state)
    const { held } = known.charge
    const net = netOf(known.charge)
    if (evidence.phase === 'running' && untold(evidence, known) > 0n) return []
    return !open && (held > 0n || net > 0n)
      ? [`${id} closed as ${proof}, and ${attempt} holds ${held} and keeps ${net}`]
      : []
  })
}

interface Try {
  readonly at: number
  readonly amount: string
  readonly declined: boolean
  readonly never: boolean
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Clocks of servers differ: a window is counted a little shorter. */
const GRACE_MS = 60_000

const mostIn = (tries: readonly Try[], windowMs: number): number =>
  Math.max(
    0,
    ...tries.map((from) => tries.filter((one) => one.at >= from.at && one.at < from.at + windowMs - GRACE_MS).length),
  )

const UNSEEN = new Set(['configuration', 'unavailable', 'cap'])

/** The tries of a stored card as the network saw them: the first request of each charge that its gateway knows of. */
const triesOf = (evidence: Evidence): ReadonlyMap<string, readonly Try[]> => {
  const firstSent = new Map<string, number>()
  for (const { reference, mutating, at } of evidence.records.requests)
    if (mutating && reference !== null && !firstSent.has(reference)) firstSent.set(reference, at)
  const tries = knownCharges(evidence).flatMap(({ attempt, charge }) => {
    if (attempt?.paymentMethod == null) return []
    const declined = attempt.state === 'rejected' && !UNSEEN.has(attempt.decline?.class ?? '')
    const never = attempt.decline?.networkAdvice === '03' || attempt.decline?.networkAdvice === '21'
    const at = firstSent.get(attempt.id) ?? attempt.createdAt
    const amount = `${attempt.amount} ${charge.currency}`
    return [{ card: `${attempt.merchant} ${attempt.paymentMethod}`, at, amount, declined, never }]
  })
  return groups(
    tries.sort((a, b) => a.at - b.at),
    (one) => one.card,
  )
}

const capsHeld = (evidence: Evidence): readonly string[] => {
  const networks = new Map(evidence.methods.map((one) => [`${one.merchant} ${one.id}`, one.summary.network]))
  return [...triesOf(evidence)].flatMap(([card, tries]) => {
    const declined = tries.filter((one) => one.declined)
    const found: string[] = []
    const most = (what: string, of: readonly Try[], windowMs: number, limit: number): void => {
      const count = mostIn(of, windowMs)
      if (count > limit) found.push(`${card}: ${count} declined tries ${what}, where ${limit} are allowed`)
    }
    if (networks.get(card) === 'visa') most('in 30 days', declined, 30 * DAY_MS, 15)
    if (networks.get(card) === 'mastercard') {
      for (const same of groups(declined, (one) => one.amount).values()) {
        most('of one amount in 24 hours', same, DAY_MS, 10)
        most('of one amount in 30 days', same, 30 * DAY_MS, 35)
      }
      const never = tries.find((one) => one.never)
      const after = never === undefined ? [] : tries.filter((one) => one.at > never.at + GRACE_MS)
      if (after.length > 0) found.push(`${card} was tried ${after.length} times after the scheme said never`)
    }
    return found
  })
}

export const REQUESTS: readonly Invariant[] = [
  { number: 5, name: 'duties_end_by_proof', when: 'always', check: proven },
  { number: 9, name: 'intent_before_request', when: 'always', check: intentFirst },
  { number: 10, name: 'one_key_one_content', when: 'always', check: sameBytes },
  { number: 17, name: 'scheme_caps', when: 'healed', check: capsHeld },
]
