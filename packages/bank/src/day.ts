/** The instant at which a day begins in UTC; null where there is no such day. */
export const dayOf = (year: number, month: number, day: number): number | null => {
  const at = Date.UTC(year, month - 1, day)
  const back = new Date(at)
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? at : null
}

/** A day (`2026-11-21`) or instant of ISO 8601, in UTC; null where it is neither. One without a zone counts as UTC. */
export const instantOf = (text: string): number | null => {
  const [whole, year, month, day, rest = ''] = /^(\d{4})-(\d{2})-(\d{2})(.*)$/.exec(text) ?? []
  if (whole === undefined) return null
  const start = dayOf(Number(year), Number(month), Number(day))
  if (start === null || rest === '' || /^(?:Z|[+-]\d{2}:\d{2})$/.test(rest)) return start // a day may carry a zone
  if (!/^T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/.test(rest)) return null
  const at = Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(rest) ? text : `${text}Z`)
  return Number.isNaN(at) ? null : at
}
