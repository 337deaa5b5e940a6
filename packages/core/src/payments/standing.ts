import type { Undone } from '../gateways/index.ts'
import type { FinalAnswer } from './context.ts'
import type { AttemptRow } from './records.ts'
import { isCharge, isOpen, isRefused } from './state.ts'

/** What is learnt about an attempt: an answer, or the report that it was taken back. */
export type News = FinalAnswer | Undone

/**
 * Who says so. A report carries the instant at which it happened by the gateway's clock, where it has one; a lookup tells of the present,
 * so it counts only while the attempt is still at the version at which it was asked about.
 */
export type Teller =
  | { readonly by: 'call' }
  | { readonly by: 'lookup'; readonly version: number }
  | { readonly by: 'report'; readonly at: number | null }

/** What news do to an attempt: they decide about it; they only date what is known already; or they are old. */
export type Weight = 'decides' | 'dates' | 'nothing'

/**
 * What news weigh. Of two reports about the same thing the later one holds, in whatever order they arrive (FAILURES 2.19); at the same
 * instant what was taken back stays so. Reports without a date only move forward: what is open, then what was applied, then what was
 * taken back.
 */
export const weigh = (attempt: AttemptRow, news: News, teller: Teller): Weight => {
  if (isOpen(attempt)) return 'decides'
  if (attempt.state === 'abandoned') return isOldUndoing(attempt, news, teller) ? 'nothing' : 'decides'
  switch (news.effect) {
    case 'applied':
      return weighSuccess(attempt, teller)
    case 'undone':
      return weighUndone(attempt, teller)
    default:
      return 'nothing' // a duplicate of what is settled
  }
}

/** What was left behind is known to have succeeded after this. */
const isOldUndoing = (attempt: AttemptRow, news: News, teller: Teller): boolean =>
  news.effect === 'undone' && attempt.applied !== null && orderOf(attempt, teller) === 'earlier'

const weighSuccess = (attempt: AttemptRow, teller: Teller): Weight => {
  const order = orderOf(attempt, teller)
  switch (attempt.state) {
    case 'applied':
      return order === 'later' || order === 'first' ? 'dates' : 'nothing'
    case 'undone':
      return order === 'later' || (teller.by === 'lookup' && teller.version === attempt.version) ? 'decides' : 'nothing'
    case 'rejected':
    case 'not_sent':
      // Refused, or not sent as far as we know, and done after all: a charge has to be reversed (FAILURES 6.12), money is booked.
      return isCharge(attempt) || order !== 'earlier' ? 'decides' : 'nothing'
    case 'reversed':
    case 'never_existed':
      // Reversed, or absent, before it was known to have succeeded: maybe only then it did (FAILURES 2.12).
      if (isCharge(attempt) && attempt.applied === null) return 'decides'
      // A debit that was returned, not refunded by us, is presented again.
      return attempt.kind === 'sale' && attempt.decline !== null && order === 'later' ? 'decides' : 'nothing'
    default:
      return 'nothing'
  }
}

const weighUndone = (attempt: AttemptRow, teller: Teller): Weight => {
  const order = orderOf(attempt, teller)
  if (attempt.state === 'applied') return order === 'earlier' ? 'nothing' : 'decides'
  if (attempt.state === 'undone') return order === 'later' ? 'dates' : 'nothing'
  // A lookup told of the end of it, and this that it had succeeded before: by a final capture the gateway gave the rest back.
  if (attempt.kind === 'capture' && attempt.final && isRefused(attempt))
    return order === 'later' || order === 'first' ? 'decides' : 'nothing'
  // Nothing is there to take back, and the success that it took back is old news when it comes.
  return attempt.state !== 'reversed' && (order === 'later' || order === 'first') ? 'dates' : 'nothing'
}

/** How a report stands to the newest one: `first` where there was none with a date before, `undated` where it has none itself. */
const orderOf = (attempt: AttemptRow, teller: Teller): 'first' | 'earlier' | 'same' | 'later' | 'undated' => {
  if (teller.by !== 'report' || teller.at === null) return 'undated'
  if (attempt.factAt === null) return 'first'
  return teller.at === attempt.factAt ? 'same' : teller.at > attempt.factAt ? 'later' : 'earlier'
}

/** The instant of the newest report about an attempt, once `teller` has spoken. */
export const factAtAfter = (attempt: AttemptRow, teller: Teller): number | null =>
  teller.by !== 'report' || teller.at === null ? attempt.factAt : Math.max(teller.at, attempt.factAt ?? teller.at)
