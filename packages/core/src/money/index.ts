export { allocate, allocateEvenly } from './allocate.ts'
export { formatAmount, MAX_AMOUNT_MINOR, parseAmount, parsePositiveAmount } from './amount.ts'
export {
  type Currency,
  type CurrencyCode,
  currencies,
  currencyOf,
  exponentOf,
  isPayable,
  type PayableCurrency,
} from './currency.ts'
export { Money, type MoneyJson, money, moneyOf } from './money.ts'
export { basisPoints, convert, multiply, percent, Rate, rate } from './rate.ts'
export { divide, ROUNDINGS, type Rounding } from './rounding.ts'
