import type { RawDelivery } from '@florin/core/gateways'
import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { wireEvent, wireIntent } from '../../test/objects.ts'
import { signedEvent } from '../../test/signed-event.ts'
import { stripe } from '../stripe.ts'
import { signatureFault } from './signature.ts'

const SECRET = 'whsec_0123456789abcdef01234567'
const NEXT_SECRET = 'whsec_fedcba9876543210fedcba98'
const NOW = 1_790_000_100_000
const EVENT = wireEvent('payment_intent.succeeded', wireIntent())

const gateway = stripe({ apiKey: 'sk_test_1', webhookSecret: SECRET })
const official = new Stripe('sk_test_1')

const signed = (event: object = EVENT, secret = SECRET, at = NOW): RawDelivery => signedEvent(event, secret, { at })
const withHeader = (header: string | undefined, from = signed()): RawDelivery => ({
  ...from,
  headers: header === undefined ? {} : { 'stripe-signature': header },
})
const parts = (from = signed()): readonly [t: string, v1: string] => {
  const [t = '', v1 = ''] = (from.headers['stripe-signature'] ?? '').split(',')
  return [t, v1]
}

describe('an authentic webhook', () => {
  test('is accepted, by the official helper and by us', () => {
    const payload = JSON.stringify(EVENT)
    for (const secret of [SECRET, NEXT_SECRET]) {
      const timestamp = Math.floor(NOW / 1_000)
      const header = official.webhooks.generateTestHeaderString({ payload, secret, timestamp })
      const delivery = {
        account: 'default',
        headers: { 'stripe-signature': header },
        body: Buffer.from(payload),
        receivedAt: NOW,
      }
      expect(official.webhooks.constructEvent(payload, header, secret, undefined, undefined, NOW).id).toBe('evt_1')
      const ours = stripe({ apiKey: 'sk_test_1', webhookSecret: secret })
      expect(() => ours.verify(delivery)).not.toThrow()
    }
  })

  test('that we sign in tests is one to the official helper too', () => {
    const { headers, body } = signed()
    const event = official.webhooks.constructEvent(
      Buffer.from(body),
      headers['stripe-signature'] ?? '',
      SECRET,
      undefined,
      undefined,
      NOW,
    )
    expect(event.type).toBe('payment_intent.succeeded')
  })

  test('may be signed with either of two secrets, or with both', () => {
    const rotating = stripe({ apiKey: 'sk_test_1', webhookSecret: [NEXT_SECRET, SECRET] })
    expect(() => rotating.verify(signed())).not.toThrow()
    expect(() => rotating.verify(signed(EVENT, NEXT_SECRET))).not.toThrow()
    const [t, old] = parts()
    const [, fresh] = parts(signed(EVENT, NEXT_SECRET))
    expect(() => gateway.verify(withHeader(`${t},${fresh},${old}`))).not.toThrow()
    expect(() => gateway.verify(withHeader(`${t}, ${old}, v0=${'a'.repeat(64)}`))).not.toThrow()
  })

  test.each([300, -300, 0])('is accepted %s seconds off', (seconds) => {
    expect(() => gateway.verify({ ...signed(), receivedAt: NOW + seconds * 1_000 })).not.toThrow()
  })
})

describe('refused is', () => {
  const flipped = (): RawDelivery => {
    const delivery = signed()
    const body = Uint8Array.from(delivery.body)
    body[10] = (body[10] ?? 0) ^ 1
    return { ...delivery, body }
  }
  const [t, v1] = parts()
  test.each<[string, () => RawDelivery]>([
    ['a changed body', flipped],
    ['a truncated body', () => ({ ...signed(), body: signed().body.subarray(0, 50) })],
    ['no body', () => ({ ...signed(), body: new Uint8Array() })],
    ['no signature', () => withHeader(undefined)],
    ['an empty signature', () => withHeader('')],
    ['a signature without a time', () => withHeader(v1)],
    ['two times', () => withHeader(`${t},t=1,${v1}`)],
    ['a time that is none', () => withHeader(`t=soon,${v1}`)],
    ['a negative time', () => withHeader(`t=-1,${v1}`)],
    ['a time without a signature', () => withHeader(t)],
    ['only a v0', () => withHeader(`${t},${v1.replace('v1', 'v0')}`)],
    ['a cut signature', () => withHeader(`${t},${v1.slice(0, -2)}`)],
    ['a longer signature', () => withHeader(`${t},${v1}00`)],
    ['a signature that is not hex', () => withHeader(`${t},v1=${'z'.repeat(64)}`)],
    ['a signature in capitals', () => withHeader(`${t},v1=${v1.slice(3).toUpperCase()}`)],
    ['a header of 10 kB', () => withHeader(`${t},${v1},x=${'a'.repeat(10_000)}`)],
    ['another secret’s', () => signed(EVENT, NEXT_SECRET)],
    ['one replayed after 301 seconds', () => ({ ...signed(), receivedAt: NOW + 301_000 })],
    ['one from the future', () => ({ ...signed(), receivedAt: NOW - 301_000 })],
    ['10 MB', () => ({ ...signed(), body: Buffer.alloc(10_485_760, 0x20) })],
    ['an account that is not configured', () => signedEvent(EVENT, SECRET, { at: NOW, account: 'other' })],
    ['JSON that is no object', () => signed([EVENT])],
  ])('%s', (_, delivery) => {
    expect(() => gateway.verify(delivery())).toThrow(expect.objectContaining({ code: 'webhook_rejected' }))
  })

  test('a year ahead, which the official helper accepts', () => {
    const at = NOW + 365 * 86_400_000
    const { headers, body } = signed(EVENT, SECRET, at)
    const header = headers['stripe-signature'] ?? ''
    expect(official.webhooks.constructEvent(Buffer.from(body), header, SECRET, undefined, undefined, NOW).id).toBe(
      'evt_1',
    )
    expect(() => gateway.verify({ account: 'default', headers, body, receivedAt: NOW })).toThrow(/300 seconds off/)
  })

  test('everything, where there is no secret', () => {
    const closed = stripe({ apiKey: 'sk_test_1' })
    expect(() => closed.verify(signed())).toThrow(expect.objectContaining({ code: 'webhook_rejected' }))
    expect(() => closed.verify(signed(EVENT, ''))).toThrow(expect.objectContaining({ code: 'webhook_rejected' }))
  })
})

describe('a secret that is none is never right, however it came to be configured', () => {
  test.each(['', 'whsec_', 'whsec_short', 'not a secret at all, but long enough', '\u0000'.repeat(40)])(
    '%j',
    (secret) => {
      const { headers, body, receivedAt } = signed(EVENT, secret)
      const fault = (secrets: readonly string[]) =>
        signatureFault(secrets, headers['stripe-signature'], body, receivedAt)
      expect(fault([secret])).toMatch(/^a webhook secret /)
      expect(fault([SECRET, secret])).toMatch(/^a webhook secret /)
      expect(fault([])).toBe('no webhook secret is configured')
    },
  )
})

describe('foreign is an authentic webhook', () => {
  test.each<[string, object]>([
    ['of live mode, where the keys are test keys', { livemode: true }],
    ['without a mode', { livemode: undefined }],
    ['of a connected account, where ours is none', { account: 'acct_1' }],
    ['thin, of a connected account', { object: 'v2.core.event', context: 'acct_1' }],
  ])('%s', (_, over) => {
    expect(() => gateway.verify(signed({ ...EVENT, ...over }))).toThrow(
      expect.objectContaining({ code: 'webhook_foreign' }),
    )
  })

  test('that does not name the connected account it came for', () => {
    const connected = stripe({ apiKey: 'sk_test_1', webhookSecret: SECRET, stripeAccount: 'acct_1' })
    expect(() => connected.verify(signed({ ...EVENT, account: 'acct_1' }))).not.toThrow()
    for (const account of ['acct_2', undefined])
      expect(() => connected.verify(signed({ ...EVENT, account }))).toThrow(
        expect.objectContaining({ code: 'webhook_foreign' }),
      )
  })
})
