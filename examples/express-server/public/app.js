import { get, post, postAs, Refused } from './api.js'
import { createCheckout } from './checkout.js'
import { byId } from './dom.js'
import { createRecent, loadBalances, verify } from './lists.js'
import { CURRENCY } from './money.js'
import { clearPayment, drawPayment, isMoving } from './payment.js'

const FIRST_LOOK_MS = 700
const LAST_LOOK_MS = 4_000

let payment = null
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

const look = (after) => {
  clearTimeout(looking)
  if (payment === null || !isMoving(payment)) return
  const { id } = payment
  looking = setTimeout(async () => {
    const wait = Math.min(LAST_LOOK_MS, after * 1.4)
    if (busy || document.hidden) return look(wait)
    const now = await get(`/v1/payments/${id}`).catch(() => null)
    if (payment?.id !== id) return
    if (now !== null && now.version !== payment.version && !busy) await display(now)
    look(wait)
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
  drawPayment(given, timeline, acts)
  drawPay()
  history.replaceState(null, '', `/?payment=${encodeURIComponent(given.id)}`)
  await Promise.all([recent.load(), loadBalances()])
  recent.mark(given.id)
}

/** Shows a payment; sends the buyer on where the bank wants to see them. */
const follow = async (given) => {
  await display(given)
  look(FIRST_LOOK_MS)
  const { action, status } = given
  if (status === 'requires_action' && action?.type === 'redirect') location.assign(action.url)
  else byId('payment').focus()
}

const open = async (id) => {
  await display(await get(`/v1/payments/${encodeURIComponent(id)}`))
  look(FIRST_LOOK_MS)
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
  look(FIRST_LOOK_MS)
  byId('payment').focus()
}

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
  checkout.offer((await get('/shop/cards')).data)
  await Promise.all([recent.load(), loadBalances()])
  const query = new URLSearchParams(location.search)
  if (query.has('order')) await comeBack(query)
  else if (query.has('payment')) await open(query.get('payment'))
})
document.documentElement.dataset.ready = 'true'
