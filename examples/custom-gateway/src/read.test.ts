import type { CaptureCommand, ChargeCommand, LookupCommand } from '@florin/core/gateways'
import { describe, expect, it } from 'vitest'
import { guilderRead } from './read.ts'

const common = { key: 'key-1', account: 'default', amount: 4_990n, currency: 'EUR' } as const
const authorize: ChargeCommand = {
  ...common,
  kind: 'authorize',
  attempt: 'att_charge',
  method: { type: 'card', token: 'tok_approve' },
  merchantReference: 'order-1',
  returnUrl: null,
  description: null,
  customer: { id: null, email: null, ip: null },
}
const order = { attempt: 'att_charge', gatewayId: 'gp_1' } as const
const capture: CaptureCommand = { ...common, kind: 'capture', attempt: 'att_capture', target: order, final: true }
const refundMadeElsewhere: LookupCommand = {
  ...common,
  kind: 'lookup',
  of: 'refund',
  attempt: 'att_external',
  target: { attempt: 'att_external', gatewayId: 'ref_1' },
  parent: order,
}

const operation = (over: object) => ({
  ...{ id: 'cap_1', kind: 'capture', reference: 'att_capture', amount: '49.90', state: 'done', failure: null },
  at: '2026-11-21T12:00:00.000Z',
  ...over,
})
const answer = (over: object, status = 200) => ({
  status,
  headers: {},
  body: JSON.stringify({
    ...{ id: 'gp_1', reference: 'att_charge', merchant: 'M-1001', mode: 'hold', state: 'held' },
    ...{ amount: '49.90', currency: 'EUR', pay_url: null, expires_at: null, decline: null, card: null },
    operations: [],
    ...over,
  }),
})
const effectOf = (over: object, command: Parameters<typeof guilderRead>[1], status?: number): string =>
  guilderRead(answer(over, status), command).effect

describe('what Guilder Pay answers', () => {
  it('is ours only with our reference, amount, currency and mode, and exactly those', () => {
    expect(effectOf({}, authorize)).toBe('applied')
    for (const over of [
      { reference: 'att_other' },
      { amount: '49.91' },
      { amount: '49.9000001' },
      { currency: 'USD' },
      { mode: 'sale' },
    ])
      expect(effectOf(over, authorize)).toBe('unknown')
  })

  it('is paid only where the order that was put is ours', () => {
    expect(effectOf({ state: 'open' }, authorize)).toBe('next')
    for (const over of [{ reference: 'att_other' }, { amount: '4.99' }, { currency: 'USD' }, { mode: 'sale' }])
      expect(effectOf({ state: 'open', ...over }, authorize)).toBe('unknown')
  })

  it('says of a capture what the order lists under our reference, and of another order nothing', () => {
    expect(effectOf({ state: 'captured', operations: [operation({})] }, capture)).toBe('applied')
    const others = [{ reference: 'att_other' }, { kind: 'refund' }, { amount: '49.91' }]
    for (const over of others)
      expect(effectOf({ state: 'captured', operations: [operation(over)] }, capture)).toBe('unknown')
    expect(effectOf({ id: 'gp_2', state: 'captured', operations: [operation({})] }, capture)).toBe('unknown')
  })

  it('finds by its id what somebody did in the dashboard', () => {
    const refund = { id: 'ref_1', kind: 'refund', reference: null }
    expect(effectOf({ operations: [operation(refund)] }, refundMadeElsewhere)).toBe('applied')
    expect(effectOf({ operations: [operation({ ...refund, id: 'ref_2' })] }, refundMadeElsewhere)).toBe('absent')
    expect(effectOf({ operations: [operation({ ...refund, state: 'returned' })] }, refundMadeElsewhere)).toBe(
      'rejected',
    )
  })

  it.each([
    [409, 'busy'],
    [409, 'id_reused'],
    [429, 'slow_down'],
    [500, 'order_not_found'],
    [422, 'unheard_of'],
  ])('proves nothing by %i %s', (status, error) => {
    const response = { status, headers: { 'retry-after': '7' }, body: JSON.stringify({ error }) }
    expect(guilderRead(response, capture)).toMatchObject({ effect: 'unknown' })
    if (status === 409 || status === 429) expect(guilderRead(response, capture)).toMatchObject({ retryAfterMs: 7_000 })
  })
})
