import { type Cancel, FlorinError } from '@florin/core'
import type { GatewayRequest } from '@florin/core/gateways'
import { Outbox, type WebhookSink } from '../webhooks/outbox.ts'
import type { WireCharge, WireOperation } from '../wire.ts'
import type { WireDispute } from '../wire-dispute.ts'
import type { EffectCount } from './account.ts'
import type { Books } from './books.ts'
import { answerChallenge, type ChallengeReturn } from './challenge.ts'
import { type Charge, type Operation, wireCharge, wireOperation } from './charge.ts'
import { type Dispute, wireDispute } from './dispute.ts'
import { createDisputeDashboard, type DisputeDashboard } from './disputes.ts'
import { advance, decide, settle, untilDue } from './due.ts'
import type { Exchange } from './exchange.ts'
import type { Fault } from './faults.ts'
import { handle } from './handle.ts'
import { cancel, capture, refund } from './operations.ts'
import { type AcquirerOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import { Refusal } from './refusal.ts'
import type { Settlement } from './settlement.ts'
import { createState, type State } from './state.ts'
import { failCapture, failRefund, recapture, repayRefund, representSale, returnSale } from './undoing.ts'

/** What somebody does in the acquirer's dashboard: real, announced by webhook, and ordered by nobody here. */
export interface Dashboard extends DisputeDashboard {
  capture(target: string, amount: bigint): WireOperation
  cancel(target: string): WireOperation
  refund(target: string, amount: bigint): WireOperation
  /** A capture that had succeeded fails after all. `operation` is its id, or the reference that it was made with. */
  failCapture(operation: string): WireOperation
  /** A capture that failed is made after all. */
  recapture(operation: string): WireOperation
  /** A refund that had succeeded bounces. */
  failRefund(operation: string): WireOperation
  /** A refund that bounced is paid after all. */
  repayRefund(operation: string): WireOperation
  /** A sale's money goes back to the buyer, as with a returned debit. */
  returnSale(target: string): void
  /** A returned debit is presented again, and paid. */
  representSale(target: string): void
}

/**
 * A stateful acquirer that lives in this process. Everything is synchronous: a request is handled whole before the next one. `target`
 * is always a charge's id or the reference that it was made with.
 */
export interface Acquirer {
  readonly options: ResolvedOptions
  /** Handles one request of the wire protocol. Never throws. */
  handle(request: GatewayRequest, authorization: string | null): Exchange
  /** Arms a fault; returns a function that disarms it. */
  fail(fault: Fault): () => void
  clearFaults(): void
  /** Down, until `resume()`: connections are refused and nothing has an effect. */
  pause(): void
  resume(): void
  /** The buyer passes or fails the challenge: what the page does. Returns what the return would bring along. */
  challenge(target: string, result: 'pass' | 'fail'): ChallengeReturn
  /** Decides a pending charge now instead of when its wait is over. */
  settlePending(target: string, outcome: 'approve' | 'decline'): void
  /** Does what has fallen due and retries webhooks. With a scheduler this happens by itself. */
  tick(): void
  /** Closes the open settlement batch now. */
  settle(): readonly Settlement[]
  settlements(): readonly Settlement[]
  books(): Books
  /** How often something was asked under a reference, and how often that had an effect: an honest client never sees two effects. */
  effects(reference: string): Readonly<EffectCount>
  charge(target: string): WireCharge | undefined
  readonly dashboard: Dashboard
  /** Sends webhooks to `sink` from now on; returns a function that ends it. */
  onWebhook(sink: WebhookSink): () => void
  /** Resolves once no delivery is under way. */
  webhooksIdle(): Promise<void>
  /** Where its challenge page is from now on. */
  setPublicUrl(url: string): void
  /** Ends timers and webhooks. */
  close(): void
}

const findCharge = (state: State, target: string): Charge | undefined => {
  if (target.startsWith('ch_')) return state.charges.get(target)
  return state.accounts.flatMap((account) => account.chargesOf(target)).at(-1)
}

const effectsOf = (state: State, reference: string): EffectCount => {
  const sum = { requests: 0, effects: 0 }
  for (const account of state.accounts) {
    const trace = account.trace(reference)
    sum.requests += trace?.requests ?? 0
    sum.effects += trace?.effects ?? 0
  }
  return sum
}

const needCharge = (state: State, target: string): Charge => {
  const charge = findCharge(state, target)
  if (charge === undefined) throw new FlorinError('not_found', `the sandbox acquirer has no charge ${target}`)
  return charge
}

/** Keeps one timer for whatever falls due next. */
const createAlarm = (state: State) => {
  const { scheduler } = state.options
  let armedFor = Number.POSITIVE_INFINITY
  let disarm: Cancel = () => {}
  let closed = false
  const ring = (): void => {
    armedFor = Number.POSITIVE_INFINITY
    state.now = state.options.clock.now()
    if (state.now >= state.nextDueAt) advance(state)
    arm()
  }
  const arm = (): void => {
    if (scheduler === null || closed || state.nextDueAt >= armedFor) return
    disarm()
    armedFor = state.nextDueAt
    disarm = scheduler.after(untilDue(state), ring)
  }
  const close = (): void => {
    closed = true
    disarm()
  }
  return { arm, close }
}

const findOperation = (state: State, target: string): Operation => {
  const found = state.operations.get(target) ?? state.accounts.flatMap((one) => one.operationsOf(target)).at(-1)
  if (found === undefined) throw new FlorinError('not_found', `the sandbox acquirer has no operation ${target}`)
  return found
}

type Undoing = Omit<Dashboard, 'capture' | 'cancel' | 'refund' | keyof DisputeDashboard>

/** What becomes undone, and done again, without anybody's order. */
const createUndoing = (state: State, catchUp: () => void, arm: () => void): Undoing => {
  const act = (target: string, what: (state: State, operation: Operation) => Operation): WireOperation => {
    catchUp()
    const done = wireOperation(what(state, findOperation(state, target)))
    arm()
    return done
  }
  const onSale = (target: string, what: (state: State, charge: Charge) => void): void => {
    catchUp()
    what(state, needCharge(state, target))
    arm()
  }
  return {
    failCapture: (operation) => act(operation, failCapture),
    recapture: (operation) => act(operation, recapture),
    failRefund: (operation) => act(operation, failRefund),
    repayRefund: (operation) => act(operation, repayRefund),
    returnSale: (target) => onSale(target, returnSale),
    representSale: (target) => onSale(target, representSale),
  }
}

const createDashboard = (state: State): Omit<Dashboard, keyof Undoing | keyof DisputeDashboard> => {
  const act = (target: string, what: (charge: Charge) => Operation): WireOperation => {
    state.now = state.options.clock.now()
    try {
      return wireOperation(what(needCharge(state, target)))
    } catch (error) {
      throw error instanceof Refusal
        ? new FlorinError('invalid_state', `the sandbox acquirer: ${error.message}`)
        : error
    }
  }
  return {
    capture: (target, amount) => act(target, (charge) => capture(state, charge, null, amount, false)),
    cancel: (target) => act(target, (charge) => cancel(state, charge, null)),
    refund: (target, amount) => act(target, (charge) => refund(state, charge, null, amount)),
  }
}

type Switches = Pick<Acquirer, 'fail' | 'clearFaults' | 'pause' | 'resume' | 'challenge' | 'settlePending'>

/** What a test does to the acquirer. */
const createSwitches = (state: State, catchUp: () => void, arm: () => void): Switches => ({
  fail: (fault) => state.faults.arm(fault),
  clearFaults: () => state.faults.clear(),
  pause() {
    state.paused = true
  },
  resume() {
    state.paused = false
  },
  challenge(target, result) {
    catchUp()
    return answerChallenge(state, needCharge(state, target), result)
  },
  settlePending(target, outcome) {
    catchUp()
    const charge = needCharge(state, target)
    if (charge.waiting?.for !== 'decision')
      throw new FlorinError('invalid_state', `charge ${target} is not pending at the sandbox acquirer`)
    const declined = { kind: 'decline', code: 'transfer_not_received' } as const
    charge.waiting = { for: 'decision', next: outcome === 'approve' ? { kind: 'approve' } : declined }
    decide(state, charge)
    arm()
  },
})

type Views = Pick<Acquirer, 'settle' | 'settlements' | 'books' | 'effects' | 'charge'>

/** What a test sees of the acquirer. */
const createViews = (state: State, catchUp: () => void): Views => ({
  settle() {
    catchUp()
    return settle(state)
  },
  settlements() {
    catchUp()
    return state.settlement.settlements
  },
  books() {
    catchUp()
    return state.ledger.snapshot(state.charges.values())
  },
  effects: (reference) => effectsOf(state, reference),
  charge(target) {
    catchUp()
    const charge = findCharge(state, target)
    return charge === undefined ? undefined : wireCharge(charge)
  },
})

const wired = (subject: Charge | Operation | Dispute): WireCharge | WireOperation | WireDispute => {
  if (!('charge' in subject)) return wireCharge(subject)
  return subject.object === 'dispute' ? wireDispute(subject) : wireOperation(subject)
}

/** A new acquirer without charges. Several gateways, or several servers, may share one. */
export const createAcquirer = (given: AcquirerOptions = {}): Acquirer => {
  const options = resolveOptions(given)
  const { clock, scheduler, ids } = options
  const outbox = new Outbox({ clock, scheduler, ids, secrets: options.webhookSecrets })
  const state = createState(options, (type, subject) => {
    if (!outbox.listening || state.webhooks === 0) return
    const account = 'charge' in subject ? subject.charge.account.name : subject.account.name
    outbox.send(type, account, wired(subject), state.webhooks)
  })
  const alarm = createAlarm(state)
  alarm.arm()
  const catchUp = (): void => {
    state.now = clock.now()
    if (state.now >= state.nextDueAt) advance(state)
  }
  return {
    options,
    handle(request, authorization) {
      const exchange = handle(state, request, authorization)
      alarm.arm()
      return exchange
    },
    tick() {
      catchUp()
      outbox.retry()
      alarm.arm()
    },
    ...createSwitches(state, catchUp, alarm.arm),
    ...createViews(state, catchUp),
    dashboard: {
      ...createDashboard(state),
      ...createUndoing(state, catchUp, alarm.arm),
      ...createDisputeDashboard(state, catchUp, (target) => needCharge(state, target)),
    },
    onWebhook: (sink) => outbox.add(sink),
    webhooksIdle: () => outbox.idle(),
    setPublicUrl(url) {
      state.publicUrl = url.replace(/\/+$/, '')
    },
    close() {
      alarm.close()
      outbox.close()
    },
  }
}
