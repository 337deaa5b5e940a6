const BRAND = /^(?!.*[0-9]{9})[a-z0-9_]{1,40}$/ // no brand holds so many digits, and a card's number is never kept

const NETWORKS: Readonly<Record<string, string>> = { mc: 'mastercard', cup: 'unionpay', bcmc: 'bancontact' }

/** A network by the name that everybody else has for it; undefined for what is no brand. */
export const networkOf = (brand: string | null | undefined): string | undefined => {
  if (brand === null || brand === undefined || !BRAND.test(brand)) return undefined
  return Object.hasOwn(NETWORKS, brand) ? NETWORKS[brand] : brand
}
