import { inspect } from 'node:util'
import type { Command, GatewayResponse } from '@florin/core/gateways'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adyen } from '../src/index.ts'
import { answer, cancel, capture, charge, complete, increment, OPTIONS, refund } from './commands.ts'
import { authorization, bodyOf, delivery, event, signed } from './notifications.ts'

const COMMANDS: readonly Command[] = [charge(), complete(), capture(), cancel(), refund(), increment()]

const text = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=$'),
  minLength: 24,
  maxLength: 80,
})
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })

/** As a log would show it: every level, hidden properties and causes included. */
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

/** Answers in which Adyen repeats what it was sent, where people read and where programs do. */
const echoes = (secret: string): readonly GatewayResponse[] => [
  answer(401, { status: 401, errorCode: '000', message: secret, errorType: 'security' }),
  answer(422, { status: 422, errorCode: '100', message: secret, errorType: 'validation', pspReference: secret }),
  answer(422, { status: 422, errorCode: secret, message: secret, errorType: secret }),
  answer(500, secret),
  answer(200, { resultCode: secret, refusalReason: secret, merchantReference: secret }),
  answer(200, { resultCode: 'Refused', refusalReason: secret, refusalReasonCode: secret }),
  answer(201, { status: secret, reference: secret, merchantAccount: secret, pspReference: 'QFQTPCQ8HXSKGK82' }),
]

test('keys and passwords show nowhere: not in the gateway, requests, answers, facts or errors', () => {
  fc.assert(
    fc.property(text, hex, text, (apiKey, hmacKey, webhookPassword) => {
      const secrets = { apiKey, hmacKeys: [hmacKey], webhookPassword }
      const options = { ...OPTIONS, ...secrets, increments: true }
      const gateway = adyen(options)
      const authentic = delivery(bodyOf([signed(event('AUTHORISATION'), hmacKey)]), {
        authorization: authorization(OPTIONS.webhookUser, webhookPassword),
      })
      const echoing = [apiKey, hmacKey, webhookPassword].flatMap(echoes)
      const seen = [
        gateway,
        ...COMMANDS.map((command) => gateway.request(command)),
        ...COMMANDS.flatMap((command) => echoing.map((response) => gateway.read(response, command))),
        gateway.parse(authentic.body, OPTIONS.merchantAccount),
        outcome(() => gateway.verify(authentic)),
        outcome(() => gateway.verify({ ...authentic, headers: { authorization: webhookPassword } })),
        outcome(() => gateway.verify({ ...authentic, account: apiKey.slice(0, 8) })),
        outcome(() => gateway.verify({ ...authentic, body: bodyOf([signed(event('CAPTURE'), 'ab'.repeat(32))]) })),
        outcome(() => gateway.parse(Buffer.from(hmacKey), OPTIONS.merchantAccount)),
        outcome(() => adyen({ ...options, environment: 'live' })),
        outcome(() => adyen({ ...options, apiKey: `${apiKey} ` })),
        outcome(() => adyen({ ...options, hmacKeys: [`${hmacKey}0`] })),
        outcome(() => adyen({ ...options, webhookPassword: `${webhookPassword}\n` })),
        outcome(() => adyen({ ...options, baseUrl: `https://ws:${webhookPassword}@adyen.example.test/v71` })),
        outcome(() => gateway.request(charge({ method: { type: 'card', token: apiKey } }))),
        outcome(() => gateway.request(complete({ payload: { note: webhookPassword } }))),
      ].map(shown)
      for (const each of seen)
        for (const secret of [apiKey, hmacKey, webhookPassword]) expect(each).not.toContain(secret)
    }),
    { numRuns: 25 },
  )
})
