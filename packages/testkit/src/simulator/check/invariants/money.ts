import type { PostingCells } from '../cells.ts'
import { awaitingReports, type Evidence } from '../evidence.ts'
import type { Invariant } from '../invariant.ts'
import { groups, knownCharges, netOf, sum } from '../lookups.ts'

const NOTHING = { captured: 0n, refunded: 0n, held: 0n, disputed: 0n }
const NAMES = ['captured', 'refunded', 'held', 'disputed'] as const
type Sums = Map<string, typeof NOTHING>

const isOwed = (account: string): boolean => account.startsWith('gateway/') && account.includes('/receivable/')

const add = (sums: Sums, currency: string, name: keyof typeof NOTHING, amount: bigint): void => {
  const so = sums.get(currency) ?? NOTHING
  sums.set(currency, { ...so, [name]: so[name] + amount })
}

const isWithheld = (account: string): boolean => account.startsWith('gateway/') && account.includes('/disputed/')

/** What a gateway takes back for a dispute goes from what it owes to what it withholds; what is lost stays taken. */
const addDisputed = (sums: Sums, [debit, credit, text, currency]: PostingCells): void => {
  if (isWithheld(debit) && isOwed(credit)) add(sums, currency, 'disputed', BigInt(text))
  if (isOwed(debit) && isWithheld(credit)) add(sums, currency, 'disputed', -BigInt(text))
}

/** Files settle what was taken, and take or give nothing. */
const OF_REPORTS: ReadonlySet<string> = new Set(['reconciliation', 'payout_remainder'])

/** What the ledger's own transactions say was taken, given back, and is still held. */
const ledgerSums = ({ transactions, disputes }: Evidence, excused: ReadonlySet<string>): Sums => {
  const sums: Sums = new Map()
  const payments = new Map(disputes.map((one) => [one.id, one.payment]))
  for (const { type, postings, subject } of transactions) {
    if (excused.has(payments.get(subject) ?? subject) || OF_REPORTS.has(type)) continue
    if (type.startsWith('dispute')) {
      for (const posting of postings) addDisputed(sums, posting)
      continue
    }
    const takesBack = type.endsWith('_undone') // a compensating transaction moves what the first one did, the other way
    const [taken, given] = takesBack ? (['refunded', 'captured'] as const) : (['captured', 'refunded'] as const)
    const sign = takesBack ? -1n : 1n
    for (const [debit, credit, text, currency, phase] of postings) {
      const amount = BigInt(text)
      const posted = phase === 'posted' || phase === 'settled'
      if (isOwed(debit) && posted) add(sums, currency, taken, sign * amount)
      if (isOwed(debit) && phase === 'pending') add(sums, currency, 'held', amount)
      if (isOwed(debit) && (phase === 'settled' || phase === 'voided')) add(sums, currency, 'held', -amount)
      if (isOwed(credit) && posted && !debit.includes('/costs/')) add(sums, currency, given, sign * amount)
    }
  }
  return sums
}

const gatewaySums = (evidence: Evidence, excused: ReadonlySet<string>): Sums => {
  const sums: Sums = new Map()
  for (const { charge, payment } of knownCharges(evidence)) {
    if (payment !== undefined && excused.has(payment.id)) continue
    for (const name of NAMES) add(sums, charge.currency, name, charge[name] ?? 0n)
  }
  return sums
}

const capturedAlike = (evidence: Evidence): readonly string[] => {
  const excused = awaitingReports(evidence)
  const [ours, theirs] = [ledgerSums(evidence, excused), gatewaySums(evidence, excused)]
  const found: string[] = []
  for (const currency of new Set([...ours.keys(), ...theirs.keys()])) {
    for (const name of NAMES) {
      const [here, there] = [ours.get(currency)?.[name] ?? 0n, theirs.get(currency)?.[name] ?? 0n]
      if (here !== there) found.push(`${name} in ${currency}: the ledger says ${here}, the gateways ${there}`)
    }
  }
  return found
}

const oneCapture = (evidence: Evidence): readonly string[] => {
  const kept = knownCharges(evidence).filter(({ charge }) => netOf(charge) > 0n)
  return [...groups(kept, ({ payment, charge }) => payment?.id ?? charge.id)]
    .filter(([, charges]) => charges.length > 1)
    .map(([payment, charges]) => `${payment} has kept money at ${charges.map((one) => one.gateway).join(' and ')}`)
}

/** By our commands: what somebody does in a dashboard is a fact, and no capture of ours. */
const winnersOnly = (evidence: Evidence): readonly string[] => {
  const known = new Map(knownCharges(evidence).map((one) => [`${one.gateway} ${one.charge.id}`, one]))
  const captures = evidence.providers.flatMap(({ name, operations }) =>
    operations
      .filter((one) => one.kind === 'capture' && one.reference !== null)
      .filter((one) => known.get(`${name} ${one.charge}`)?.wins !== true)
      .map((one) => `${one.reference} captured ${one.amount} of ${one.chargeReference}, which did not win`),
  )
  if (evidence.phase === 'running') return captures
  const excused = awaitingReports(evidence)
  const kept = [...known.values()].filter(
    ({ charge, wins, payment }) => netOf(charge) > 0n && !wins && !excused.has(payment?.id ?? ''),
  )
  return [...captures, ...kept.map(({ charge }) => `${charge.reference} keeps ${netOf(charge)}, and did not win`)]
}

const orphansVoided = (evidence: Evidence): readonly string[] =>
  knownCharges(evidence)
    .filter(
      ({ charge, wins, payment }) => charge.held > 0n && !wins && !awaitingReports(evidence).has(payment?.id ?? ''),
    )
    .map(
      ({ charge, gateway, attempt }) =>
        `${charge.reference ?? charge.id} still holds ${charge.held} at ${gateway} (${attempt?.state ?? 'unheard of'})`,
    )

const GONE = new Set(['declined', 'canceled', 'expired'])

const nothingKept = (evidence: Evidence): readonly string[] =>
  knownCharges(evidence)
    .filter(({ payment }) => !awaitingReports(evidence).has(payment?.id ?? ''))
    .filter(({ payment, charge }) => GONE.has(payment?.status ?? '') && (netOf(charge) > 0n || charge.held > 0n))
    .map(
      ({ payment, charge }) =>
        `${payment?.id} is ${payment?.status}, and ${charge.reference} keeps ${netOf(charge)}, holds ${charge.held}`,
    )

const within = (evidence: Evidence): readonly string[] => {
  const found: string[] = []
  for (const one of evidence.payments) {
    if (one.reviews > 0) continue // a report may have gone beyond what our commands may do
    if (one.refunded + one.refundPending > one.captured)
      found.push(`${one.id}: refunded ${one.refunded} + pending ${one.refundPending} > captured ${one.captured}`)
    if (one.captured + one.capturePending + one.released > one.authorized)
      found.push(
        `${one.id}: captured ${one.captured} + pending ${one.capturePending} + released ${one.released} > authorized ${one.authorized}`,
      )
  }
  return [...found, ...reserved(evidence), ...atGateways(evidence)]
}

const OPEN = new Set(['sent', 'pending', 'unknown'])

/** Pending amounts are reserved from the intent's commit on. */
const reserved = ({ attempts, payments, winners }: Evidence): readonly string[] => {
  const winner = new Map(winners.map((one) => [one.payment, one.attempt]))
  const open = groups(
    attempts.filter((one) => OPEN.has(one.state) && one.parent !== null && one.parent === winner.get(one.payment)),
    (one) => one.payment,
  )
  return payments.flatMap((payment) => {
    const of = (kind: string): bigint =>
      sum((open.get(payment.id) ?? []).filter((one) => one.kind === kind).map((one) => one.amount))
    const capturing = of('capture')
    return payment.capturePending === capturing
      ? []
      : [`${payment.id} has ${payment.capturePending} of captures pending, and its open captures come to ${capturing}`]
  })
}

/** What our refunds gave back of a charge never exceeds what was captured of it. */
const atGateways = ({ providers }: Evidence): readonly string[] =>
  providers.flatMap(({ charges }) =>
    charges
      .filter((one) => one.refunded > one.captured || one.captured > one.authorized)
      .map(
        (one) =>
          `${one.reference}: authorized ${one.authorized}, captured ${one.captured}, refunded ${one.refunded} at its gateway`,
      ),
  )

export const MONEY: readonly Invariant[] = [
  { number: 1, name: 'captured_alike', when: 'healed', check: capturedAlike },
  { number: 2, name: 'one_net_capture', when: 'healed', check: oneCapture },
  { number: 3, name: 'only_the_winner_is_captured', when: 'always', check: winnersOnly },
  { number: 4, name: 'orphans_are_voided', when: 'healed', check: orphansVoided },
  { number: 8, name: 'within_what_was_taken', when: 'always', check: within },
  { number: 12, name: 'nothing_is_kept_for_nothing', when: 'healed', check: nothingKept },
]
