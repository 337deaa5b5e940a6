import { get, Refused } from './api.js'
import { byId, fillRows, make, pathCell, say, timeOf } from './dom.js'
import { show } from './money.js'
import { STATUS } from './words.js'

const PAGE_SIZE = 8

const badge = (status) => make('span', { class: 'badge', 'data-status': status }, STATUS[status] ?? status)

/** The list of payments. `open` is told which one was chosen. */
export const createRecent = (open) => {
  let rows = []
  let next
  let current

  const row = (payment) =>
    make(
      'tr',
      { 'aria-current': payment.id === current ? 'true' : undefined },
      make(
        'td',
        {},
        make('button', { type: 'button', class: 'link', onclick: () => open(payment.id) }, payment.reference),
      ),
      make('td', {}, timeOf(payment.createdAt)),
      make('td', {}, badge(payment.status)),
      make('td', { class: 'number' }, show(payment.amount, payment.currency)),
    )
  const draw = () => {
    fillRows(byId('recent'), rows.map(row))
    byId('recent-empty').hidden = rows.length > 0
    byId('older').hidden = next === undefined
  }
  const load = async (after) => {
    const from = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const page = await get(`/v1/payments?limit=${PAGE_SIZE}${from}`)
    rows = after === undefined ? page.data : [...rows, ...page.data]
    next = page.next
    draw()
  }
  byId('older').addEventListener('click', () => load(next))
  return {
    load: () => load(),
    /** Marks the payment that is shown. */
    mark: (id) => {
      current = id
      draw()
    },
  }
}

const balanceRow = ({ account, currency, posted, pending }) =>
  make(
    'tr',
    {},
    pathCell(account),
    make('td', { class: 'number' }, show(posted, currency)),
    make('td', { class: 'number' }, show(pending, currency)),
  )

/** The merchant's accounts as they stand. */
export const loadBalances = async () => {
  const { data } = await get('/v1/balances')
  fillRows(byId('balances'), data.map(balanceRow))
  byId('balances-empty').hidden = data.length > 0
}

/** Recomputes the books, the chain of events and every payment, on the server. */
export const verify = async () => {
  const out = byId('verified')
  say(out, 'Recomputing …', 'wait')
  try {
    const { ok, events, transactions, payments, problems } = await get('/shop/verify')
    if (ok)
      say(
        out,
        `All right. Payments checked: ${payments}. Ledger transactions: ${transactions}. Events chained without a gap: ${events}.`,
        'good',
      )
    else say(out, `${problems} things do not agree.`, 'bad')
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    say(out, error.message, 'bad')
  }
}
