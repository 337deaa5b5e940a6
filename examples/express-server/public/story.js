import { byId, fillRows, make, pathCell, timeOf } from './dom.js'
import { show } from './money.js'
import { tell } from './tell.js'
import { PHASES, WAITING } from './words.js'

/** What this very step moved, where that is not all that its attempt asked for. */
const amountOf = ({ amount, captured, released, undone }) => captured ?? released ?? undone ?? amount

const eventRow = ({ version, at, type, data }) => {
  const { what: happened, where, detail } = tell({ type, data })
  const place = where && make('span', { class: 'where' }, ` · ${where}`)
  const what = make('td', { title: type }, happened, place, detail && make('small', {}, detail))
  const moved = amountOf(data)
  const amount = typeof moved === 'string' ? show(moved, data.currency) : ''
  return make(
    'tr',
    { 'data-type': type },
    make('td', {}, String(version)),
    make('td', {}, timeOf(at)),
    what,
    make('td', { class: 'number' }, amount),
  )
}

const postingRow =
  (version) =>
  ({ debit, credit, amount, currency, phase }) =>
    make(
      'tr',
      {},
      make('td', {}, String(version)),
      pathCell(debit),
      pathCell(credit),
      make('td', { title: phase }, PHASES[phase] ?? phase),
      make('td', { class: 'number' }, show(amount, currency)),
    )

/** What the gateway has yet to decide: an attempt's last event says where it stands. */
export const waitingIn = ({ entries }) => {
  const last = new Map()
  for (const { type, data } of entries) if (data.attempt !== undefined) last.set(data.attempt, { type, data })
  return [...last.values()]
    .filter(({ type }) => WAITING[type] !== undefined)
    .map(({ type, data }) => ({ what: WAITING[type], amount: data.amount }))
}

/** What happened to a payment, and what each step wrote into the ledger; the numbers join the two. */
export const drawStory = ({ entries }) => {
  fillRows(byId('timeline'), entries.map(eventRow))
  const postings = entries.flatMap(({ version, postings: made }) => made.map(postingRow(version)))
  const nothing = make('tr', {}, make('td', { colspan: '5' }, 'Nothing was booked: no money was reserved or moved.'))
  fillRows(byId('ledger'), postings.length === 0 ? [nothing] : postings)
}
