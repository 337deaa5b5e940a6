import { byId, make } from './dom.js'
import { show, toAmount } from './money.js'
import { GATEWAYS } from './words.js'

const GOODS = [
  { name: 'Linen ledger', note: '192 pages, double entry', cents: 2490, count: 1 },
  { name: 'Iron gall ink', note: '50 ml, does not fade', cents: 950, count: 1 },
  { name: 'Brass paperweight', note: '400 g, cast', cents: 1550, count: 1 },
]
const MOST = 99
const GROUPS = {
  approved: 'Approved',
  challenge: '3-D Secure',
  later: 'Decided later',
  declined: 'Declined',
}
const HINTS = {
  approved: 'The bank says yes.',
  challenge: 'The bank asks the buyer first; you will be sent to its page and back.',
  later: 'No answer yet: the payment is processing, and this page follows it.',
  declined: 'The bank says no. Nothing is charged, and another card may be tried.',
}

/** Every gateway that knows the card, with its token there. */
const tokensOf = ({ tokens, gateway, token }) => tokens ?? { [gateway]: token }
const gatewaysOf = (card) => Object.keys(tokensOf(card))
const tokenOf = (card) => Object.values(tokensOf(card)).join(' ')
const titleOf = (card) =>
  gatewaysOf(card)
    .map((name) => GATEWAYS[name] ?? name)
    .join(' or ')

const nameOf = ({ summary, last4 }) => (last4 === null ? summary : `${summary} (•••• ${last4})`)

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const newReference = () =>
  `order-${[...crypto.getRandomValues(new Uint8Array(8))].map((byte) => letters[byte % letters.length]).join('')}`

/** The left side: what is bought, and with which card. */
export const createCheckout = () => {
  let goods = []
  let reference = ''
  let cards = []

  const cents = () => goods.reduce((sum, one) => sum + one.cents * one.count, 0)
  const card = () => cards[Number(byId('card').value)]

  const drawTotals = () => {
    byId('total').textContent = show(toAmount(cents()))
    byId('reference').textContent = reference
  }

  const drawItem = (item) => {
    const count = make('output', { 'aria-label': `${item.name}, pieces` }, String(item.count))
    const price = make('span', { class: 'price' }, show(toAmount(item.cents * item.count)))
    const change = (by) => () => {
      item.count = Math.min(MOST, Math.max(0, item.count + by))
      count.textContent = String(item.count)
      price.textContent = show(toAmount(item.cents * item.count))
      drawTotals()
      byId('pay-form').dispatchEvent(new Event('basket'))
    }
    const less = make('button', { type: 'button', 'aria-label': `One ${item.name} less`, onclick: change(-1) }, '−')
    const more = make('button', { type: 'button', 'aria-label': `One ${item.name} more`, onclick: change(1) }, '+')
    const name = make('span', {}, item.name, make('small', {}, item.note))
    return make('li', {}, name, make('span', { class: 'stepper' }, less, count, more), price)
  }

  const drawCard = () => {
    const chosen = card()
    if (chosen === undefined) return
    const plastic = byId('plastic')
    plastic.dataset.group = chosen.group
    plastic.querySelector('.plastic-network').textContent = chosen.network
    plastic.querySelector('.plastic-number').textContent = `•••• •••• •••• ${chosen.last4 ?? '••••'}`
    plastic.querySelector('.plastic-token').textContent = tokenOf(chosen)
    byId('card-hint').textContent = `${chosen.summary}. ${HINTS[chosen.group]}`
  }

  const newOrder = () => {
    goods = GOODS.map((one) => ({ ...one }))
    reference = newReference()
    byId('items').replaceChildren(...goods.map(drawItem))
    drawTotals()
  }

  const offer = (found) => {
    cards = found
    const options = (group, title) =>
      cards
        .map((one, index) => ({ one, index }))
        .filter(({ one }) => one.group === group && titleOf(one) === title)
        .map(({ one, index }) => make('option', { value: index, 'data-token': tokenOf(one) }, nameOf(one)))
    const titles = [...new Set(cards.map(titleOf))]
    const labelOf = (title, label) => (titles.length === 1 ? label : `${title}: ${label}`)
    const groups = titles.flatMap((title) =>
      Object.entries(GROUPS).map(([group, label]) => [labelOf(title, label), options(group, title)]),
    )
    byId('card').replaceChildren(
      ...groups
        .filter(([, offered]) => offered.length > 0)
        .map(([label, offered]) => make('optgroup', { label }, ...offered)),
    )
    drawCard()
  }

  byId('card').addEventListener('change', drawCard)
  newOrder()
  return {
    newOrder,
    offer,
    /** The order that the basket is for. */
    reference: () => reference,
    /** How the chosen card pays: what a create or a retry sends. */
    method: () => {
      const { tokens, method, token, gateway } = card()
      // A card of several gateways names none of them: Florin chooses, and goes on elsewhere where it has to.
      return tokens === undefined ? { gateway, method: { ...method, token } } : { method: { ...method, tokens } }
    },
    /** What a create asks for; null while the basket is empty. */
    order: () =>
      cents() === 0
        ? null
        : { reference, amount: toAmount(cents()), capture: new FormData(byId('pay-form')).get('capture') },
    /** The basket of an order that was placed cannot change any more. */
    freeze: (frozen) => {
      byId('basket').disabled = frozen
      byId('capture-choice').disabled = frozen
    },
  }
}
