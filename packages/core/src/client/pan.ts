const RUN = /\d(?:[ -]?\d){12,18}/g

/** Whether a text holds what looks like a card number: 13 to 19 digits of a known range that pass the Luhn check. */
export const hasPan = (value: string): boolean => {
  if (value.length < 13) return false
  for (const [run] of value.matchAll(RUN)) {
    if (isPan(run.replaceAll(/[ -]/g, ''))) return true
  }
  return false
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
