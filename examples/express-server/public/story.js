import { byId, fillRows, make, pathCell, timeOf } from './dom.js'
import { show } from './money.js'
import { EVENTS, PHASES } from './words.js'

const reasonOf = (data) => {
  if (data.code !== undefined) return String(data.code).replaceAll('_', ' ')
  if (data.final === false) return 'the rest stays reserved'
  return undefined
}

const eventRow = ({ version, at, type, data }) => {
  const reason = reasonOf(data)
  const what = make('td', { title: type }, EVENTS[type] ?? type, reason && make('small', {}, reason))
  const amount = typeof data.amount === 'string' ? show(data.amount, data.currency) : ''
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

/** What happened to a payment, and what each step wrote into the ledger; the numbers join the two. */
export const drawStory = ({ entries }) => {
  fillRows(byId('timeline'), entries.map(eventRow))
  const postings = entries.flatMap(({ version, postings: made }) => made.map(postingRow(version)))
  const nothing = make('tr', {}, make('td', { colspan: '5' }, 'Nothing was booked: no money was reserved or moved.'))
  fillRows(byId('ledger'), postings.length === 0 ? [nothing] : postings)
}
