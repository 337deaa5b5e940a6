import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { eventsOf, hold, refusalOf, sale, sdkFor, start } from './start.ts'

describe('the official SDK on the double', () => {
  it('takes a payment at once', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(
      sale({ capture_method: 'automatic', expand: ['latest_charge.balance_transaction'] }),
    )
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1099, amount_capturable: 0 })
    const charge = intent.latest_charge as Stripe.Charge
    expect(charge).toMatchObject({
      captured: true,
      paid: true,
      metadata: { florin_attempt: 'att_1' },
      payment_intent: intent.id,
    })
    // 2.9 % of 1099 is 31.871, and 30
    expect(charge.balance_transaction).toMatchObject({
      amount: 1099,
      fee: 62,
      net: 1037,
      type: 'charge',
      source: charge.id,
    })
    expect(double.books()).toEqual([
      {
        id: intent.id,
        reference: 'att_1',
        currency: 'EUR',
        amount: 1099n,
        authorized: 1099n,
        captured: 1099n,
        refunded: 0n,
        disputed: 0n,
        state: 'captured',
      },
    ])
    expect(eventsOf(double)).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded'])
  })

  it('tells what an automatic capture cost a while later, and says so by webhook', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(sale({ expand: ['latest_charge'] }))
    expect(intent.capture_method).toBe('automatic_async')
    expect((intent.latest_charge as Stripe.Charge).balance_transaction).toBeNull()
    expect(eventsOf(double).at(-1)).toBe('charge.updated')
    const after = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] })
    expect((after.latest_charge as Stripe.Charge).balance_transaction).toMatch(/^txn_/)
  })

  it('reserves, captures a part, and releases the rest without a refund', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(hold({ expand: ['latest_charge'] }))
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 1099, amount_received: 0 })
    const charge = intent.latest_charge as Stripe.Charge
    expect(charge).toMatchObject({ captured: false, paid: true, amount_captured: 0 })
    const { capture_before, network_transaction_id } = charge.payment_method_details?.card ?? {}
    expect(capture_before).toBe(charge.created + 7 * 86_400)
    expect(network_transaction_id).toMatch(/./)
    const captured = await stripe.paymentIntents.capture(intent.id, {
      amount_to_capture: 500,
      metadata: { florin_capture_1: 'att_2' },
    })
    expect(captured).toMatchObject({
      status: 'succeeded',
      amount: 1099,
      amount_received: 500,
      amount_capturable: 0,
      metadata: { florin_attempt: 'att_1', florin_capture_1: 'att_2' },
    })
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([])
    expect(double.books()).toMatchObject([{ authorized: 500n, captured: 500n, refunded: 0n }])
    expect(eventsOf(double)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ])
  })

  it('captures several times where that was asked for', async () => {
    const { double, stripe } = await start()
    const card = { request_multicapture: 'if_available' } as const
    const { id } = await stripe.paymentIntents.create(hold({ payment_method_options: { card } }))
    const first = await stripe.paymentIntents.capture(id, { amount_to_capture: 300, final_capture: false })
    expect(first).toMatchObject({ status: 'requires_capture', amount_received: 300, amount_capturable: 799 })
    expect(double.books()).toMatchObject([{ authorized: 1099n, captured: 300n, state: 'captured' }])
    const last = await stripe.paymentIntents.capture(id, { amount_to_capture: 200 })
    expect(last).toMatchObject({ status: 'succeeded', amount_received: 500, amount_capturable: 0 })
    expect(
      (await stripe.balanceTransactions.list({ source: String(last.latest_charge) })).data.map(({ amount }) => amount),
    ).toEqual([200, 300])
  })

  it('refuses a capture that is not final where multicapture was not asked for', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold())
    const refused = await refusalOf(stripe.paymentIntents.capture(id, { amount_to_capture: 300, final_capture: false }))
    expect(refused).toMatchObject({ statusCode: 400, param: 'final_capture' })
    expect(double.books()).toMatchObject([{ captured: 0n, authorized: 1099n, state: 'authorized' }])
  })

  it('cancels what is reserved, without a refund', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold())
    const canceled = await stripe.paymentIntents.cancel(id, {
      cancellation_reason: 'abandoned',
      expand: ['latest_charge'],
    })
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned', amount_capturable: 0 })
    expect(canceled.latest_charge).toMatchObject({ refunded: false, amount_refunded: 0, captured: false })
    expect(double.books()).toMatchObject([{ authorized: 0n, captured: 0n, state: 'canceled' }])
    expect(eventsOf(double).slice(-1)).toEqual(['payment_intent.canceled'])
  })

  it('raises an authorisation to an amount in all', async () => {
    const { stripe } = await start()
    const card = { request_incremental_authorization: 'if_available' } as const
    const { id } = await stripe.paymentIntents.create(hold({ payment_method_options: { card } }))
    const raised = await stripe.paymentIntents.incrementAuthorization(id, { amount: 1500 })
    expect(raised).toMatchObject({ amount: 1500, amount_capturable: 1500, status: 'requires_capture' })
    expect((await refusalOf(stripe.paymentIntents.incrementAuthorization(id, { amount: 1400 }))).param).toBe('amount')
    expect(await stripe.paymentIntents.capture(id)).toMatchObject({ amount_received: 1500 })
  })

  it('leaves an authorisation as it was when raising it is declined', async () => {
    const { double, stripe } = await start()
    const card = { request_incremental_authorization: 'if_available' } as const
    const { id } = await stripe.paymentIntents.create(hold({ payment_method_options: { card } }))
    double.fail({ how: 'decline', when: { operation: 'increment', reference: 'att_1' } })
    const refused = await refusalOf(stripe.paymentIntents.incrementAuthorization(id, { amount: 1500 }))
    expect(refused).toMatchObject({ type: 'StripeCardError', code: 'card_declined', statusCode: 402 })
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 1099,
    })
  })

  it('creates first and confirms later', async () => {
    const { stripe } = await start()
    const created = await stripe.paymentIntents.create({ amount: 1099, currency: 'eur', capture_method: 'manual' })
    expect(created.status).toBe('requires_payment_method')
    const chosen = await stripe.paymentIntents.update(created.id, {
      payment_method: 'pm_card_mastercard',
      metadata: { a: 'b' },
    })
    expect(chosen).toMatchObject({ status: 'requires_confirmation', metadata: { a: 'b' } })
    const confirmed = await stripe.paymentIntents.confirm(created.id, { return_url: 'https://shop.test/back' })
    expect(confirmed.status).toBe('requires_capture')
  })

  it('takes another card after a decline', async () => {
    const { double, stripe } = await start()
    const refused = await refusalOf(
      stripe.paymentIntents.create(sale({ payment_method: 'pm_card_visa_chargeDeclined' })),
    )
    const id = refused.payment_intent?.id ?? ''
    expect(double.books()).toMatchObject([{ id, state: 'declined', authorized: 0n }])
    const again = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })
    expect(again).toMatchObject({ status: 'succeeded', last_payment_error: null })
    const tries = await stripe.charges.list({ payment_intent: id })
    expect(tries.data.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
  })

  it('charges a card that was set up while the buyer was there', async () => {
    const { stripe } = await start()
    const first = await stripe.paymentIntents.create(sale({ customer: 'cus_1', setup_future_usage: 'off_session' }))
    const payment_method = String(first.payment_method)
    expect(payment_method).toMatch(/^pm_(?!card)/)
    const later = await stripe.paymentIntents.create(sale({ customer: 'cus_1', payment_method, off_session: true }))
    expect(later).toMatchObject({ status: 'succeeded', payment_method })
    expect(await stripe.paymentMethods.retrieve(payment_method)).toMatchObject({
      card: { last4: '4242' },
      customer: 'cus_1',
    })
  })
})

describe('refunds', () => {
  it('gives back in parts, and never more than was captured', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(sale())
    const first = await stripe.refunds.create({
      payment_intent: id,
      amount: 400,
      metadata: { florin_attempt: 'att_2' },
    })
    expect(first).toMatchObject({
      status: 'succeeded',
      amount: 400,
      metadata: { florin_attempt: 'att_2' },
      payment_intent: id,
    })
    const tooMuch = await refusalOf(stripe.refunds.create({ payment_intent: id, amount: 700 }))
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount', code: undefined })
    const rest = await stripe.refunds.create({ charge: String(first.charge), expand: ['charge'] })
    expect(rest.charge).toMatchObject({ refunded: true, amount_refunded: 1099 })
    expect((await refusalOf(stripe.refunds.create({ payment_intent: id }))).code).toBe('charge_already_refunded')
    expect((await stripe.refunds.list({ payment_intent: id })).data.map((each) => each.amount)).toEqual([699, 400])
    expect(double.books()).toMatchObject([{ captured: 1099n, refunded: 1099n }])
    expect(eventsOf(double)).toEqual(expect.arrayContaining(['charge.refunded', 'refund.created']))
  })

  it('refuses to give back what was never captured', async () => {
    const { stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold())
    expect((await refusalOf(stripe.refunds.create({ payment_intent: id }))).code).toBe('charge_not_refundable')
  })

  it('keeps a refund pending for a while with the card that does so', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(sale({ payment_method: 'pm_card_pendingRefund' }))
    const refund = await stripe.refunds.create({ payment_intent: id })
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    expect(eventsOf(double)).toEqual(expect.arrayContaining(['refund.updated', 'charge.refund.updated']))
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'succeeded' })
  })

  it('fails a refund that had succeeded, with the card that does so', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(sale({ payment_method: 'pm_card_refundFail' }))
    const refund = await stripe.refunds.create({ payment_intent: id, amount: 300 })
    expect(refund.status).toBe('succeeded')
    expect(double.books()).toMatchObject([{ refunded: 300n }])
    expect(eventsOf(double)).toContain('refund.failed')
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: expect.stringMatching(/^txn_/),
    })
    expect(double.books()).toMatchObject([{ refunded: 0n }])
  })

  it('cannot cancel a refund of a card', async () => {
    const { stripe } = await start()
    const { id } = await stripe.paymentIntents.create(sale())
    const refund = await stripe.refunds.create({ payment_intent: id })
    expect(await refusalOf(stripe.refunds.cancel(refund.id))).toMatchObject({ statusCode: 400 })
    expect(await stripe.refunds.update(refund.id, { metadata: { note: 'x' } })).toMatchObject({
      metadata: { note: 'x' },
    })
  })
})

describe('looking things up', () => {
  it('finds payments by our reference', async () => {
    const { stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold({ metadata: { florin_attempt: "att_o'hara" } }))
    await stripe.paymentIntents.create(hold({ metadata: { florin_attempt: 'att_other' } }))
    const found = await stripe.paymentIntents.search({
      query: "metadata['florin_attempt']:'att_o\\'hara' AND status:'requires_capture'",
    })
    expect(found.data.map((each) => each.id)).toEqual([id])
    expect((await stripe.paymentIntents.search({ query: 'metadata["florin_attempt"]:null' })).data).toEqual([])
    expect(
      (await stripe.paymentIntents.search({ query: "amount>1000 -metadata['florin_attempt']:'att_other'" })).data,
    ).toHaveLength(1)
    expect((await refusalOf(stripe.paymentIntents.search({ query: 'metadata=x' }))).param).toBe('query')
  })

  it('finds them late where the index lags behind', async () => {
    const { stripe } = await start({ searchLagRequests: 2 })
    await stripe.paymentIntents.create(hold())
    const count = async () =>
      (await stripe.paymentIntents.search({ query: "metadata['florin_attempt']:'att_1'" })).data.length
    expect([await count(), await count(), await count()]).toEqual([0, 0, 1])
  })

  it('pages, newest first', async () => {
    const { stripe } = await start()
    const made: string[] = []
    for (let n = 0; n < 5; n += 1) made.unshift((await stripe.paymentIntents.create(hold())).id)
    const seen: string[] = []
    for await (const intent of stripe.paymentIntents.list({ limit: 2 })) seen.push(intent.id)
    expect(seen).toEqual(made)
    const before = await stripe.paymentIntents.list({ limit: 1, ending_before: made[2] ?? '' })
    expect(before.data.map(({ id }) => id)).toEqual([made[1]])
    const found: string[] = []
    for await (const intent of stripe.paymentIntents.search({ query: "status:'requires_capture'", limit: 2 }))
      found.push(intent.id)
    expect(found).toEqual(made)
    const future = Math.floor(Date.now() / 1_000) + 3_600
    expect((await stripe.paymentIntents.list({ created: { gte: future } })).data).toEqual([])
  })

  it('keeps accounts apart', async () => {
    const { double, stripe } = await start({
      accounts: { default: { apiKey: 'sk_test_florin' }, other: { apiKey: 'sk_test_other' } },
    })
    const other = sdkFor(double, 'sk_test_other')
    const { id, latest_charge, payment_method } = await stripe.paymentIntents.create(sale())
    expect(await refusalOf(other.paymentIntents.retrieve(id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
    expect((await refusalOf(other.charges.retrieve(String(latest_charge)))).statusCode).toBe(404)
    expect((await refusalOf(other.refunds.create({ payment_intent: id }))).code).toBe('resource_missing')
    expect((await refusalOf(other.paymentIntents.create(sale({ payment_method: String(payment_method) })))).code).toBe(
      'resource_missing',
    )
    expect((await other.paymentIntents.list()).data).toEqual([])
  })
})
