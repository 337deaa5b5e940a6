/** The shop's one currency. Prices are whole cents, never fractions, so sums are exact. */
export const CURRENCY = 'EUR'

/** Cents as the API wants them: `4990` is `'49.90'`. */
export const toAmount = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

/** An amount of the API, for people. The string is shown as it is: no float ever touches it. */
export const show = (amount, currency = CURRENCY) => {
  const [whole = '', fraction] = amount.replace('-', '').split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f')
  const number = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return `${amount.startsWith('-') ? '\u2212' : ''}${number}\u00a0${currency}`
}

/** Whether an amount of the API is nothing. */
export const isZero = (amount) => !/[1-9]/.test(amount)

/** What a person typed, as the API wants it: `12,5` is `'12.50'`. What is no amount goes through, and the API says what is wrong. */
export const typed = (text) => {
  const plain = text.trim().replace(',', '.')
  if (/^\d+$/.test(plain)) return `${plain}.00`
  return /^\d+\.\d$/.test(plain) ? `${plain}0` : plain
}
