// A run of 13 to 19 digits, or one in the groups that are printed on cards (4-4-4-4 and its like, 4-6-5 and 4-6-4), by itself: not within
// a longer number, nor among hexadecimal digits, where random ids have such runs once in a thousand.
const ALONE = /(?<![\da-f])\d{13,19}(?![\da-f])/gi
const GROUPED = /(?<![\da-f])\d{4}([ -])(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{6}\1\d{4,5})(?![\da-f])/gi

/** An id of Florin's own: 26 characters of base 32 that can be digits by chance. */
const OWN_ID = /^[a-z]{2,5}_[\da-z]{26}$/

/** Whether a text holds what looks like a card number: 13 to 19 digits of a known range that pass the Luhn check. */
export const hasPan = (value: string): boolean => {
  if (value.length < 13 || OWN_ID.test(value)) return false
  return holds(value) || (value.includes('%') && holds(decoded(value)))
}

const holds = (value: string): boolean => {
  for (const [run] of value.matchAll(ALONE)) if (isPan(run)) return true
  for (const [run] of value.matchAll(GROUPED)) if (isPan(run.replaceAll(/[ -]/g, ''))) return true
  return false
}

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

// ISO/IEC 7812: 3 travel (13–15 and 16 digits), 4 and 5 banking, 2221–2720 Mastercard, 6 merchandising and banking.
const isPan = (digits: string): boolean => /^(?:[3-6]|2[2-7])/.test(digits) && luhn(digits)

const luhn = (digits: string): boolean => {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
