import type { VerifyReport } from '@florin/core'
import type { Transport } from '@florin/core/gateways'
import { CATALOGUE } from '@florin/core/storage'
import type { SandboxBankLine, WireTransfer } from '../../rail/index.ts'
import type { ProviderCharge, ProviderOperation } from '../world/provider.ts'
import type { Records } from '../world/records.ts'
import type { PlantedMistake, Told } from '../world/reports.ts'
import { type Cells, rowsOf } from '../world/rows.ts'
import type { Simulation } from '../world/simulation.ts'
import type {
  AccountCells,
  AttemptCells,
  BreakCells,
  DisputeActCells,
  DisputeCells,
  EntryCells,
  EventCells,
  InboxCells,
  KeyCells,
  LineCells,
  MethodCells,
  ObligationCells,
  PaymentCells,
  PayoutCells,
  RunCells,
  TransactionCells,
  WinnerCells,
} from './cells.ts'

/** A provider's own books at one moment. */
export interface ProviderBooks {
  readonly name: string
  /** It can be asked. Where it cannot, what its webhooks did not tell is known to reports alone, and waits for a person. */
  readonly hasLookup: boolean
  readonly charges: readonly ProviderCharge[]
  readonly operations: readonly ProviderOperation[]
}

/** What gateways and banks say in their files, and what is stored of it. */
export interface ReportEvidence {
  readonly told: readonly Told[]
  readonly planted: readonly PlantedMistake[]
  /** All of it was read, after everything had healed. */
  readonly isRead: boolean
  readonly lines: readonly LineCells[]
  readonly runs: readonly RunCells[]
  readonly breaks: readonly BreakCells[]
}

/** What an invariant judges by: what is committed, what the providers say, and what was seen on the way. Nothing else. */
export interface Evidence {
  /** `running`: only what holds at every moment. `healed`: everything, and nothing is on its way any more. */
  readonly phase: 'running' | 'healed'
  readonly now: number
  /** Milliseconds from the end of all faults until nothing was on its way; null while that is not so. */
  readonly healedWithinMs: number | null
  readonly payments: readonly PaymentCells[]
  readonly attempts: readonly AttemptCells[]
  readonly winners: readonly WinnerCells[]
  readonly obligations: readonly ObligationCells[]
  readonly disputes: readonly DisputeCells[]
  readonly disputeActs: readonly DisputeActCells[]
  readonly payouts: readonly PayoutCells[]
  /** The bank's own books. */
  readonly bank: { readonly transfers: readonly WireTransfer[]; readonly lines: readonly SandboxBankLine[] }
  readonly keys: readonly KeyCells[]
  readonly accounts: readonly AccountCells[]
  readonly entries: readonly EntryCells[]
  readonly transactions: readonly TransactionCells[]
  readonly events: readonly EventCells[]
  readonly inbox: readonly InboxCells[]
  readonly methods: readonly MethodCells[]
  readonly providers: readonly ProviderBooks[]
  /** Where reports are read: what they say, and what was made of it. */
  readonly reports: ReportEvidence | null
  readonly records: Records
  /** The same, a check earlier. */
  readonly before: Evidence | null
  /** Florin's own verification; only once it is healed. */
  readonly verified: VerifyReport | null
  /** Every row of every table; only once it is healed. */
  readonly everything: readonly { readonly table: string; readonly row: Cells }[]
  /** What every payment came to before all webhooks were delivered once more; only after that. */
  readonly endsBefore: readonly string[] | null
}

/** What differs from one look to the next. */
export type Look = Pick<Evidence, 'phase' | 'healedWithinMs' | 'before' | 'verified' | 'endsBefore'>

const everythingIn = async ({ inner }: Simulation): Promise<Evidence['everything']> => {
  const all: { table: string; row: Cells }[] = []
  for (const { name } of CATALOGUE) for (const row of await rowsOf(inner, name)) all.push({ table: name, row })
  return all
}

const reportsIn = async ({ inner, reports }: Simulation): Promise<ReportEvidence> => ({
  told: [...reports.gateways(), ...reports.banks()],
  planted: [...reports.planted],
  isRead: reports.isRead,
  lines: await rowsOf<LineCells>(inner, 'statement_lines'),
  runs: await rowsOf<RunCells>(inner, 'reconciliation_runs'),
  breaks: await rowsOf<BreakCells>(inner, 'breaks'),
})

/** Looks at everything at this moment, beneath every connection: no server is asked. */
export const gatherEvidence = async (simulation: Simulation, look: Look): Promise<Evidence> => {
  const { inner, providers, records, time, bank, plan } = simulation
  const rows = <R>(name: string): Promise<readonly R[]> => rowsOf<R>(inner, name)
  return {
    ...look,
    now: time.now(),
    payments: await rows('payments'),
    attempts: await rows('attempts'),
    winners: await rows('payment_winners'),
    obligations: await rows('obligations'),
    disputes: await rows('disputes'),
    disputeActs: await rows('dispute_acts'),
    payouts: await rows('payouts'),
    bank: { transfers: bank.transfers(), lines: bank.lines() },
    keys: await rows('idempotency_keys'),
    accounts: await rows('accounts'),
    entries: await rows('entries'),
    transactions: await rows('ledger_transactions'),
    events: await rows('events'),
    inbox: await rows('webhook_inbox'),
    methods: await rows('payment_methods'),
    providers: [...providers].map(([name, one]) => ({
      name,
      hasLookup: one.gateway(NO_WIRE).capabilities.lookupBy.length > 0,
      charges: one.charges(),
      operations: one.operations(),
    })),
    reports: plan.setUp.reports ? await reportsIn(simulation) : null,
    records: { ...records, requests: [...records.requests], changes: [...records.changes], calls: [...records.calls] },
    everything: look.phase === 'healed' ? await everythingIn(simulation) : [],
  }
}

const NO_WIRE: Transport = { send: () => Promise.reject(new Error('only looked at')) }

const OPEN = new Set(['sent', 'unknown'])
const PAYING = new Set(['approved', 'submitted', 'unknown', 'processing'])

/**
 * Payments of which something cannot be found out but from reports: their gateway cannot be asked, its answer was lost, and no webhook tells.
 * They are shown to a person, and judged by nothing that needs the answer.
 */
export const awaitingReports = ({ attempts, obligations, payments, providers }: Evidence): ReadonlySet<string> => {
  const mute = new Set(providers.filter((one) => !one.hasLookup).map((one) => one.name))
  const reviewed = new Set(payments.filter((one) => one.needsReview !== null).map((one) => one.id))
  const open = [...attempts.filter(isOnItsWay), ...obligations.filter((one) => one.proof === null)]
  return new Set(open.filter((one) => mute.has(one.gateway) && reviewed.has(one.payment)).map((one) => one.payment))
}

const isOnItsWay = ({ state, awaits, due, expiresAt }: AttemptCells): boolean =>
  OPEN.has(state) || (state === 'pending' && (awaits === 'gateway' || (due ?? 0) < (expiresAt ?? 0)))

/** What is still on its way: empty once every outcome is known and every duty done, but for what awaits reports. */
export const unsettled = (evidence: Evidence): readonly string[] => {
  const { attempts, obligations, inbox, payments } = evidence
  const excused = awaitingReports(evidence)
  const waiting = new Set(attempts.filter((one) => excused.has(one.payment)).map((one) => one.gateway))
  return [
    ...attempts
      .filter((one) => isOnItsWay(one) && !excused.has(one.payment))
      .map((one) => `${one.kind} ${one.id} of ${one.payment} is ${one.state}`),
    ...obligations
      .filter((one) => one.proof === null && !excused.has(one.payment))
      .map((one) => `${one.attempt} of ${one.payment} is to be reversed`),
    ...inbox
      .filter((one) => one.state === 'waiting' && !waiting.has(one.gateway))
      .map((one) => `a webhook of ${one.gateway} waits`),
    ...evidence.payouts.filter((one) => PAYING.has(one.state)).map((one) => `payout ${one.id} is ${one.state}`),
    ...evidence.disputeActs
      .filter((one) => one.state === 'sending')
      .map((one) => `${one.id} about ${one.dispute} is sending`),
    ...payments
      .filter((one) => one.status === 'processing' && !excused.has(one.id))
      .map((one) => `payment ${one.id} is processing`),
  ]
}
