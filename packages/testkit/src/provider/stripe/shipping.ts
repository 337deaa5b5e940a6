import type { Form } from './form.ts'

/** Where something is sent, as Stripe writes it. */
export interface Shipping {
  readonly address: {
    readonly city: string | null
    readonly country: string | null
    readonly line1: string | null
    readonly line2: string | null
    readonly postal_code: string | null
    readonly state: string | null
  }
  readonly carrier: string | null
  readonly name: string
  readonly phone: string | null
  readonly tracking_number: string | null
}

/** The shipping details of a request, or null where it has none. */
export const shippingIn = (form: Form): Shipping | null => {
  const name = form.text('shipping[name]')
  if (name === null) return null
  const address = (member: string): string | null => form.text(`shipping[address][${member}]`)
  return {
    address: {
      city: address('city'),
      country: address('country'),
      line1: address('line1'),
      line2: address('line2'),
      postal_code: address('postal_code'),
      state: address('state'),
    },
    carrier: form.text('shipping[carrier]'),
    name,
    phone: form.text('shipping[phone]'),
    tracking_number: form.text('shipping[tracking_number]'),
  }
}
