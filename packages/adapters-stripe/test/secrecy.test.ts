import { inspect } from 'node:util'
import type { Command } from '@florin/core/gateways'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stripe } from '../src/index.ts'
import { cancel, capture, charge, complete, increment, lookup, refund } from './commands.ts'
import { answer, wireDecline, wireEvent, wireIntent } from './objects.ts'
import { signedEvent } from './signed-event.ts'

const text = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 24,
  maxLength: 60,
})
const COMMANDS: readonly Command[] = [
  charge(),
  complete(),
  capture(),
  cancel(),
  refund(),
  increment(),
  lookup('authorize'),
]

const shown = (value: unknown): string =>
  [
    inspect(value, { depth: null, showHidden: true }),
    JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each)),
  ].join('\n')

const outcome = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

test('keys and secrets show nowhere: not in the gateway, requests, answers, facts or errors', () => {
  fc.assert(
    fc.property(text, text, (key, signing) => {
      const apiKey = `sk_test_${key}`
      const webhookSecret = `whsec_${signing}`
      const gateway = stripe({ apiKey, webhookSecret, multicapture: true, incrementalAuthorization: true })
      const delivery = signedEvent(wireEvent('payment_intent.succeeded', wireIntent()), webhookSecret)
      const seen = [
        gateway,
        ...COMMANDS.map((command) => gateway.request(command)),
        ...COMMANDS.map((command) =>
          gateway.read(answer({ error: { type: 'card_error', code: apiKey, message: apiKey } }, 402), command),
        ),
        ...COMMANDS.map((command) => gateway.read(answer(wireIntent({ status: apiKey })), command)),
        gateway.read(answer(wireDecline({ decline_code: apiKey })), charge()),
        gateway.parse(delivery.body, 'default'),
        outcome(() => gateway.verify({ ...delivery, headers: { 'stripe-signature': webhookSecret } })),
        outcome(() => gateway.verify({ ...delivery, account: 'other' })),
        outcome(() => gateway.parse(Buffer.from(apiKey), 'default')),
        outcome(() => stripe({ apiKey, webhookSecret, mode: 'live' })),
        outcome(() => stripe({ apiKey, webhookSecret: `${webhookSecret} ` })),
        outcome(() => stripe({ apiKey: `${apiKey} `, webhookSecret })),
        outcome(() => stripe({ accounts: { [key.slice(0, 8)]: { apiKey: webhookSecret, webhookSecret: apiKey } } })),
      ].map(shown)
      for (const each of seen) {
        expect(each).not.toContain(key)
        expect(each).not.toContain(signing)
      }
    }),
    { numRuns: 25 },
  )
})
