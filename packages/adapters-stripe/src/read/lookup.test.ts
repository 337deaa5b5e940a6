import type { Answer, Command } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { CHARGE, INTENT, lookup, OPERATION } from '../../test/commands.ts'
import { answer, wireCaptured, wireIntent, wireRefund } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({
  apiKey: 'sk_test_1',
  publishableKey: 'pk_test_1',
  multicapture: true,
  incrementalAuthorization: true,
})
const read = (command: Command, body: unknown, status = 200, headers = {}): Answer =>
  gateway.read(answer(body, status, headers), command)

const unconfirmed = { status: 'requires_confirmation', amount_capturable: 0, latest_charge: null } as const
describe('a lookup', () => {
  const found = (...data: unknown[]) => ({ object: 'search_result', data, has_more: false, url: '/v1' })
  const byReference = { target: { attempt: CHARGE, gatewayId: null } } as const

  test('by our reference is absent for the documented empty result only', () => {
    const command = lookup('authorize', byReference)
    expect(read(command, found(wireIntent()))).toMatchObject({ effect: 'applied', gatewayId: INTENT })
    expect(read(command, found())).toEqual({ effect: 'absent' })
    expect(read(command, found(wireIntent(), wireIntent({ id: 'pi_second' }))).effect).toBe('unknown')
    expect(read(command, { ...found(wireIntent()), has_more: true }).effect).toBe('unknown')
    expect(read(command, { object: 'search_result' }).effect).toBe('unknown')
    expect(read(command, wireIntent()).effect).toBe('unknown')
  })

  test('of a charge that was never confirmed finds nothing that was charged', () => {
    expect(read(lookup('authorize'), wireIntent(unconfirmed))).toEqual({ effect: 'absent' })
  })

  test('of a charge of another mode, amount or capture mode is unknown', () => {
    for (const over of [{ livemode: true }, { amount: 1 }, { capture_method: 'automatic' }, { id: 'pi_other' }])
      expect(read(lookup('authorize'), wireIntent(over)).effect).toBe('unknown')
  })

  test('of a capture, cancel or increment reads its charge', () => {
    expect(read(lookup('capture'), wireCaptured()).effect).toBe('applied')
    expect(read(lookup('capture'), wireIntent()).effect).toBe('absent')
    expect(read(lookup('cancel'), wireIntent({ status: 'canceled', amount_capturable: 0 })).effect).toBe('applied')
    expect(read(lookup('cancel'), wireIntent()).effect).toBe('absent')
    const raised = wireIntent({ amount: 12_000, metadata: { florin_attempt: CHARGE, [OPERATION]: 'increment:12000' } })
    expect(read(lookup('increment', { amount: 12_000n }), raised).effect).toBe('applied')
    expect(read(lookup('increment', { amount: 12_000n }), wireIntent()).effect).toBe('absent')
  })

  test('of a capture sees what somebody else captured beside it', () => {
    const beside = wireCaptured({
      amount_received: 9_000,
      metadata: { florin_attempt: CHARGE, [OPERATION]: 'capture:4000' },
    })
    const answered = read(lookup('capture', { amount: 4_000n }), beside)
    expect(answered).toMatchObject({ effect: 'applied', amount: 4_000n, gatewayId: `ch_3Florin/${OPERATION}` })
  })

  test('of an operation whose charge is not found is no word about it', () => {
    const parent = { attempt: CHARGE, gatewayId: null } as const
    expect(read(lookup('capture', { parent }), found()).effect).toBe('unknown')
    expect(read(lookup('capture', { parent }), found(wireCaptured())).effect).toBe('applied')
  })

  test('of a refund finds it among its charge’s', () => {
    const list = (data: unknown[], has_more = false) => ({ object: 'list', data, has_more, url: '/v1/refunds' })
    const other = wireRefund({ id: 're_other', metadata: {} })
    expect(read(lookup('refund'), list([other, wireRefund()]))).toMatchObject({
      effect: 'applied',
      gatewayId: 're_3Florin',
    })
    expect(read(lookup('refund'), list([other]))).toEqual({ effect: 'absent' })
    expect(read(lookup('refund'), list([other], true)).effect).toBe('unknown')
    expect(read(lookup('refund'), list([{ object: 'refund' }])).effect).toBe('unknown')
    expect(read(lookup('refund'), list([wireRefund(), wireRefund({ id: 're_twin' })])).effect).toBe('unknown')
    const known = { target: { attempt: OPERATION, gatewayId: 're_3Florin' } } as const
    expect(read(lookup('refund', known), wireRefund()).effect).toBe('applied')
    expect(read(lookup('refund', known), wireRefund({ id: 're_other' })).effect).toBe('unknown')
  })
})
