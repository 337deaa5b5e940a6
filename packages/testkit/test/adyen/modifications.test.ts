import { fakeRuntime } from '@florin/testkit'
import type { AdyenDoubleOptions } from '@florin/testkit/adyen'
import { describe, expect, it } from 'vitest'
import { card, change, itemOf, MERCHANT, payment, start } from './client.ts'

const authorised = async (options: AdyenDoubleOptions = {}, more: object = {}) => {
  const started = await start(options)
  const { body } = await started.post('/payments', payment('att_pay', more))
  started.double.deliveries()
  const { pspReference } = body
  const modify = (verb: string, request: unknown) => started.post(`/payments/${pspReference}/${verb}`, request)
  const book = () => {
    const [charge] = started.double.books()
    return [charge?.authorized, charge?.captured, charge?.refunded, charge?.state]
  }
  return { ...started, pspReference, modify, book }
}

describe('a capture', () => {
  it('is received, and decided by webhook', async () => {
    const { double, modify, pspReference, book } = await authorised()
    const { status, body } = await modify('captures', change(4990, 'att_cap'))
    expect(status).toBe(201)
    expect(body).toEqual({
      status: 'received',
      merchantAccount: MERCHANT,
      paymentPspReference: pspReference,
      pspReference: expect.stringMatching(/^[A-Z0-9]{16}$/),
      reference: 'att_cap',
      amount: { currency: 'EUR', value: 4990 },
    })
    expect(itemOf(double.deliveries()[0])).toMatchObject({
      eventCode: 'CAPTURE',
      success: 'true',
      pspReference: body.pspReference,
      originalReference: pspReference,
      merchantReference: 'att_cap',
      amount: { currency: 'EUR', value: 4990 },
    })
    expect(book()).toEqual([4990n, 4990n, 0n, 'captured'])
  })

  it('of a part gives the rest back, unless the account may capture several times', async () => {
    const once = await authorised()
    await once.modify('captures', change(2000))
    expect(once.book()).toEqual([2000n, 2000n, 0n, 'captured'])
    await once.modify('captures', change(1000))
    expect(once.events().map(({ success }) => success)).toEqual(['true', 'false'])

    const several = await authorised({ multipleCaptures: true })
    await several.modify('captures', change(2000))
    await several.modify('captures', change(2990))
    expect(several.book()).toEqual([4990n, 4990n, 0n, 'captured'])
  })

  it('of more than is authorised is received, and refused by webhook', async () => {
    const { modify, events, book } = await authorised()
    expect((await modify('captures', change(4991, 'att_cap'))).status).toBe(201)
    expect(events()).toEqual([
      expect.objectContaining({ eventCode: 'CAPTURE', success: 'false', reason: 'Insufficient balance on payment' }),
    ])
    expect(book()).toEqual([4990n, 0n, 0n, 'authorized'])
  })

  it('takes its time where it is told to, and deliveries() hurries it', async () => {
    const runtime = fakeRuntime()
    const { modify, book, events } = await authorised({ ...runtime, modificationDelayMs: 60_000 })
    await modify('captures', change(1000))
    expect(book()[1]).toBe(0n)
    runtime.clock.advance(60_000)
    expect(book()[1]).toBe(1000n)
    await modify('refunds', change(500))
    expect(book()[2]).toBe(0n)
    expect(events().map(({ eventCode }) => eventCode)).toEqual(['CAPTURE', 'REFUND'])
    expect(book()[2]).toBe(500n)
  })

  it('may fail after it succeeded, and succeed after all', async () => {
    const { double, modify, events, book } = await authorised()
    const { body } = await modify('captures', change(4990, 'att_cap'))
    double.captureFailed(body.pspReference, 'Capture rejected by card scheme')
    expect(book()).toEqual([4990n, 0n, 0n, 'authorized'])
    expect(() => double.captureFailed(body.pspReference)).toThrow(/undone, not done/)
    double.recaptured(body.pspReference)
    expect(book()).toEqual([4990n, 4990n, 0n, 'captured'])
    const same = { pspReference: body.pspReference, merchantReference: 'att_cap', success: 'true' }
    expect(events()).toEqual([
      { ...same, eventCode: 'CAPTURE', reason: '' },
      { ...same, eventCode: 'CAPTURE_FAILED', reason: 'Capture rejected by card scheme' },
      { ...same, eventCode: 'CAPTURE', reason: 'Transaction Recaptured' },
    ])
  })

  it('that nobody asked for may fail, too', async () => {
    const { double, pspReference, events, book } = await authorised({}, { additionalData: {} })
    double.captureFailed(pspReference)
    expect(book()).toEqual([4990n, 0n, 0n, 'authorized'])
    double.recaptured(pspReference)
    expect(book()).toEqual([4990n, 4990n, 0n, 'captured'])
    expect(events().map(({ eventCode }) => eventCode)).toEqual(['CAPTURE_FAILED', 'CAPTURE'])
  })

  it.each([
    ['capture failed', ['CAPTURE', 'CAPTURE_FAILED', 'REFUND'], ['true', 'true', 'false']],
    ['refund failed', ['CAPTURE', 'REFUND', 'REFUND_FAILED'], ['true', 'true', 'true']],
  ])('of a holder named "%s" goes as the name says', async (holderName, codes, successes) => {
    const { modify, events } = await authorised({}, { paymentMethod: card(undefined, { holderName }) })
    await modify('captures', change(4990))
    await modify('refunds', change(100))
    const seen = events()
    expect(seen.map(({ eventCode }) => eventCode)).toEqual(codes)
    expect(seen.map(({ success }) => success)).toEqual(successes)
  })
})

describe('a cancel', () => {
  it('gives the money back and is told as CANCELLATION', async () => {
    const { modify, events, book } = await authorised()
    const { status, body } = await modify('cancels', change(null, 'att_can'))
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('amount')
    expect(events()).toEqual([
      expect.objectContaining({ eventCode: 'CANCELLATION', success: 'true', merchantReference: 'att_can' }),
    ])
    expect(book()).toEqual([0n, 0n, 0n, 'canceled'])
    await modify('captures', change(100))
    await modify('cancels', change(null))
    expect(events().map(({ success }) => success)).toEqual(['false', 'false'])
    expect(book()).toEqual([0n, 0n, 0n, 'canceled'])
  })

  it('comes too late for what is captured', async () => {
    const { modify, events, book } = await authorised()
    await modify('captures', change(4990))
    await modify('cancels', change(null))
    expect(events().at(-1)).toMatchObject({ eventCode: 'CANCELLATION', success: 'false' })
    expect(book()).toEqual([4990n, 4990n, 0n, 'captured'])
  })

  it('by reference is told as TECHNICAL_CANCEL with the reference of the payment', async () => {
    const { double, post, pspReference, book } = await authorised()
    const request = { merchantAccount: MERCHANT, paymentReference: 'att_pay', reference: 'att_can' }
    const { status, body } = await post('/cancels', request)
    expect(status).toBe(201)
    expect(body).toMatchObject({ paymentReference: 'att_pay', reference: 'att_can', status: 'received' })
    expect(itemOf(double.deliveries()[0])).toMatchObject({
      eventCode: 'TECHNICAL_CANCEL',
      success: 'true',
      merchantReference: 'att_pay',
      originalReference: pspReference,
      pspReference: body.pspReference,
    })
    expect(book()).toEqual([0n, 0n, 0n, 'canceled'])
  })

  it('by a reference that nobody paid under is received all the same, and refused by webhook', async () => {
    const { post, events } = await start()
    const { status } = await post('/cancels', { merchantAccount: MERCHANT, paymentReference: 'att_none' })
    expect(status).toBe(201)
    expect(events()).toEqual([
      expect.objectContaining({ eventCode: 'TECHNICAL_CANCEL', success: 'false', reason: 'Payment not found' }),
    ])
  })

  it.each([
    ['refused', 'false', 'waiting'],
    ['canceled', 'true', 'canceled'],
  ] as const)('while the shopper is away is %s', async (cancelUnfinished, success, state) => {
    const { double, post, events } = await start({ cancelUnfinished })
    const { body } = await post('/payments', payment('att_1', { paymentMethod: card('5454545454545454') }))
    await post(`/payments/${body.pspReference}/cancels`, change(null))
    expect(events()).toEqual([expect.objectContaining({ eventCode: 'CANCELLATION', success })])
    expect(double.books()[0]?.state).toBe(state)
  })
})

describe('a refund', () => {
  it('goes up to what was captured', async () => {
    const { modify, events, book } = await authorised()
    await modify('refunds', change(100))
    expect(events()[0]?.reason).toBe("Transaction hasn't been captured, refund not possible")
    const capture = await modify('captures', change(3000))
    await modify('refunds', { ...change(1000, 'att_ref'), capturePspReference: capture.body.pspReference })
    await modify('refunds', change(2001))
    expect(events().map(({ eventCode, success }) => `${eventCode} ${success}`)).toEqual([
      'CAPTURE true',
      'REFUND true',
      'REFUND false',
    ])
    expect(book()).toEqual([3000n, 3000n, 1000n, 'captured'])
  })

  it('may come back, in two ways', async () => {
    const { double, modify, events, book } = await authorised({}, { additionalData: {} })
    const one = await modify('refunds', change(1000))
    const two = await modify('refunds', change(500))
    double.refundFailed(one.body.pspReference)
    double.refundedReversed(two.body.pspReference)
    expect(book()[2]).toBe(0n)
    expect(events().map(({ eventCode }) => eventCode)).toEqual([
      'REFUND',
      'REFUND',
      'REFUND_FAILED',
      'REFUNDED_REVERSED',
    ])
  })
})

it('a reversal cancels what is not captured and refunds what is', async () => {
  for (const [captured, action, state] of [
    [false, 'cancel', [0n, 0n, 0n, 'canceled']],
    [true, 'refund', [4990n, 4990n, 4990n, 'captured']],
  ] as const) {
    const { double, modify, book } = await authorised()
    if (captured) await modify('captures', change(4990))
    double.deliveries()
    await modify('reversals', change(null, 'att_rev'))
    expect(itemOf(double.deliveries()[0])).toMatchObject({
      eventCode: 'CANCEL_OR_REFUND',
      success: 'true',
      additionalData: { 'modification.action': action },
    })
    expect(book()).toEqual(state)
  }
})

it('an amount update sets what is authorised', async () => {
  const { modify, events, book } = await authorised()
  expect((await modify('amountUpdates', change(6000, 'att_inc'))).body).toMatchObject({ status: 'received' })
  expect(events()).toEqual([expect.objectContaining({ eventCode: 'AUTHORISATION_ADJUSTMENT', success: 'true' })])
  expect(book()).toEqual([6000n, 0n, 0n, 'authorized'])
  await modify('captures', change(6000))
  await modify('amountUpdates', change(7000))
  expect(events().at(-1)?.success).toBe('false')
})

it('the next modification of a kind can be made to fail, once', async () => {
  const { double, modify, post, events, book } = await authorised()
  double.failNext('capture', 'Scheme is asleep')
  double.failNext('cancel', 'Not today')
  await modify('captures', change(4990))
  await post('/cancels', { merchantAccount: MERCHANT, paymentReference: 'att_pay' })
  expect(events().map(({ success, reason }) => [success, reason])).toEqual([
    ['false', 'Scheme is asleep'],
    ['false', 'Not today'],
  ])
  await modify('captures', change(4990))
  expect(book()[1]).toBe(4990n)
})

it('an authorisation expires with what is left of it', async () => {
  const runtime = fakeRuntime()
  const { double, modify, book } = await authorised({ ...runtime, multipleCaptures: true })
  await modify('captures', change(1000))
  double.deliveries()
  runtime.clock.advance(28 * 24 * 3_600_000)
  expect(itemOf(double.deliveries()[0])).toMatchObject({ eventCode: 'EXPIRE', amount: { value: 3990 } })
  expect(book()).toEqual([1000n, 1000n, 0n, 'captured'])
})

it('what is done in the dashboard carries the payment’s reference and nobody’s own', async () => {
  const { double, events, pspReference, book } = await authorised({}, { amount: { currency: 'CLP', value: 100_000 } })
  const captured = double.dashboard.capture('att_pay', 1_000n)
  const refunded = double.dashboard.refund(pspReference, 400n)
  expect(events()).toEqual([
    { eventCode: 'CAPTURE', success: 'true', pspReference: captured, merchantReference: 'att_pay', reason: '' },
    { eventCode: 'REFUND', success: 'true', pspReference: refunded, merchantReference: 'att_pay', reason: '' },
  ])
  expect(book()).toEqual([1_000n, 1_000n, 400n, 'captured'])
  expect(() => double.dashboard.cancel('att_none')).toThrow(/no payment att_none/)
})
