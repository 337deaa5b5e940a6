import { type ChargeCommand, FlorinError, hasPan } from '@florin/core/gateways'

/**
 * Redirect methods whose buyer goes to `next_action.redirect_to_url`, by Stripe's name, which is our brand too. As of 2026-11; source:
 * docs.stripe.com/payments/payment-methods and the payment method types of this API version. Vouchers, bank debits and transfers, and
 * methods that need Stripe.js on the page are left out: nothing of theirs fits a redirect.
 */
export const REDIRECT_BRANDS = [
  'affirm',
  'afterpay_clearpay',
  'alipay',
  'alma',
  'amazon_pay',
  'bancontact',
  'billie',
  'eps',
  'grabpay',
  'ideal',
  'kakao_pay',
  'klarna',
  'kr_card',
  'mobilepay',
  'naver_pay',
  'p24',
  'pay_by_bank',
  'payco',
  'paypal',
  'revolut_pay',
  'samsung_pay',
  'satispay',
  'scalapay',
  'sunbit',
  'twint',
  'zip',
] as const
/** One of them. */
export type RedirectBrand = (typeof REDIRECT_BRANDS)[number]

/** How the method of a charge is told to Stripe. One of the three names the method itself. */
export interface MethodParams {
  readonly allowed_payment_method_types: ('card' | RedirectBrand)[]
  readonly customer?: string
  readonly payment_method?: string
  readonly confirmation_token?: string
  readonly payment_method_data?: { readonly type: RedirectBrand; readonly billing_details?: { readonly email: string } }
}

const refuse = (message: string, path: string): never => {
  throw new FlorinError('invalid_request', `stripe: ${message}`, { details: { path } })
}

const ATTACHED = /^(cus_[A-Za-z0-9]+)\/(pm_[A-Za-z0-9_]+)$/

/** `pm_…`, `ctoken_…`, or `cus_…/pm_…` for a method that is attached to a customer, which Stripe then wants to be named. */
const tokenParams = (token: string): Omit<MethodParams, 'allowed_payment_method_types'> => {
  if (hasPan(token))
    return refuse('the token holds a card number; have Stripe.js make a PaymentMethod of it', 'method.token')
  if (token.startsWith('ctoken_')) return { confirmation_token: token }
  const [, customer, method] = ATTACHED.exec(token) ?? []
  return customer === undefined || method === undefined
    ? { payment_method: token }
    : { customer, payment_method: method }
}

const isRedirect = (brand: string): brand is RedirectBrand => (REDIRECT_BRANDS as readonly string[]).includes(brand)

/**
 * What a command's method is at Stripe. Wallets are card payment methods there, made by Stripe.js or an app. Throws `invalid_request`
 * for what Stripe has no word for.
 */
export const methodParams = ({ method, returnUrl, customer }: ChargeCommand): MethodParams => {
  const { type, token, brand } = method
  if (type !== 'redirect') {
    if (type === 'bank_transfer')
      return refuse(
        'bank transfers need a Stripe customer, which this adapter does not make; use another method',
        'method',
      )
    return { allowed_payment_method_types: ['card'], ...tokenParams(token) }
  }
  if (brand === undefined || !isRedirect(brand))
    return refuse(
      `a redirect needs one of Stripe's names as its brand, such as 'ideal'; '${(brand ?? '').slice(0, 32)}' is none`,
      'method.brand',
    )
  if (returnUrl === null) return refuse(`${brand} sends the buyer away: give a returnUrl to come back to`, 'returnUrl')
  if (token !== brand) return { allowed_payment_method_types: [brand], ...tokenParams(token) }
  const billing = customer.email === null ? {} : { billing_details: { email: customer.email } }
  return { allowed_payment_method_types: [brand], payment_method_data: { type: brand, ...billing } }
}
