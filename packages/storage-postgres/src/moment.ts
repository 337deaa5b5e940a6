import { FlorinError } from '@florin/core/storage'
import { plain, type Query } from './statement.ts'

/**
 * A point in the primary's log of changes. Points are compared within a timeline; a timeline begins where a standby takes over, and holds
 * what was in the one before it up to there.
 */
export interface Moment {
  readonly timeline: number
  readonly lsn: bigint
}

const where = (lsn: string): Query => plain(`select substr(pg_walfile_name(${lsn}), 1, 8), ${lsn}`)

/** Asked right behind a commit: everything up to it is before this point. Only on a primary. */
export const FLUSHED: Query = where('pg_current_wal_flush_lsn()')

/** The same where a commit does not wait for the disk. */
export const INSERTED: Query = where('pg_current_wal_insert_lsn()')

const LOW = 32n

const lsnOf = (text: string): bigint => {
  const [high = '', low = ''] = text.split('/')
  return (BigInt(`0x${high}`) << LOW) + BigInt(`0x${low}`)
}

/** What the server answered to the questions above: its timeline in hexadecimal, and the point. */
export const momentOf = (timeline: string | null | undefined, lsn: string | null | undefined): Moment | undefined =>
  timeline == null || lsn == null ? undefined : { timeline: Number.parseInt(timeline, 16), lsn: lsnOf(lsn) }

const TOKEN = /^\d{1,9}-[0-9A-F]{1,8}-[0-9A-F]{1,8}$/

/** A moment as callers keep it and hand it in again. */
export const tokenOf = ({ timeline, lsn }: Moment): string => {
  const hex = (part: bigint): string => part.toString(16).toUpperCase()
  return `${timeline}-${hex(lsn >> LOW)}-${hex(lsn & 0xffff_ffffn)}`
}

/** @throws FlorinError `invalid_request` for a text that is no such token: they come from outside. */
export const parseToken = (token: string): Moment => {
  if (!TOKEN.test(token)) {
    throw new FlorinError('invalid_request', 'the consistency token is not one of ours: give it as it was answered', {
      details: { path: 'after' },
    })
  }
  const [timeline, high, low] = token.split('-')
  return { timeline: Number(timeline), lsn: lsnOf(`${high}/${low}`) }
}

/** Whether what was before `moment` is before `reached`, too. */
export const contains = (reached: Moment, moment: Moment): boolean =>
  reached.timeline >= moment.timeline && reached.lsn >= moment.lsn

/** The later of two. */
export const later = (one: Moment | undefined, other: Moment | undefined): Moment | undefined => {
  if (one === undefined || other === undefined) return one ?? other
  if (one.timeline !== other.timeline) return one.timeline > other.timeline ? one : other
  return one.lsn >= other.lsn ? one : other
}
