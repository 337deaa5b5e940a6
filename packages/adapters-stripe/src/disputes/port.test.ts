import type { DisputeCommand, GatewayResponse } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { wireDispute } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({ apiKey: 'sk_test_1' })
const port = gateway.disputes
if (port === undefined) throw new Error('Stripe has disputes')

const command = (over: Partial<DisputeCommand> = {}): DisputeCommand => ({
  kind: 'submit_evidence',
  key: 'dis_1-evidence',
  account: 'default',
  dispute: 'dp_3Florin',
  id: 'dis_01',
  amount: 10_000n,
  currency: 'EUR',
  reasonCode: '10.4',
  texts: { explanation: 'They have it: 5 & 6', shipping_tracking: 'Z9' },
  files: [],
  ...over,
})
const accept = command({ kind: 'accept_dispute', texts: {} })

const answered = (status: number, body: unknown, headers = {}): GatewayResponse => ({
  status,
  headers,
  body: JSON.stringify(body),
})
const refused = (status: number, error: object) => answered(status, { error })
const submitted = { evidence_details: { due_by: 1_790_800_000, submission_count: 1 } }

describe('an act', () => {
  test('sends the evidence, and submits it, under the key', () => {
    expect(port.request(command())).toEqual({
      method: 'POST',
      path: '/v1/disputes/dp_3Florin',
      headers: expect.objectContaining({ 'idempotency-key': 'dis_1-evidence' }),
      body: 'evidence[uncategorized_text]=They%20have%20it%3A%205%20%26%206&evidence[shipping_tracking_number]=Z9&submit=true',
    })
  })

  test('closes what is accepted', () => {
    expect(port.request(accept)).toMatchObject({ path: '/v1/disputes/dp_3Florin/close', body: '' })
  })

  test.each([
    ['no text', { texts: {} }, 'would tell the bank nothing'],
    ['a text of another name', { texts: { weather: 'fine' } }, "no evidence 'weather'"],
    ['more than Stripe takes', { texts: { explanation: 'x'.repeat(150_001) } }, '150001 characters'],
    [
      'a file',
      { files: [{ kind: 'receipt', name: 'r.pdf', contentType: 'application/pdf', bytes: new Uint8Array() }] },
      'uploaded at the dashboard',
    ],
  ] as const)('with %s is refused before anything is sent', (_, over, says) => {
    expect(() => port.request(command(over))).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(says) }),
    )
  })

  test('of an account that is not configured is refused', () => {
    expect(() => port.request(command({ account: 'other' }))).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    )
  })
})

describe('the answer to an act', () => {
  const read = (response: GatewayResponse, to = command()) => port.read(response, to, 0)

  test('is applied once the dispute says so', () => {
    expect(read(answered(200, wireDispute({ status: 'under_review', ...submitted })))).toEqual({ effect: 'applied' })
    expect(read(answered(200, wireDispute({ status: 'lost' })), accept)).toEqual({ effect: 'applied' })
    const inquiry = wireDispute({ status: 'warning_closed', balance_transactions: [] })
    expect(read(answered(200, inquiry), accept)).toEqual({ effect: 'applied' })
  })

  test.each([
    ['evidence that was not submitted', answered(200, wireDispute()), command()],
    ['a dispute that is still open', answered(200, wireDispute()), accept],
    ['another dispute', answered(200, wireDispute({ id: 'dp_4Florin', ...submitted })), command()],
    ['a live one', answered(200, wireDispute({ livemode: true, ...submitted })), command()],
    ['something else', answered(200, { object: 'charge' }), command()],
    ['a 500', refused(500, { type: 'api_error' }), command()],
    ['an error that is none of Stripe’s', answered(400, 'no'), command()],
    ['a key that other bytes used', refused(400, { type: 'idempotency_error' }), command()],
  ])('with %s is unknown', (_, response, to) => {
    expect(read(response, to).effect).toBe('unknown')
  })

  test('that comes too early says when to ask again', () => {
    const response = answered(429, { error: { type: 'invalid_request_error' } }, { 'retry-after': '3' })
    expect(read(response)).toMatchObject({ effect: 'unknown', retryAfterMs: 3_000 })
  })

  test('that refuses it is a rejection with its code', () => {
    expect(read(refused(400, { type: 'invalid_request_error', code: 'resource_missing' }))).toMatchObject({
      effect: 'rejected',
      code: 'resource_missing',
    })
    expect(read(refused(401, { type: 'invalid_request_error' }))).toMatchObject({ effect: 'rejected' })
  })
})
