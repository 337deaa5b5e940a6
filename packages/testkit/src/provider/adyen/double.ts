import { type Cancel, FlorinError } from '@florin/core'
import type { CustomerAction } from '@florin/core/gateways'
import { postWebhooks } from '../../sandbox/webhooks/post.ts'
import { type Memory, openMemory } from '../memory/memory.ts'
import type { ProviderDouble } from '../provider.ts'
import { type AdyenNotice, announceNotice } from './announce.ts'
import { type AdyenDashboard, createDashboard, createLateOutcomes, type LateOutcomes } from './dashboard.ts'
import { advance, hurry } from './due.ts'
import type { AdyenFault } from './faults.ts'
import { type ApiRequest, handle } from './handle.ts'
import type { Notice } from './notices.ts'
import { type AdyenDoubleOptions, resolveOptions } from './options.ts'
import { servePage } from './page.ts'
import { chargeOf } from './payment.ts'
import { PAGE_PATH } from './payment-response.ts'
import { Poster } from './poster.ts'
import { type AdyenActs, listen } from './server.ts'
import { type AdyenBatch, closeBatches } from './settlement.ts'
import { answerAtPage, offeredPayment, threeDSResult } from './shopper.ts'
import { createState, type Refusable, type State } from './state.ts'

/**
 * A local double of Adyen Checkout: payments, 3-D Secure, modifications that are received first and decided later, and signed webhooks.
 * `url` is the checkout root, with the version: `http://127.0.0.1:<port>/v71`.
 */
export interface AdyenDouble extends ProviderDouble, LateOutcomes {
  readonly apiKey: string
  /** Where its Disputes API is, without the path: `disputesUrl` of the adapter. */
  readonly disputesUrl: string
  /** The merchant account by Florin's name of the account. */
  readonly accounts: Readonly<Record<string, string>>
  /** What webhooks are signed and sent with. */
  readonly webhook: { readonly hmacKey: string; readonly username: string; readonly password: string }
  /** Arms a fault; returns a function that disarms it. */
  fail(fault: AdyenFault): () => void
  clearFaults(): void
  /** The next modification of this kind is received, and then refused with this reason. */
  failNext(kind: Refusable, reason: string): void
  readonly dashboard: AdyenDashboard
  /** Sends an authentic webhook of your own making, for the first account unless another is named. Throws `not_found`. */
  notify(notice: AdyenNotice, account?: string): void
  /**
   * Closes a batch for each merchant account and currency in which something moved since the last one, and pays it out, with the settlement
   * detail report that Adyen makes of it.
   */
  closeBatches(): readonly AdyenBatch[]
  /** Does what has fallen due and retries webhooks. With a scheduler this happens by itself. */
  tick(): void
  /** Resolves once no webhook is on its way to `webhookUrl`. */
  webhooksIdle(): Promise<void>
}

const TIMER_MAX_MS = 2 ** 31 - 1 // what setTimeout holds

/** Keeps one timer for whatever falls due next. */
const createAlarm = (state: State, due: () => void) => {
  const { scheduler } = state.options
  let armedFor = Number.POSITIVE_INFINITY
  let disarm: Cancel = () => {}
  let closed = false
  const ring = (): void => {
    armedFor = Number.POSITIVE_INFINITY
    due()
    arm()
  }
  const arm = (): void => {
    if (scheduler === null || closed || state.nextDueAt >= armedFor) return
    disarm()
    armedFor = state.nextDueAt
    disarm = scheduler.after(Math.min(TIMER_MAX_MS, Math.max(0, armedFor - state.now)), ring)
  }
  const close = (): void => {
    closed = true
    disarm()
  }
  return { arm, close }
}

const timeOf = ({ clock, scheduler, random }: Memory<ApiRequest>) => ({ clock, scheduler, random })

const actsOf = (state: State): AdyenActs => ({
  ask: (asked) => handle(state, asked),
  atPage: ({ method, url, body }) => servePage(state, method, url, body),
  due: () => advance(state),
})

/** The token of the shop's 3-D Secure component: in the action's own data, or in the action as Adyen gave it. */
const componentToken = (data: Readonly<Record<string, string>>): string | undefined => {
  if (data.authorisationToken !== undefined) return data.authorisationToken
  for (const text of Object.values(data)) {
    const token = /"authorisationToken":"([A-Za-z0-9_-]+)"/.exec(text)?.[1]
    if (token !== undefined) return token
  }
  return data.paymentData
}

const answerAction = (
  state: State,
  action: CustomerAction,
  answer: 'confirm' | 'fail',
): Readonly<Record<string, string>> => {
  advance(state)
  if (action.type === 'redirect' && action.url !== undefined) {
    const { pathname } = new URL(action.url)
    const back = answerAtPage(state, pathname.slice(PAGE_PATH.length), answer)
    return Object.fromEntries(new URL(back).searchParams)
  }
  const token = action.type === 'sdk' ? componentToken(action.data ?? {}) : undefined
  if (token === undefined || offeredPayment(state, token)?.offer?.kind !== 'native')
    throw new FlorinError('invalid_state', 'adyen double: this action waits for no answer')
  return { threeDSResult: threeDSResult(token, answer) }
}

/** Starts a double on a port of its own. Rejects with `configuration` where an option is wrong or the port is taken. */
export const startAdyenDouble = async (given: AdyenDoubleOptions = {}): Promise<AdyenDouble> => {
  const memory = given.journal === undefined ? null : openMemory<ApiRequest>(given.journal, "the Adyen double's")
  const options = resolveOptions({ ...given, ...(memory !== null && timeOf(memory)) })
  const { webhookUrl, scheduler, clock, apiKey, accounts, hmacKey, webhookAuth } = options
  const state = createState(options)
  const deliveryOf = (notice: Notice) => state.notices.deliveryOf(notice, clock.now())
  const post = webhookUrl === null ? null : postWebhooks(webhookUrl)
  const poster =
    post === null ? null : new Poster({ sink: memory?.tellOnce(post.sink) ?? post.sink, scheduler, deliveryOf })
  if (poster !== null) state.notices.onNotice = (notice) => poster.post(notice)
  const plain = actsOf(state)
  const acts = memory?.remember(plain) ?? plain
  const alarm = createAlarm(state, acts.due)
  const { origin, close } = await listen(acts, options, alarm.arm)
  state.origin = origin
  alarm.arm() // for what falls due of what was remembered
  return {
    url: `${origin}/${options.version}`,
    apiKey,
    disputesUrl: origin,
    accounts,
    webhook: Object.freeze({ hmacKey, ...webhookAuth }),
    books() {
      if (state.nextDueAt <= clock.now()) acts.due()
      return [...state.payments.values()].map(chargeOf)
    },
    deliveries() {
      hurry(state)
      return state.notices.take(clock.now())
    },
    async answerChallenge(action, outcome) {
      const brought = answerAction(state, action, outcome)
      alarm.arm()
      return brought
    },
    mutations: () => state.mutations,
    fail: (fault) => state.faults.arm(fault),
    clearFaults: () => state.faults.clear(),
    failNext: (kind, reason) => void state.refusals.push({ kind, reason }),
    notify(notice, account = Object.keys(accounts)[0]) {
      advance(state)
      const merchant = state.merchants.get(accounts[account ?? ''] ?? '')
      if (merchant === undefined) throw new FlorinError('not_found', `adyen double: there is no account ${account}`)
      announceNotice(state, merchant, notice)
    },
    closeBatches() {
      hurry(state)
      return closeBatches(state)
    },
    dashboard: createDashboard(state),
    ...createLateOutcomes(state),
    tick() {
      advance(state)
      poster?.retry()
      alarm.arm()
    },
    webhooksIdle: () => poster?.idle() ?? Promise.resolve(),
    async close() {
      alarm.close()
      await close()
      poster?.close()
      await post?.close()
      memory?.close()
    },
  }
}
