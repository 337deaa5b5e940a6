import {
  CheckoutAPI,
  Client,
  DisputesAPI,
  EnvironmentEnum,
  HttpClientException,
  hmacValidator,
  Types,
} from '@adyen/api-library'
import type { AdyenDouble } from '@florin/testkit/adyen'
import { describe, expect, it } from 'vitest'
import { card, itemOf, MERCHANT, start } from './client.ts'
import { hasSchemas, schemasOf } from './schemas.ts'

const PRODUCTION = 'https://checkout-test.adyen.com/v72'
const DISPUTES = 'https://ca-test.adyen.com'
const VERSION = { version: 'v72' } as const // the library's own

/** The official library on the double: it has no option for another host, but takes an HTTP client. Keeps what it sends. */
const official = (double: AdyenDouble) => {
  const sent: { path: string; body: unknown }[] = []
  const client = new Client({ apiKey: double.apiKey, environment: EnvironmentEnum.TEST })
  client.httpClient = {
    async request(endpoint, json, config, _, options) {
      const path = endpoint.replace(PRODUCTION, '')
      sent.push({ path, body: JSON.parse(json.toString()) })
      const key = options?.idempotencyKey
      const url = path.startsWith(DISPUTES) ? path.replace(DISPUTES, double.disputesUrl) : `${double.url}${path}`
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-api-key': config.apiKey ?? '', ...(key === undefined ? {} : { 'idempotency-key': key }) },
        body: json.toString(),
      })
      const text = await response.text()
      if (response.ok) return text
      const { message, errorCode } = JSON.parse(text)
      throw new HttpClientException({ message, statusCode: response.status, errorCode, responseBody: text })
    },
  }
  const { PaymentsApi, ModificationsApi } = new CheckoutAPI(client)
  return { PaymentsApi, ModificationsApi, disputes: new DisputesAPI(client).DisputesApi, sent }
}

const request = (reference: string, number?: string): Types.checkout.PaymentRequest => ({
  merchantAccount: MERCHANT,
  amount: { currency: 'EUR', value: 4990 },
  reference,
  returnUrl: 'https://shop.example/return',
  paymentMethod: { ...card(number), type: Types.checkout.CardDetails.TypeEnum.Scheme },
  additionalData: { manualCapture: 'true' },
})
const eur = (value: number) => ({ currency: 'EUR', value })

describe('the official library', () => {
  it('defends one dispute and accepts another', async () => {
    const { double } = await start(VERSION)
    const { PaymentsApi, ModificationsApi, disputes } = official(double)
    const id = (await PaymentsApi.payments(request('att_1'))).pspReference ?? ''
    await ModificationsApi.captureAuthorisedPayment(id, { merchantAccount: MERCHANT, amount: eur(2000) })
    double.deliveries()
    const to = (disputePspReference: string) => ({ merchantAccountCode: MERCHANT, disputePspReference })
    const first = double.dashboard.openDispute(id, { amount: 1_000n })
    const { defenseReasons = [] } = await disputes.retrieveApplicableDefenseReasons(to(first))
    const [reason] = defenseReasons
    const defenseDocumentTypeCode = reason?.defenseDocumentTypes?.[0]?.defenseDocumentTypeCode ?? ''
    const document = { content: 'AQID', contentType: 'image/jpg', defenseDocumentTypeCode }
    const supplied = await disputes.supplyDefenseDocument({ ...to(first), defenseDocuments: [document] })
    const defended = await disputes.defendDispute({ ...to(first), defenseReasonCode: reason?.defenseReasonCode ?? '' })
    const accepted = await disputes.acceptDispute(to(double.dashboard.openDispute(id, { amount: 1_000n })))
    for (const { disputeServiceResult } of [supplied, defended, accepted])
      expect(disputeServiceResult).toMatchObject({ success: true })
    const { disputeServiceResult } = await disputes.acceptDispute(to('QFQTPCQ8HXSKGK82'))
    expect(disputeServiceResult).toMatchObject({ success: false, errorMessage: 'Unknown dispute' })
  })

  it('pays, captures, refunds and cancels, sending what Adyen’s documents ask for', async () => {
    const { double } = await start(VERSION)
    const { PaymentsApi, ModificationsApi, sent } = official(double)
    const paid = await PaymentsApi.payments(request('att_1'), { idempotencyKey: 'key_1' })
    const again = await PaymentsApi.payments(request('att_1'), { idempotencyKey: 'key_1' })
    expect(paid.resultCode).toBe(Types.checkout.PaymentResponse.ResultCodeEnum.Authorised)
    expect(again).toEqual(paid)
    const id = paid.pspReference ?? ''
    const to = { merchantAccount: MERCHANT }
    const captured = await ModificationsApi.captureAuthorisedPayment(id, {
      ...to,
      amount: eur(2000),
      reference: 'att_2',
    })
    expect(captured).toMatchObject({ status: 'received', paymentPspReference: id, reference: 'att_2' })
    await ModificationsApi.refundCapturedPayment(id, { ...to, amount: eur(500), reference: 'att_3' })
    await PaymentsApi.payments(request('att_4'))
    await ModificationsApi.cancelAuthorisedPayment({ ...to, paymentReference: 'att_4', reference: 'att_5' })
    expect(double.books()).toEqual([
      expect.objectContaining({ reference: 'att_1', authorized: 2000n, captured: 2000n, refunded: 500n }),
      expect.objectContaining({ reference: 'att_4', authorized: 0n, state: 'canceled' }),
    ])
    if (!hasSchemas) return
    const check = schemasOf('CheckoutService-v72')
    for (const { path, body } of sent) {
      if (path === '/payments') check('PaymentRequest', body)
      if (path.endsWith('/captures')) check('PaymentCaptureRequest', body)
      if (path.endsWith('/refunds')) check('PaymentRefundRequest', body)
      if (path === '/cancels') check('StandalonePaymentCancelRequest', body)
    }
    expect(sent).toHaveLength(6)
  })

  it('takes a payment through 3-D Secure', async () => {
    const { double } = await start(VERSION)
    const { PaymentsApi } = official(double)
    const paid = await PaymentsApi.payments(request('att_1', '5454545454545454'))
    const action = paid.action as Types.checkout.CheckoutRedirectAction
    const brought = await double.answerChallenge({ type: 'redirect', url: action.url ?? '' }, 'confirm')
    const result = await PaymentsApi.paymentsDetails({ details: { redirectResult: brought.redirectResult ?? '' } })
    expect(result.resultCode).toBe(Types.checkout.PaymentDetailsResponse.ResultCodeEnum.Authorised)
  })

  it('gets Adyen’s errors', async () => {
    const { double } = await start(VERSION)
    const { ModificationsApi } = official(double)
    const capture = ModificationsApi.captureAuthorisedPayment('NONE', { merchantAccount: MERCHANT, amount: eur(1) })
    await expect(capture).rejects.toMatchObject({ statusCode: 422, errorCode: '167' })
  })

  it('takes our signatures for Adyen’s, whatever the reference, and no others', async () => {
    const { double, post } = await start(VERSION)
    const { PaymentsApi } = official(double)
    for (const reference of ['att_1', 'with:colons:', 'back\\slash', 'ünïcode']) {
      const { pspReference } = await PaymentsApi.payments(request(reference))
      await post(`/payments/${pspReference}/captures`, { merchantAccount: MERCHANT, amount: eur(1) })
    }
    const validator = new hmacValidator()
    const items = double.deliveries().map(itemOf)
    expect(items).toHaveLength(8)
    for (const item of items) {
      expect(validator.validateHMAC(item, double.webhook.hmacKey)).toBe(true)
      expect(validator.validateHMAC({ ...item, amount: eur(1_000_000) }, double.webhook.hmacKey)).toBe(false)
      expect(validator.validateHMAC(item, '00'.repeat(32))).toBe(false)
    }
  })
})
