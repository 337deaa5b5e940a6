import { describe, expect, it } from 'vitest'
import { card, change, MERCHANT, payment, start } from './client.ts'
import { hasSchemas, NO_SCHEMAS, schemasOf } from './schemas.ts'

describe.skipIf(!hasSchemas)(`by Adyen’s OpenAPI documents${hasSchemas ? '' : ` (skipped: ${NO_SCHEMAS})`}`, () => {
  const checkout = hasSchemas ? schemasOf('CheckoutService-v71') : () => {}
  const webhooks = hasSchemas ? schemasOf('Webhooks-v1') : () => {}
  const native = { authenticationData: { threeDSRequestData: { nativeThreeDS: 'preferred' } } }

  it('the check itself refuses what is wrong', () => {
    expect(() => checkout('PaymentResponse', { resultCode: 'Fine' })).toThrow(/resultCode/)
    expect(() => checkout('PaymentCaptureResponse', { status: 'received' })).toThrow(/required/)
  })

  it.each([
    ['authorised', {}],
    ['refused', { paymentMethod: card(undefined, { holderName: 'NOT_ENOUGH_BALANCE' }) }],
    ['received', { paymentMethod: card(undefined, { holderName: 'PENDING' }) }],
    ['a redirect', { paymentMethod: card('5454545454545454') }],
    ['a component', { paymentMethod: card('5454545454545454'), ...native }],
    ['iDEAL', { paymentMethod: { type: 'ideal' } }],
    ['a bank transfer', { paymentMethod: { type: 'bankTransfer_IBAN' } }],
    ['a stored card', { shopperReference: 'cus_1', storePaymentMethod: true }],
  ])('a payment that ends as %s is asked and answered in form', async (_, more) => {
    const { post } = await start()
    const request = payment('att_1', more)
    if (!('paymentMethod' in more && 'type' in more.paymentMethod && more.paymentMethod.type === 'bankTransfer_IBAN'))
      checkout('PaymentRequest', request) // the document has no details for bank transfers
    const { status, body } = await post('/payments', request)
    expect(status).toBe(200)
    checkout('PaymentResponse', body)
  })

  it('details are asked and answered in form', async () => {
    const { double, post } = await start()
    const { body } = await post('/payments', payment('att_1', { paymentMethod: card('5454545454545454') }))
    const { redirectResult } = await double.answerChallenge({ type: 'redirect', url: body.action.url }, 'confirm')
    const request = { details: { redirectResult } }
    checkout('PaymentDetailsRequest', request)
    checkout('PaymentDetailsResponse', (await post('/payments/details', request)).body)
  })

  it('modifications are asked and answered in form, and so are their webhooks', async () => {
    const { double, post } = await start({ multipleCaptures: true })
    const { pspReference } = (await post('/payments', payment('att_1'))).body
    const changes = [
      ['captures', 'PaymentCapture', change(1000, 'att_2')],
      ['refunds', 'PaymentRefund', change(500, 'att_3')],
      ['cancels', 'PaymentCancel', change(null, 'att_4')],
      ['reversals', 'PaymentReversal', change(null, 'att_5')],
      ['amountUpdates', 'PaymentAmountUpdate', change(6000, 'att_6')],
    ] as const
    for (const [verb, name, request] of changes) {
      checkout(`${name}Request`, request)
      const { status, body } = await post(`/payments/${pspReference}/${verb}`, request)
      expect(status).toBe(201)
      checkout(`${name}Response`, body)
    }
    const cancel = { merchantAccount: MERCHANT, paymentReference: 'att_1', reference: 'att_7' }
    checkout('StandalonePaymentCancelRequest', cancel)
    checkout('StandalonePaymentCancelResponse', (await post('/cancels', cancel)).body)
    const codes = double.deliveries().map(({ body }) => {
      const notification = JSON.parse(Buffer.from(body).toString('utf8'))
      const [{ NotificationRequestItem: item }] = notification.notificationItems
      webhooks(SCHEMAS[item.eventCode] ?? item.eventCode, notification)
      return item.eventCode
    })
    expect(codes).toEqual(Object.keys(SCHEMAS))
  })

  it('refusals are in form', async () => {
    const { double, post } = await start()
    checkout('ServiceError', (await post('/payments', {})).body)
    checkout('ServiceError', (await post('/payments', payment('att_1'), { 'x-api-key': 'wrong' })).body)
    double.fail({ how: 'in_progress' })
    checkout('ServiceError', (await post('/payments', payment('att_1'))).body)
  })
})

/** The webhook of each event code, in the order in which the test makes them. */
const SCHEMAS: Readonly<Record<string, string>> = {
  AUTHORISATION: 'AuthorisationNotificationRequest',
  CAPTURE: 'CaptureNotificationRequest',
  REFUND: 'RefundNotificationRequest',
  CANCELLATION: 'CancellationNotificationRequest',
  CANCEL_OR_REFUND: 'CancelOrRefundNotificationRequest',
  AUTHORISATION_ADJUSTMENT: 'AuthorisationAdjustmentNotificationRequest',
  TECHNICAL_CANCEL: 'ModificationNotificationRequest',
}
