const NUMBER = /^-?\d+(\.\d+)?$/
/** Spreadsheets take what begins with one of these for a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/
const TO_QUOTE = /[",\r\n]/

/** What a cell may hold. */
export type CellValue = string | number | boolean | null

/**
 * A value as a field of a CSV file (RFC 4180): quoted where it has to be, empty where it is null. Text that a spreadsheet would take for a
 * formula gets a `'` before it; numbers stay numbers.
 */
export const csvCell = (value: CellValue): string => {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value
  return TO_QUOTE.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Fields as a line of a CSV file, with its line break. */
export const csvLine = (values: readonly CellValue[]): string => `${values.map(csvCell).join(',')}\r\n`
