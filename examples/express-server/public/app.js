import { get, post, postAs, Refused } from './api.js'
import { createCheckout } from './checkout.js'
import { byId } from './dom.js'
import { createRecent, loadBalances, verify } from './lists.js'
import { CURRENCY } from './money.js'
import { bankUrl, clearPayment, drawPayment, isMoving } from './payment.js'
import { GATEWAYS } from './words.js'

const FIRST_LOOK_MS = 700
const LAST_LOOK_MS = 4_000
const QUIET_LOOKS = 15 // a minute: banks and dashboards take things back when all seems over

let payment = null
let moving = false
let busy = false
let paying = false
let looking

const checkout = createCheckout()
const recent = createRecent((id) => run(() => open(id)))

const notice = (text) => {
  const element = byId('notice')
  element.textContent = text
  element.hidden = text === ''
}

/** One act at a time; what goes wrong is said at the top of the page. */
const run = async (act) => {
  if (busy) return
  busy = true
  notice('')
  drawPay()
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    notice(error.message)
    byId('notice').scrollIntoView({ block: 'nearest' })
  } finally {
    busy = false
    drawPay()
  }
}

const mayRetry = () => payment !== null && ['declined', 'requires_action'].includes(payment.status)
/** Whether the payment that is shown is the one of the basket beside it. */
const ownOrder = () => payment !== null && payment.reference === checkout.reference()

const payLabel = () => {
  if (busy && paying) return 'Asking the bank …'
  if (!mayRetry()) return 'Pay'
  return ownOrder() ? 'Pay with this card instead' : `Pay ${payment.reference} with this card`
}

const drawPay = () => {
  const button = byId('pay')
  const done = ownOrder() && !mayRetry()
  button.textContent = payLabel()
  button.disabled = busy || done || checkout.order() === null
  byId('pay-hint').textContent = done ? 'This order has its payment. “New order” starts another.' : ''
  checkout.freeze(ownOrder() || mayRetry())
  for (const one of document.querySelectorAll('#actions button')) one.disabled = busy
}

/** Asks how the payment stands, again and again while something is to happen, and for a while after. */
const look = (after = FIRST_LOOK_MS, quiet = 0) => {
  clearTimeout(looking)
  if (payment === null || quiet > QUIET_LOOKS) return
  const { id } = payment
  looking = setTimeout(async () => {
    const wait = Math.min(LAST_LOOK_MS, after * 1.4)
    if (busy || document.hidden) return look(wait, quiet)
    const now = await get(`/v1/payments/${id}`).catch(() => null)
    if (payment?.id !== id) return
    if (busy) return look(wait, quiet)
    if (now !== null && now.version !== payment.version) return display(now)
    look(wait, moving ? 0 : quiet + 1)
  }, after)
}

const act = (path, body) => run(async () => display(await post(`/v1/payments/${payment.id}/${path}`, body)))

const acts = {
  capture: (amount, final) => act('capture', { amount, final }),
  refund: (amount) => act('refunds', { amount }),
  cancel: () => act('cancel'),
}

const display = async (given) => {
  const timeline = await get(`/v1/payments/${given.id}/timeline`)
  payment = given
  moving = isMoving(given, timeline)
  drawPayment(given, timeline, acts)
  drawPay()
  history.replaceState(null, '', `/?payment=${encodeURIComponent(given.id)}`)
  await Promise.all([recent.load(), loadBalances()])
  recent.mark(given.id)
  look()
}

/** Shows a payment; sends the buyer on where the bank wants to see them. */
const follow = async (given) => {
  await display(given)
  const bank = bankUrl(given)
  if (bank === undefined) byId('payment').focus()
  else location.assign(bank)
}

const open = async (id) => {
  await display(await get(`/v1/payments/${encodeURIComponent(id)}`))
  byId('payment').focus()
}

const returnUrl = (reference) => `${location.origin}/?order=${encodeURIComponent(reference)}`

const pay = async () => {
  const card = checkout.method()
  if (mayRetry()) return follow(await post(`/v1/payments/${payment.id}/retry`, card))
  const order = checkout.order()
  if (order === null) return
  const body = { ...order, currency: CURRENCY, ...card, returnUrl: returnUrl(order.reference) }
  await follow(await postAs(order.reference, '/v1/payments', body)) // however often it is pressed, one order is one payment
}

const newOrder = () => {
  clearTimeout(looking)
  payment = null
  checkout.newOrder()
  clearPayment()
  recent.mark(undefined)
  history.replaceState(null, '', '/')
  drawPay()
  byId('checkout').focus()
}

/** Back from the bank: the address names the order, and carries what the bank's page gave. */
const comeBack = async (query) => {
  const { order, ...payload } = Object.fromEntries(query)
  const { data } = await get(`/v1/payments?reference=${encodeURIComponent(order)}`)
  const [found] = data
  if (found === undefined) return notice(`There is no order ${order}.`)
  await display(await post(`/v1/payments/${found.id}/resume`, { payload }))
  byId('payment').focus()
}

const throughOf = ({ name, at }) =>
  name === 'sandbox' ? GATEWAYS.sandbox : `${GATEWAYS[name] ?? name} in test mode (${at})`

byId('pay-form').addEventListener('submit', (event) => {
  event.preventDefault()
  paying = true
  run(pay).finally(() => {
    paying = false
  })
})
byId('pay-form').addEventListener('basket', drawPay)
byId('new-order').addEventListener('click', newOrder)
byId('refresh').addEventListener('click', () => run(() => Promise.all([recent.load(), loadBalances()])))
byId('verify').addEventListener('click', () => run(verify))

await run(async () => {
  const { data, shared, gateways, storage } = await get('/shop/cards')
  checkout.offer([...shared, ...data])
  byId('through').textContent = gateways.map(throughOf).join(' and ')
  byId('kept').textContent = `Kept in ${storage}.`
  await Promise.all([recent.load(), loadBalances()])
  const query = new URLSearchParams(location.search)
  if (query.has('order')) await comeBack(query)
  else if (query.has('payment')) await open(query.get('payment'))
})
document.documentElement.dataset.ready = 'true'
