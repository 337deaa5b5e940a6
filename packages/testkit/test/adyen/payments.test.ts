import { fakeRuntime } from '@florin/testkit'
import { describe, expect, it } from 'vitest'
import { card, itemOf, MERCHANT, payment, start } from './client.ts'

describe('a payment', () => {
  it('is authorised, waits for its capture, and is announced', async () => {
    const { double, post } = await start()
    const { status, body } = await post('/payments', payment('att_1'))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      resultCode: 'Authorised',
      merchantReference: 'att_1',
      amount: { currency: 'EUR', value: 4990 },
      paymentMethod: { type: 'scheme', brand: 'visa' },
      additionalData: { cardSummary: '1111', paymentMethod: 'visa', refusalReasonRaw: 'AUTHORISED' },
    })
    expect(body.pspReference).toMatch(/^[A-Z0-9]{16}$/)
    expect(body.additionalData.networkTxReference).toMatch(/^[0-9]{15}$/)
    expect(double.books()).toEqual([
      expect.objectContaining({ reference: 'att_1', authorized: 4990n, captured: 0n, state: 'authorized' }),
    ])
    const [delivery] = double.deliveries()
    expect(itemOf(delivery)).toMatchObject({
      eventCode: 'AUTHORISATION',
      success: 'true',
      pspReference: body.pspReference,
      merchantReference: 'att_1',
      merchantAccountCode: MERCHANT,
      operations: ['CANCEL', 'CAPTURE', 'REFUND'],
      paymentMethod: 'visa',
    })
    expect(double.deliveries()).toEqual([])
  })

  it.each([
    ['nothing', {}, 4990n],
    ['captureDelayHours 0', { captureDelayHours: 0 }, 4990n],
    ['manualCapture, whatever the delay', { captureDelayHours: 0, additionalData: { manualCapture: true } }, 0n],
    ['a delay of a day', { captureDelayHours: 24 }, 0n],
  ])('asked with %s is captured accordingly', async (_, more, captured) => {
    const { double, post } = await start()
    await post('/payments', payment('att_1', { additionalData: {}, ...more }))
    expect(double.books()[0]).toMatchObject({ authorized: 4990n, captured })
  })

  it('with a delayed capture is captured when the hours are over', async () => {
    const runtime = fakeRuntime()
    const { double, post } = await start(runtime)
    await post('/payments', payment('att_1', { additionalData: {}, captureDelayHours: 2 }))
    runtime.clock.advance(2 * 3_600_000 - 1)
    expect(double.books()[0]?.captured).toBe(0n)
    runtime.clock.advance(1)
    expect(double.books()[0]?.captured).toBe(4990n)
  })

  it('by an account that captures by request is not captured unless it asks to', async () => {
    const { double, post } = await start({ captureDelay: 'manual' })
    await post('/payments', payment('att_1', { additionalData: {} }))
    await post('/payments', payment('att_2', { additionalData: {}, captureDelayHours: 0 }))
    expect(double.books().map(({ captured }) => captured)).toEqual([0n, 4990n])
  })
})

describe('a trigger', () => {
  it.each([
    ['DECLINED', 'Refused', 'Refused', '2'],
    ['CARD_EXPIRED', 'Refused', 'Expired Card', '6'],
    ['NOT_ENOUGH_BALANCE', 'Refused', 'Not enough balance', '12'],
    ['ERROR', 'Error', 'Acquirer Error', '4'],
    ['FRAUD_CANCELLED', 'Cancelled', 'FRAUD-CANCELLED', '22'],
    ['ERPS_BLOCK', 'Refused', 'Transaction blocked by Adyen to prevent excessive retry fees', '46'],
  ])('%s as the holder is answered %s', async (holderName, resultCode, refusalReason, refusalReasonCode) => {
    const { double, post } = await start()
    const { status, body } = await post(
      '/payments',
      payment('att_1', { paymentMethod: card(undefined, { holderName }) }),
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ resultCode, refusalReason, refusalReasonCode })
    expect(double.books()[0]).toMatchObject({ authorized: 0n, state: 'declined' })
    expect(itemOf(double.deliveries()[0])).toMatchObject({
      eventCode: 'AUTHORISATION',
      success: 'false',
      reason: refusalReason,
    })
  })

  it('by RequestedTestAcquirerResponseCode does the same as its holder name', async () => {
    const { post } = await start()
    for (const code of [6, '6', 'CARD_EXPIRED']) {
      const { body } = await post(
        '/payments',
        payment(`att_${code}`, { additionalData: { RequestedTestAcquirerResponseCode: code } }),
      )
      expect(body.refusalReasonCode).toBe('6')
    }
  })

  it('may carry the raw answer of the scheme, and Mastercard advises', async () => {
    const { post } = await start()
    const raw = 'DECLINED : 05 : Do not honor'
    const visa = await post('/payments', payment('att_1', { paymentMethod: card(undefined, { holderName: raw }) }))
    expect(visa.body.additionalData.refusalReasonRaw).toBe(raw)
    expect(visa.body.additionalData).not.toHaveProperty('merchantAdviceCode')
    const mastercard = card('5555555555554444', { holderName: 'BLOCK_CARD' })
    const mc = await post('/payments', payment('att_2', { paymentMethod: mastercard }))
    expect(mc.body.additionalData.merchantAdviceCode).toMatch(/^03 /)
  })

  it('PENDING is received, and authorised later', async () => {
    const { double, post, events } = await start()
    const { body } = await post(
      '/payments',
      payment('att_1', { paymentMethod: card(undefined, { holderName: 'PENDING' }) }),
    )
    expect(body.resultCode).toBe('Received')
    expect(double.books()[0]).toMatchObject({ authorized: 0n, state: 'waiting' })
    expect(events()).toEqual([expect.objectContaining({ eventCode: 'AUTHORISATION', success: 'true' })])
    expect(double.books()[0]).toMatchObject({ authorized: 4990n, state: 'authorized' })
  })
})

describe('a stored card', () => {
  it('is stored with a payment and pays again, for its shopper only', async () => {
    const { post } = await start()
    const shopper = { shopperReference: 'cus_1', recurringProcessingModel: 'CardOnFile' }
    const first = await post('/payments', payment('att_1', { ...shopper, storePaymentMethod: true }))
    const id = first.body.additionalData['tokenization.storedPaymentMethodId']
    const paymentMethod = { type: 'scheme', storedPaymentMethodId: id }
    const again = await post(
      '/payments',
      payment('att_2', { ...shopper, paymentMethod, shopperInteraction: 'ContAuth' }),
    )
    expect(again.body).toMatchObject({ resultCode: 'Authorised', additionalData: { cardSummary: '1111' } })
    const foreign = await post('/payments', payment('att_3', { shopperReference: 'cus_2', paymentMethod }))
    expect(foreign).toMatchObject({ status: 422, body: { errorCode: '803' } })
  })

  it('may be known from the start, with a trigger', async () => {
    const stored = { number: '4111111111111111', holderName: 'NOT_ENOUGH_BALANCE', shopperReference: 'cus_1' }
    const { post } = await start({ storedCards: { POOR: stored } })
    const paymentMethod = { type: 'scheme', storedPaymentMethodId: 'POOR' }
    const { body } = await post('/payments', payment('att_1', { shopperReference: 'cus_1', paymentMethod }))
    expect(body.refusalReasonCode).toBe('12')
  })
})

describe('currencies', () => {
  it.each([
    ['CLP', 100_000, 1_000n],
    ['ISK', 100_000, 1_000n],
    ['IDR', 1_000, 100_000n],
    ['CVE', 1_000, 100_000n],
    ['JPY', 1_000, 1_000n],
    ['KWD', 1_000, 1_000n],
  ])('%s: the books count in ISO 4217 whatever Adyen counts in', async (currency, value, amount) => {
    const { double, post } = await start()
    await post('/payments', payment('att_1', { amount: { currency, value } }))
    expect(double.books()[0]).toMatchObject({ currency, amount, authorized: amount })
  })

  it('refuses pesos with centavos, which nobody can pay', async () => {
    const { post } = await start()
    const { body } = await post('/payments', payment('att_1', { amount: { currency: 'CLP', value: 100_050 } }))
    expect(body).toMatchObject({ status: 422, errorCode: '137' })
  })
})

it('forgets the oldest payments beyond its bound', async () => {
  const { double, post } = await start({ remember: 5 })
  for (let at = 0; at < 30; at += 1) await post('/payments', payment(`att_${at}`))
  expect(double.books().length).toBeLessThanOrEqual(10)
  expect(double.books().at(-1)?.reference).toBe('att_29')
})
