import type { CustomerAction } from '@florin/core/gateways'
import type { WireAction } from './wire.ts'

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string'

/** The fields of an object that are text. */
const texts = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(isText)) : {}

const isWebUrl = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)

const redirect = ({ url, method, data }: WireAction): CustomerAction | null => {
  if (url === undefined || !isWebUrl(url)) return null
  if (method !== undefined && method !== 'GET' && method !== 'POST') return null
  const fields = texts(data)
  return {
    type: 'redirect',
    url,
    method: method ?? 'GET',
    ...(Object.keys(fields).length > 0 && { data: fields }),
  }
}

/** Where to send the money, for people to read; the amount is the payment's own. */
const transfer = ({ type: _, paymentMethodType: __, ...details }: WireAction): CustomerAction => ({
  type: 'bank_transfer',
  data: texts(details),
})

/**
 * What the buyer must do, or null for a redirect that leads nowhere. What is neither a redirect nor a bank transfer is for Adyen's Web
 * Components: `data.action` is the JSON that `checkout.createFromAction` takes.
 */
export const actionOf = (action: WireAction): CustomerAction | null => {
  switch (action.type) {
    case 'redirect':
      return redirect(action)
    case 'bankTransfer':
      return transfer(action)
    default:
      return { type: 'sdk', data: { action: JSON.stringify(action) } }
  }
}

/** Until when the buyer may act, where Adyen says it (vouchers do). */
export const actionEnd = ({ expiresAt }: WireAction): number | null => {
  const at = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN
  return Number.isSafeInteger(at) ? at : null
}
