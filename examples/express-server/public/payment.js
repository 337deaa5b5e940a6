import { byId, make, say } from './dom.js'
import { isZero, show, typed } from './money.js'
import { drawStory, waitingIn } from './story.js'
import { through } from './tell.js'
import { STATUS } from './words.js'

const MESSAGES = {
  processing: () => ['The gateway has not decided yet. This page asks again by itself.', 'wait'],
  requires_action: () => ['The bank wants to hear from the buyer.', 'wait'],
  authorized: (payment) => [`${show(payment.capturable, payment.currency)} are reserved and wait to be captured.`, ''],
  declined: ({ decline }) => [
    `${decline?.message ?? 'The payment was declined.'} Nothing was charged. Choose another card and try again.`,
    'bad',
  ],
  canceled: () => ['Canceled: the buyer keeps the money.', ''],
  expired: () => ['Expired: the buyer keeps the money.', ''],
  succeeded: (payment) => {
    if (payment.refundState === 'full') return ['Paid, and given back in full.', 'good']
    if (payment.captureState === 'pending') return ['The bank said yes; the money is on its way.', 'good']
    if (payment.refundState === 'partial')
      return [`Paid; ${show(payment.refunded, payment.currency)} of it were given back.`, 'good']
    if (payment.captureState === 'partial' && isZero(payment.capturable))
      return [`Paid: ${show(payment.captured, payment.currency)}; the rest stays with the buyer.`, 'good']
    return ['Paid. Thank you!', 'good']
  },
}

/** What an action says that is no page to send the buyer to. */
const ACTIONS = {
  sdk: 'It is for the gateway’s own script in the page (Stripe.js, Adyen’s Web Components), which this shop does not load: pay with a returnUrl.',
  bank_transfer: 'It waits for a transfer, to what “The payment as the API gives it” says.',
}

/** Whether something is still to happen without anybody's doing. */
export const isMoving = (payment, timeline) => payment.status === 'processing' || waitingIn(timeline).length > 0

const drawAmounts = (payment) => {
  const facts = [
    ['Amount', payment.amount],
    ['Reserved', payment.authorized],
    ['Captured', payment.captured],
    ['Refunded', payment.refunded],
  ]
  byId('amounts').replaceChildren(
    ...facts.map(([name, amount]) =>
      make('div', {}, make('dt', {}, name), make('dd', {}, show(amount, payment.currency))),
    ),
  )
}

const amountForm = (id, label, most, verb, act, ...more) => {
  const input = make('input', {
    type: 'text',
    id,
    name: 'amount',
    inputmode: 'decimal',
    value: most,
    autocomplete: 'off',
  })
  const submit = (event) => {
    event.preventDefault()
    act(typed(input.value), new FormData(event.target))
  }
  const field = make('div', { class: 'field' }, make('label', { for: id }, label), input)
  return make('form', { onsubmit: submit, novalidate: true }, field, ...more, make('button', { type: 'submit' }, verb))
}

const captureForm = (payment, on) => {
  const keep = make('input', { type: 'checkbox', name: 'keep' })
  return amountForm(
    'capture-amount',
    `Capture, at most ${show(payment.capturable, payment.currency)}`,
    payment.capturable,
    'Capture',
    (amount, form) => on.capture(amount, form.get('keep') === null),
    make('label', { class: 'check' }, keep, 'keep the rest reserved'),
  )
}

const refundForm = (payment, on) =>
  amountForm(
    'refund-amount',
    `Refund, at most ${show(payment.refundable, payment.currency)}`,
    payment.refundable,
    'Refund',
    on.refund,
  )

/** Where a buyer goes who has to act, or undefined where that is no page. A form is sent by a page of its own. */
export const bankUrl = ({ id, status, action }) => {
  if (status !== 'requires_action' || action?.type !== 'redirect') return undefined
  return action.method === 'POST' ? `/bank.html?payment=${encodeURIComponent(id)}` : action.url
}

const drawActions = (payment, waiting, on) => {
  const actions = []
  const bank = bankUrl(payment)
  const ending = waiting.some(({ what }) => what !== 'refund') // the gateway has been asked to take it, or to let it go
  if (bank !== undefined) actions.push(make('a', { class: 'button primary', href: bank }, 'Go to the bank'))
  if (!ending && !isZero(payment.capturable)) actions.push(captureForm(payment, on))
  if (!ending && ['authorized', 'requires_action', 'declined'].includes(payment.status))
    actions.push(make('button', { type: 'button', class: 'danger', onclick: on.cancel }, 'Cancel the payment'))
  if (!isZero(payment.refundable)) actions.push(refundForm(payment, on))
  byId('actions').replaceChildren(...actions)
}

const messageOf = (payment, waiting) => {
  const [text, tone] = MESSAGES[payment.status]?.(payment) ?? ['', '']
  const sum = ({ amount }) => show(amount, payment.currency)
  const open = waiting.filter(({ what }) => what !== 'capture' || payment.status === 'authorized')
  const asked = open.map((one) => (one.what === 'cancel' ? 'cancel' : `${one.what} of ${sum(one)}`))
  if (asked.length > 0)
    return [`Asked for: ${asked.join(', ')}. The gateway decides, and this page follows it.`, 'wait']
  return [[text, ACTIONS[payment.action?.type]].filter(Boolean).join(' '), tone]
}

const drawState = (payment, waiting) => {
  const status = byId('status')
  status.textContent = STATUS[payment.status] ?? payment.status
  status.dataset.status = payment.status
  const [text, tone] = messageOf(payment, waiting)
  say(byId('message'), payment.needsReview ? `${text} A person should look at this payment.` : text, tone)
}

/** The right side: one payment. `on` are the acts that its buttons ask for. */
export const drawPayment = (payment, timeline, on) => {
  byId('payment-empty').hidden = true
  byId('payment-body').hidden = false
  byId('payment-id').textContent = `${payment.reference} · ${payment.id}`
  const waiting = waitingIn(timeline)
  drawState(payment, waiting)
  byId('through-gateway').textContent = through(payment, timeline)
  drawAmounts(payment)
  drawActions(payment, waiting, on)
  drawStory(timeline)
  byId('raw').textContent = JSON.stringify(payment, null, 2)
}

/** No payment is chosen. */
export const clearPayment = () => {
  byId('payment-empty').hidden = false
  byId('payment-body').hidden = true
  const status = byId('status')
  status.textContent = 'none yet'
  status.dataset.status = 'none'
}
