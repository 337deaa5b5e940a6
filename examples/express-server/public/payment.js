import { byId, make, say } from './dom.js'
import { isZero, show, typed } from './money.js'
import { drawStory } from './story.js'
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
    if (payment.refundState === 'partial')
      return [`Paid; ${show(payment.refunded, payment.currency)} of it were given back.`, 'good']
    return ['Paid. Thank you!', 'good']
  },
}

/** Whether something is still to happen without anybody's doing. */
export const isMoving = (payment) =>
  payment.status === 'processing' || payment.captureState === 'pending' || payment.refundState === 'pending'

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

const drawActions = (payment, on) => {
  const actions = []
  if (payment.status === 'requires_action' && payment.action?.url !== undefined)
    actions.push(make('a', { class: 'button primary', href: payment.action.url }, 'Go to the bank'))
  if (!isZero(payment.capturable)) actions.push(captureForm(payment, on))
  if (['authorized', 'requires_action', 'declined'].includes(payment.status))
    actions.push(make('button', { type: 'button', class: 'danger', onclick: on.cancel }, 'Cancel the payment'))
  if (!isZero(payment.refundable)) actions.push(refundForm(payment, on))
  byId('actions').replaceChildren(...actions)
}

const drawState = (payment) => {
  const status = byId('status')
  status.textContent = STATUS[payment.status] ?? payment.status
  status.dataset.status = payment.status
  const [text, tone] = MESSAGES[payment.status]?.(payment) ?? ['', '']
  say(byId('message'), payment.needsReview ? `${text} A person should look at this payment.` : text, tone)
}

/** The right side: one payment. `on` are the acts that its buttons ask for. */
export const drawPayment = (payment, timeline, on) => {
  byId('payment-empty').hidden = true
  byId('payment-body').hidden = false
  byId('payment-id').textContent = `${payment.reference} · ${payment.id}`
  drawState(payment)
  drawAmounts(payment)
  drawActions(payment, on)
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
