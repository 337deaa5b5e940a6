import { expect, it } from 'vitest'
import { webhookFault, webhookSignature } from './standard-webhooks.ts'

// The specification's own vector: a double that signs as its adapter verifies would agree with any mistake of ours.
const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
const body = Buffer.from('{"test": 2432232314}')
const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', seconds: '1614265330' }
const signature = 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const headers = { 'webhook-id': signed.id, 'webhook-timestamp': signed.seconds }
const at = 1_614_265_330_000

it('signs as the specification does', () => {
  expect(webhookSignature(key, signed.id, signed.seconds, body).toString('base64')).toBe(signature)
})

it('takes one right signature among others, of a version that it does not know, too', () => {
  const wrong = Buffer.alloc(32).toString('base64')
  const several = { ...headers, 'webhook-signature': `v1a,${signature} v1,${wrong} v1,${signature}` }
  expect(webhookFault([key], several, body, at)).toBeNull()
  const none = { ...headers, 'webhook-signature': `v1a,${signature} v1,${wrong}` }
  expect(webhookFault([key], none, body, at)).toBe('its signature does not match')
})

it('takes nothing that is more than five minutes off, in either direction', () => {
  const given = { ...headers, 'webhook-signature': `v1,${signature}` }
  for (const off of [-300_000, 0, 300_000]) expect(webhookFault([key], given, body, at + off)).toBeNull()
  for (const off of [-301_000, 301_000]) expect(webhookFault([key], given, body, at + off)).toContain('300 seconds')
})
