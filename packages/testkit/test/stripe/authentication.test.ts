import type { CustomerAction } from '@florin/core/gateways'
import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { eventsOf, hold, refusalOf, sale, start } from './start.ts'

const return_url = 'https://shop.test/back?order=7'
const payment_method = 'pm_card_authenticationRequired'

const pageOf = (intent: Stripe.PaymentIntent): string => intent.next_action?.redirect_to_url?.url ?? ''

const answer = (url: string, outcome: string) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome }) })

describe('3-D Secure', () => {
  it('sends the buyer to a page and back, and reserves what they confirmed', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(hold({ payment_method, return_url }))
    expect(intent).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url } },
    })
    expect(double.books()).toMatchObject([{ state: 'waiting', authorized: 0n }])
    const page = await fetch(pageOf(intent))
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('1099 EUR')
    expect((await answer(pageOf(intent), 'maybe')).status).toBe(400)
    const back = await answer(pageOf(intent), 'confirm')
    expect(back.status).toBe(303)
    const target = new URL(back.headers.get('location') ?? '')
    expect(Object.fromEntries(target.searchParams)).toEqual({
      order: '7',
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    })
    const after = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] })
    expect(after).toMatchObject({ status: 'requires_capture', next_action: null })
    const card = (after.latest_charge as Stripe.Charge).payment_method_details?.card
    expect(card?.three_d_secure).toMatchObject({ result: 'authenticated' })
    expect((await answer(pageOf(intent), 'confirm')).status).toBe(404)
    expect(eventsOf(double)).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
    ])
  })

  it('asks for another method where the buyer fails', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(sale({ payment_method, return_url }))
    const back = await answer(pageOf(intent), 'fail')
    expect(new URL(back.headers.get('location') ?? '').searchParams.get('redirect_status')).toBe('failed')
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    })
    expect(double.books()).toMatchObject([{ state: 'declined', captured: 0n }])
    expect(eventsOf(double).at(-1)).toBe('payment_intent.payment_failed')
  })

  it('does for a test what the page does for a buyer', async () => {
    const { double, stripe } = await start()
    const create = () => stripe.paymentIntents.create(sale({ payment_method, return_url }))
    for (const [outcome, redirect_status] of [
      ['confirm', 'succeeded'],
      ['fail', 'failed'],
    ] as const) {
      const intent = await create()
      const action: CustomerAction = { type: 'redirect', url: pageOf(intent) }
      expect(await double.answerChallenge(action, outcome)).toEqual({
        payment_intent: intent.id,
        payment_intent_client_secret: intent.client_secret,
        redirect_status,
      })
      await expect(double.answerChallenge(action, outcome)).rejects.toMatchObject({ code: 'invalid_state' })
    }
    expect(double.books().map(({ state }) => state)).toEqual(['captured', 'declined'])
  })

  it('is left to the SDK of the shop where it asks for that, or has no page to return to', async () => {
    const { double, stripe } = await start()
    const bare = await stripe.paymentIntents.create(sale({ payment_method }))
    expect(bare.next_action?.type).toBe('use_stripe_sdk')
    const asked = await stripe.paymentIntents.create(sale({ payment_method, return_url, use_stripe_sdk: true }))
    expect(asked.next_action?.type).toBe('use_stripe_sdk')
    const data = { client_secret: asked.client_secret ?? '' }
    await double.answerChallenge({ type: 'sdk', data }, 'confirm')
    expect((await stripe.paymentIntents.retrieve(asked.id)).status).toBe('succeeded')
  })

  it('may be followed by a decline', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(
      sale({ payment_method: 'pm_card_threeDSecureRequiredChargeDeclined', return_url }),
    )
    const query = await double.answerChallenge({ type: 'redirect', url: pageOf(intent) }, 'confirm')
    expect(query.redirect_status).toBe('failed')
    expect((await stripe.paymentIntents.retrieve(intent.id)).last_payment_error).toMatchObject({
      decline_code: 'generic_decline',
    })
  })

  it('cannot be asked of a buyer who is not there', async () => {
    const { double, stripe } = await start()
    const refused = await refusalOf(stripe.paymentIntents.create(sale({ payment_method, off_session: true })))
    expect(refused).toMatchObject({ statusCode: 402, code: 'authentication_required' })
    const strict = await refusalOf(
      stripe.paymentIntents.create(sale({ payment_method, error_on_requires_action: true })),
    )
    expect(strict.code).toBe('authentication_required')
    const setUp = await stripe.paymentIntents.create(
      sale({ payment_method: 'pm_card_authenticationRequiredSetupForOffSession', off_session: true }),
    )
    expect(setUp.status).toBe('succeeded')
    expect(double.books().map(({ state }) => state)).toEqual(['declined', 'declined', 'captured'])
  })

  it('happens on request with a card that supports it', async () => {
    const { stripe } = await start()
    const card = { request_three_d_secure: 'any' } as const
    const create = (extra: Partial<Stripe.PaymentIntentCreateParams>) =>
      stripe.paymentIntents.create(sale({ payment_method: 'pm_card_threeDSecureOptional', return_url, ...extra }))
    expect((await create({})).status).toBe('succeeded')
    expect((await create({ payment_method_options: { card } })).status).toBe('requires_action')
  })

  it('needs a second confirmation where the shop confirms by hand', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(
      sale({ payment_method, return_url, confirmation_method: 'manual' }),
    )
    await double.answerChallenge({ type: 'redirect', url: pageOf(intent) }, 'confirm')
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_confirmation')
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('succeeded')
  })

  it('ends when the payment is canceled', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(hold({ payment_method, return_url }))
    expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled')
    expect((await fetch(pageOf(intent))).status).toBe(404)
    await expect(double.answerChallenge({ type: 'redirect', url: pageOf(intent) }, 'confirm')).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })
})
