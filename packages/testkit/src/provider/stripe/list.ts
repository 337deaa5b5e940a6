import type { Account } from './account.ts'
import { type BalanceTransaction, wireTransaction } from './balance-transaction.ts'
import { wireCharge } from './charge.ts'
import { wireDispute } from './dispute.ts'
import type { Wire } from './find.ts'
import type { Form } from './form.ts'
import { wireIntent } from './intent.ts'
import type { MadeEvent } from './outbox.ts'
import { needText } from './parameters.ts'
import type { Charge, Dispute, Intent, Refund } from './payment.ts'
import { wireRefund } from './refund.ts'
import { invalid } from './refusal.ts'
import { indexed, parseQuery } from './search.ts'
import type { State } from './state.ts'

const LIMIT = 10 // docs.stripe.com/api/pagination
const LIMIT_MAX = 100

const limitIn = (form: Form): number => {
  const limit = form.integer('limit') ?? LIMIT
  if (limit < 1 || limit > LIMIT_MAX)
    throw invalid(`limit is ${limit}; it is from 1 to ${LIMIT_MAX}.`, { param: 'limit' })
  return limit
}

const inRange = (form: Form, created: number): boolean =>
  created > (form.integer('created[gt]') ?? -1) &&
  created >= (form.integer('created[gte]') ?? 0) &&
  created < (form.integer('created[lt]') ?? Number.POSITIVE_INFINITY) &&
  created <= (form.integer('created[lte]') ?? Number.POSITIVE_INFINITY)

interface Listed {
  readonly id: string
  readonly created: number
}

/** A page, newest first, of what passes the filter. */
const page = <T extends Listed>(
  form: Form,
  url: string,
  all: Iterable<T>,
  filter: (each: T) => boolean,
  wire: (each: T) => Wire,
): Wire => {
  const limit = limitIn(form)
  const matching = [...all].filter((each) => filter(each) && inRange(form, each.created)).reverse()
  const [after, before] = [form.text('starting_after'), form.text('ending_before')]
  const cut = (cursor: string, param: string): number => {
    const at = matching.findIndex(({ id }) => id === cursor)
    if (at < 0) throw invalid(`There is no '${cursor}' in this list.`, { code: 'resource_missing', param })
    return at
  }
  if (before !== null) {
    const until = cut(before, 'ending_before')
    const data = matching.slice(Math.max(0, until - limit), until)
    return { object: 'list', data: data.map(wire), has_more: until > limit, url }
  }
  const rest = after === null ? matching : matching.slice(cut(after, 'starting_after') + 1)
  return { object: 'list', data: rest.slice(0, limit).map(wire), has_more: rest.length > limit, url }
}

const same = (form: Form, name: string, actual: string | null): boolean => {
  const wanted = form.text(name)
  return wanted === null || wanted === actual
}

/** GET /v1/payment_intents */
export const listIntents = (state: State, account: Account, form: Form): Wire =>
  page<Intent>(
    form,
    '/v1/payment_intents',
    state.intents.values(),
    (intent) => intent.account === account && same(form, 'customer', intent.customer),
    wireIntent,
  )

/** GET /v1/charges */
export const listCharges = (state: State, account: Account, form: Form): Wire =>
  page<Charge>(
    form,
    '/v1/charges',
    state.charges.values(),
    ({ intent }) =>
      intent.account === account && same(form, 'payment_intent', intent.id) && same(form, 'customer', intent.customer),
    wireCharge,
  )

/** GET /v1/refunds */
export const listRefunds = (state: State, account: Account, form: Form): Wire =>
  page<Refund>(
    form,
    '/v1/refunds',
    refundsIn(state, form),
    ({ charge }) =>
      charge.intent.account === account &&
      same(form, 'payment_intent', charge.intent.id) &&
      same(form, 'charge', charge.id),
    wireRefund,
  )

/** GET /v1/disputes */
export const listDisputes = (state: State, account: Account, form: Form): Wire =>
  page<Dispute>(
    form,
    '/v1/disputes',
    state.disputes.values(),
    ({ charge }) =>
      charge.intent.account === account &&
      same(form, 'payment_intent', charge.intent.id) &&
      same(form, 'charge', charge.id),
    wireDispute,
  )

/** Those of one payment are at hand; only a list without it goes through all. */
const refundsIn = (state: State, form: Form): Iterable<Refund> => {
  const intent = form.text('payment_intent')
  return intent === null
    ? state.refunds.values()
    : (state.intents.get(intent)?.charges.flatMap(({ refunds }) => refunds) ?? [])
}

/** GET /v1/balance_transactions */
export const listTransactions = (state: State, account: Account, form: Form): Wire =>
  page<BalanceTransaction>(
    form,
    '/v1/balance_transactions',
    state.transactions.values(),
    (each) =>
      each.account === account.name &&
      same(form, 'source', each.source) &&
      same(form, 'payout', each.payout) &&
      same(form, 'type', each.type) &&
      same(form, 'currency', each.currency),
    wireTransaction,
  )

/** GET /v1/events: what webhooks told, also those that were lost. */
export const listEvents = (state: State, account: Account, form: Form): Wire => {
  const types = form.list('types')
  return page<MadeEvent>(
    form,
    '/v1/events',
    state.outbox.events.values(),
    (event) =>
      event.account === account && same(form, 'type', event.type) && (types.length === 0 || types.includes(event.type)),
    (event) => JSON.parse(event.body) as Wire,
  )
}

/** GET /v1/payment_intents/search */
export const searchIntents = (state: State, account: Account, form: Form): Wire => {
  const test = parseQuery(needText(form, 'query'))
  const limit = limitIn(form)
  const from = Number(form.text('page') ?? 0)
  if (!Number.isSafeInteger(from) || from < 0)
    throw invalid('page is what a search before gave as next_page.', { param: 'page' })
  const found: Intent[] = []
  for (const intent of state.intents.values())
    if (intent.account === account && indexed(state, intent) && test(intent)) found.push(intent)
  found.reverse()
  const more = found.length > from + limit
  return {
    object: 'search_result',
    data: found.slice(from, from + limit).map(wireIntent),
    has_more: more,
    next_page: more ? String(from + limit) : null,
    url: '/v1/payment_intents/search',
  }
}
