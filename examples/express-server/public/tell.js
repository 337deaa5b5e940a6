import { EVENTS, GATEWAYS } from './words.js'

/*
 * The timeline in words for somebody who answers the telephone: no ids, no codes that only a programmer knows. Pure, so that it can be
 * read and tested without a page.
 */

/** A gateway at the beginning of a sentence, or in one. */
export const gatewayName = (name) => GATEWAYS[name] ?? name

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1)

const plain = (code) => String(code).replaceAll('_', ' ')

/** Why a charge is asked for elsewhere. */
const LEFT = {
  unknown: (from) => `${from} gave no clear answer`,
  not_sent: (from) => `${from} could not be asked, and took nothing`,
  declined: (from, code) => `${from} said no (${code})`,
}

/** Why it is asked for nowhere else. */
const STAYS = {
  decline_forbids: 'another gateway would say the same, or must not be asked',
  scheme_limit: 'the card’s scheme allows no further try',
  failovers_used_up: 'it went on at another gateway once, which is what one card may',
  attempts_used_up: 'enough gateways were asked',
  too_late: 'the buyer is gone by now',
  no_gateway: 'there is no other gateway to ask',
}

/** What was asked for. */
const COMMANDS = {
  authorize: 'charge',
  sale: 'charge',
  capture: 'capture',
  cancel: 'cancel',
  refund: 'refund',
  increment: 'larger reservation',
}

/** Why nobody knows. */
const UNCLEAR = {
  no_answer_yet: 'no answer in time',
  lease_lapsed: 'this server stopped while it waited for the answer',
  not_found_yet: 'it is not to be found there yet',
}

/** What proves that money went back. */
const PROOF = {
  voided: 'it was canceled there',
  declined: 'the gateway said that nothing is held there',
  never_existed: 'it never got there',
  refunded: 'it was given back in full',
}

const failedOver = ({ gateway, toGateway, because, code }) => {
  const why = LEFT[because]?.(capital(gatewayName(gateway)), plain(code)) ?? `${gatewayName(gateway)} did not take it`
  const back = because === 'unknown' ? ' What may have been reserved is taken back.' : ''
  return `${why}, so ${gatewayName(toGateway)} is asked.${back}`
}

const DETAILS = {
  'attempt.failed_over': failedOver,
  'attempt.abandoned': () => 'It counts no more, whatever comes of it, and has to be taken back.',
  'attempt.unknown': ({ kind, reason }) =>
    `About the ${COMMANDS[kind] ?? 'command'}: ${UNCLEAR[reason] ?? 'the connection broke, or the answer said nothing'}.`,
  'attempt.reversed': ({ proof, witnessed }) =>
    `Proven: ${PROOF[proof] ?? proof}${witnessed ? ', as a person saw' : ''}.`,
  'attempt.reversal_applied': ({ again }) =>
    again === undefined ? undefined : 'It may have come before the charge, so it is repeated later.',
  'attempt.late_success': () => 'The buyer’s money is given back; what counts is the other charge.',
  'payment.parked': () => 'Nothing was charged anywhere. It is tried again by itself.',
  'payment.declined': ({ code, stays }) =>
    [code === undefined ? undefined : plain(code), STAYS[stays]].filter(Boolean).join('; ') || undefined,
}

const detailOf = (type, data) => {
  const own = DETAILS[type]?.(data)
  if (own !== undefined) return own
  if (data.code !== undefined) return plain(data.code)
  if (data.origin === 'external') return 'ordered elsewhere, such as in the gateway’s dashboard'
  if (data.final === false) return 'the rest stays reserved'
  return undefined
}

/** What happens at no gateway, or names its gateways itself. */
const NOWHERE = new Set(['attempt.failed_over', 'payment.parked'])

/** One thing that happened: what, where (undefined where it was at no gateway), and what there is to say of it. */
export const tell = ({ type, data }) => ({
  what: EVENTS[type] ?? type,
  where: data.gateway === undefined || NOWHERE.has(type) ? undefined : gatewayName(data.gateway),
  detail: detailOf(type, data),
})

const charges = ({ attempts }) => attempts.filter(({ kind }) => kind === 'authorize' || kind === 'sale')

/** What became of a charge that is not the one that counts. */
const FATES = {
  rejected: 'said no',
  not_sent: 'could not be asked',
  abandoned: 'gave no clear answer, and what it may have reserved is being taken back',
  reversed: 'gave no clear answer, and what it had reserved was taken back',
  never_existed: 'gave no clear answer, and had taken nothing',
  unknown: 'gave no clear answer yet',
}

/** A charge that was left while nobody knew, and then turned out to hold nothing, did not say no: it was taken back. */
const fateOf = ({ id, state }, all) => {
  const left = all.some(({ after, because }) => after === id && because === 'unknown')
  return FATES[left && state === 'rejected' ? 'reversed' : state]
}

/** In one line: through which gateway the money goes, and what happened at the others before. Empty while nothing is decided. */
export const through = (payment, timeline) => {
  const all = charges(timeline)
  const counts = all.findLast(({ state }) => state === 'applied' || state === 'undone')
  const others = all.map((one) => ({ one, fate: one === counts ? undefined : fateOf(one, all) }))
  const told = others
    .filter(({ fate }) => fate !== undefined)
    .map(({ one, fate }) => `${capital(gatewayName(one.gateway))} ${fate}.`)
  const took = counts === undefined || payment.status === 'declined' ? [] : [`Through ${gatewayName(counts.gateway)}.`]
  return [...took, ...told].join(' ')
}
