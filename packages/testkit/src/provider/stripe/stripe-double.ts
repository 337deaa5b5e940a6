import { type Cancel, FlorinError } from '@florin/core'
import type { CustomerAction } from '@florin/core/gateways'
import type { WebhookSink } from '../../sandbox/webhooks/outbox.ts'
import { postWebhooks } from '../../sandbox/webhooks/post.ts'
import { type Memory, openMemory } from '../memory/memory.ts'
import type { ProviderDouble } from '../provider.ts'
import type { Account } from './account.ts'
import { authenticate } from './authenticate.ts'
import { bookOf } from './books.ts'
import { byHand, createDashboard, findIntent, type StripeDashboard } from './dashboard.ts'
import { advance, hasten, nextDueAt } from './due.ts'
import type { StripeFault } from './faults.ts'
import type { StripeFile } from './file.ts'
import { type Asked, handle } from './handle.ts'
import { resolveOptions, type StripeDoubleOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import { servePage } from './page.ts'
import { payOut, type StripePayout } from './payouts.ts'
import { balanceReport } from './reports.ts'
import { listen, type StripeActs } from './server.ts'
import { createState, type State } from './state.ts'

/**
 * Stripe's API on a loopback port, as far as PaymentIntents and refunds with cards go: give `url` to an adapter as `baseUrl`, or its
 * host and port to the official SDK. Everything is synchronous inside: a request is handled whole before the next one.
 */
export interface StripeDouble extends ProviderDouble {
  /** What webhooks of an account are signed with. Throws `not_found` for an account that it does not have. */
  webhookSecret(account?: string): string
  /** What was uploaded, oldest first: of each file what it is, and the digest of its bytes. */
  files(): readonly StripeFile[]
  /** Arms a fault; returns a function that disarms it. */
  fail(fault: StripeFault): () => void
  clearFaults(): void
  /** Down, until `resume()`: connections break and nothing has an effect. */
  pause(): void
  resume(): void
  /** Does what has fallen due, and retries webhooks. With a scheduler this happens by itself. */
  tick(): void
  readonly dashboard: StripeDashboard
  /** Sends to the bank what is on the balance of an account, one payout a currency; what would be booked later is booked first. */
  payOut(account?: string): readonly StripePayout[]
  /**
   * The itemised report of an account's balance, as Stripe writes it in CSV: all of it, or with a payout's id the payout reconciliation of
   * that payout.
   */
  balanceReport(options?: { readonly account?: string; readonly payout?: string }): string
}

/** Keeps one timer for whatever falls due next. */
const createAlarm = (state: State, due: () => void): { arm(): void; close(): void } => {
  const { scheduler, clock } = state.options
  let armedFor = Number.POSITIVE_INFINITY
  let disarm: Cancel = () => {}
  let closed = false
  const ring = (): void => {
    armedFor = Number.POSITIVE_INFINITY
    due()
    arm()
  }
  const arm = (): void => {
    const at = nextDueAt(state)
    if (scheduler === null || closed || at >= armedFor) return
    disarm()
    armedFor = at
    disarm = scheduler.after(Math.min(Math.max(at - clock.now(), 0), TIMER_MAX_MS), ring)
  }
  return {
    arm,
    close() {
      closed = true
      disarm()
    },
  }
}

const TIMER_MAX_MS = 2 ** 31 - 1 // what setTimeout can wait

/** The payment that an action is about: Stripe's ids are in the page's address, and in what the SDK is given. */
const paymentOf = ({ url = '', data = {} }: CustomerAction): string =>
  /pi_[A-Za-z0-9]+/.exec([url, ...Object.values(data)].join(' '))?.[0] ?? ''

/** Starts a Stripe double. Rejects with `configuration` on options that make no sense, or where the port is taken. */
export const startStripeDouble = async (given: StripeDoubleOptions = {}): Promise<StripeDouble> => {
  const memory = given.journal === undefined ? null : openMemory<Asked>(given.journal, "the Stripe double's")
  const options = resolveOptions({ ...given, ...(memory !== null && timeOf(memory)) })
  const { clock, scheduler } = options
  const { webhookUrl } = given
  const poster =
    webhookUrl === undefined ? null : postWebhooks(typeof webhookUrl === 'string' ? () => webhookUrl : webhookUrl)
  const outbox = new Outbox({ clock, scheduler, sink: sinkOf(poster, memory), remember: options.remember })
  const state = createState(options, outbox)
  const plain = actsOf(state)
  const acts = memory?.remember(plain) ?? plain
  const alarm = createAlarm(state, acts.due)
  const server = await listen({ acts, scheduler, handled: alarm.arm }, given.port ?? 0, given.host ?? '127.0.0.1')
  state.publicUrl = (given.publicUrl ?? server.url).replace(/\/+$/, '')
  alarm.arm() // for what falls due of what was remembered
  const catchUp = (): void => {
    state.now = clock.now()
    if (nextDueAt(state) <= state.now) acts.due()
  }
  return {
    url: server.url,
    dashboard: createDashboard(state),
    ...createViews(state, catchUp),
    ...createSwitches(state),
    tick() {
      catchUp()
      outbox.retry()
      alarm.arm()
    },
    async close() {
      alarm.close()
      outbox.close()
      await server.close()
      await poster?.close()
      memory?.close()
    },
  }
}

const timeOf = ({ clock, scheduler, random }: Memory<Asked>) => ({ clock, scheduler, random })

const sinkOf = (poster: ReturnType<typeof postWebhooks> | null, memory: Memory<Asked> | null): WebhookSink | null =>
  poster === null ? null : (memory?.tellOnce(poster.sink) ?? poster.sink)

const actsOf = (state: State): StripeActs => ({
  ask: (asked) => handle(state, asked),
  atPage: ({ method, url, body }) => servePage(state, method, url, body),
  due() {
    state.now = state.options.clock.now()
    advance(state)
  },
})

type Views = Pick<
  StripeDouble,
  'webhookSecret' | 'files' | 'books' | 'deliveries' | 'mutations' | 'payOut' | 'balanceReport'
>

const accountOf = (state: State, name: string | undefined): Account => {
  const accounts = [...state.byKey.values()]
  const account = name === undefined ? accounts[0] : accounts.find((each) => each.name === name)
  if (account === undefined) throw new FlorinError('not_found', `the Stripe double has no account '${name}'`)
  return account
}

const createViews = (state: State, catchUp: () => void): Views => ({
  webhookSecret: (name) => accountOf(state, name).webhookSecrets[0] ?? '',
  payOut(name) {
    catchUp()
    hasten(state)
    return payOut(state, accountOf(state, name).name)
  },
  balanceReport({ account, payout = null } = {}) {
    catchUp()
    hasten(state)
    return balanceReport(state, accountOf(state, account).name, payout)
  },
  books() {
    catchUp()
    return [...state.intents.values()].map(bookOf)
  },
  deliveries() {
    catchUp()
    hasten(state)
    return state.outbox.read()
  },
  files: () => [...state.files.values()],
  mutations: () => state.mutations,
})

type Switches = Pick<StripeDouble, 'fail' | 'clearFaults' | 'pause' | 'resume' | 'answerChallenge'>

const createSwitches = (state: State): Switches => ({
  fail: (fault) => state.faults.arm(fault),
  clearFaults: () => state.faults.clear(),
  pause() {
    state.paused = true
  },
  resume() {
    state.paused = false
  },
  answerChallenge: async (action, outcome) =>
    byHand(state, () => authenticate(state, findIntent(state, paymentOf(action)), outcome)),
})
