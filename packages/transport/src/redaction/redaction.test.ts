import { inspect } from 'node:util'
import { hasPan } from '@florin/core/gateways'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { redact, redactHeaders, redactValue } from '../index.ts'

const PANS = ['4111111111111111', '5555555555554444', '378282246310005', '4000002500003155', '6304000000000000']
const HMAC = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056'
const ADYEN_KEY =
  'AQEyhmfxLI3MaBFLw0m/n3Q5qf3VaY9UCJ14XWZE03G/k2NFitRvbe4N1XqH1eHaH2AksaEQwV1bDb7kfNy1WIxIIkxgBw==-y3qzswmlm=-W+t7NF;s4}%=kUSD'
// Nothing that was ever valid: each has the shape alone.
const SECRETS = [
  ['sk', 'live', 'CANARY51H8x'].join('_'),
  ['rk', 'test', 'CANARY51H8x'].join('_'),
  ['whsec', 'CANARY/abc+def='].join('_'),
  'pi_3MtwBw_secret_CANARYYrKJKUF3cZ',
  'pm_1CANARYabcdefgh12345',
  'Bearer CANARY.123-x',
  'Basic Q0FOQVJZOnBhc3N3b3Jk',
  'eyJhbGciOiJDQU5BUlkifQ.eyJDQU5BUlkiOjF9.CANARY',
  'adyenjs_0_1_25$CANARYabc/def==',
  'DE89 3704 0044 0532 0130 00',
  'GB82WEST12345698765432',
  'canary.buyer@example.com',
  HMAC,
  ADYEN_KEY,
]
const FIELDS = [
  ...[
    'cvc',
    'cvv',
    'securityCode',
    'card_cvc',
    'exp_month',
    'expiryYear',
    'encryptedCardNumber',
    'encryptedSecurityCode',
  ],
  ...['client_secret', 'apiKey', 'x-api-key', 'password', 'hmacKey', 'token', 'access_token', 'number', 'holderName'],
  ...[
    'shopperEmail',
    'iban',
    'account_number',
    'firstName',
    'name',
    'ip',
    'shopperIP',
    'redirectResult',
    'authorization',
  ],
]
const CANARY = 'XCANARYX'

describe('in JSON, forms and headers', () => {
  test.each([
    ['{"cvc":"123","ok":true}', '{"cvc":"[redacted]","ok":true}'],
    [
      '{"card": {"exp_month": 12, "exp_year": 2030, "brand": "visa"}}',
      '{"card": {"exp_month": [redacted], "exp_year": [redacted], "brand": "visa"}}',
    ],
    ['{"cvc":null,"name":"","token":false}', '{"cvc":null,"name":"","token":false}'],
    ['{"name":{"first":"Jane","last":"Doe"},"id":"x"}', '{"name":[redacted],"id":"x"}'],
    ['{"cvc":["123"],"id":"x"}', '{"cvc":[redacted],"id":"x"}'],
    ['{"cvc":"1\\"2\\\\","id":"x"}', '{"cvc":"[redacted]","id":"x"}'],
    ['{"body":"{\\"cvc\\":\\"1\\\\\\"23\\",\\"id\\":1}"}', '{"body":"{\\"cvc\\":\\"[redacted]\\",\\"id\\":1}"}'],
    ['{"cvc":"12', '{"cvc":"[redacted]'],
    ['card[number]=4242&card%5Bcvc%5D=123&amount=10', 'card[number]=[redacted]&card%5Bcvc%5D=[redacted]&amount=10'],
    ['return_url=https%3A%2F%2Fx.test%3Fcvc%3D123&a=1', 'return_url=https%3A%2F%2Fx.test%3Fcvc%3D[redacted]&a=1'],
    ['Authorization: Digest a="b"\r\nAccept: */*', 'Authorization: [redacted]"b"\r\nAccept: */*'],
    ['cookie: a=1; b=2\nhost: x', 'cookie: [redacted]\nhost: x'],
    ["{ cvc: '123', amount: 10n, name: 'Jane' }", "{ cvc: '[redacted]', amount: 10n, name: '[redacted]' }"],
    ['"card.cvc":"123"', '"card.cvc":"[redacted]"'],
    ['pi_3MtwBw_secret_abc', 'pi_3MtwBw_secret_[redacted]'],
    ['pay with 4111 1111 1111 1111 today', 'pay with **** **** **** 1111 today'],
  ])('%s', (text, shown) => {
    expect(redact(text)).toBe(shown)
    expect(redact(shown)).toBe(shown)
  })

  test.each(SECRETS)('a secret by its shape: %s', (secret) => {
    for (const text of [secret, `key ${secret}.`, `"${secret}"`, `x%3D${secret}`, `%20${secret}`, `(${secret})`]) {
      expect(redact(text)).not.toMatch(/CANARY|Q0FOQVJZ|CANARY|3704 0044|WEST1234|canary|1EB0C71F|G\/k2NFit|kUSD|buyer/)
      expect(redact(redact(text))).toBe(redact(text))
    }
  })

  test.each([
    '{"id":"pi_3MtwBwLkdIwHu7ix28a3tqPa","amount":2000,"currency":"usd","created":1680800504,"status":"requires_capture"}',
    '{"pspReference":"993617895204576J","resultCode":"Authorised","merchantReference":"att_01j9zy3k7q8r9s0t1v2w3x4y5z"}',
    '{"error":{"code":"card_declined","decline_code":"insufficient_funds","type":"card_error","param":"source"}}',
    'amount[value]=4990&metadata%5Battempt%5D=att_1&capture_method=manual&payment_method_types[0]=card',
    'no connection (ECONNREFUSED)',
    'the answer is longer than 1000 bytes',
    'Basic authentication is required. The bearer token is missing; name: what it is called.',
    '018f3e9a-7c1b-7def-8abc-0123456789ab 2026-01-01T00:00:00.000Z 1767225600000 192 + 4990 EUR',
    'https://api.example.com/v1/charges/ch_3MtwBw/capture?expand[]=charge',
  ])('what is harmless stays: %s', (text) => expect(redact(text)).toBe(text))

  it('keeps words', () => {
    const words = fc.lorem({ mode: 'sentences', maxCount: 5 })
    fc.assert(fc.property(words, (text) => void expect(redact(text)).toBe(text)))
  })
})

type Wrap = (text: string) => string
const WRAPS: Wrap[] = [
  (text) => JSON.stringify({ id: 1, note: text, after: 'x' }),
  (text) => JSON.stringify([text, { deep: { deeper: text } }], null, 2),
  (text) => `a=1&x=${encodeURIComponent(text)}&z=2`,
  (text) => new URLSearchParams({ b: text, c: 'd' }).toString(),
  (text) => `failed: ${text} (and so on)`,
  (text) => inspect({ text }),
  (text) => `x-header: 1\r\n\r\n${text}\r\n`,
]
const wrapped = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(inner, fc.array(fc.constantFrom(...WRAPS), { maxLength: 3 }))
    .map(([text, wraps]) => wraps.reduce((around, wrap) => wrap(around), text))

const field = fc.constantFrom(...FIELDS)
const canaried = fc.oneof(
  field.map((name) => JSON.stringify({ id: 'a', [name]: CANARY, z: 1 })),
  field.map((name) => JSON.stringify({ a: [{ [name]: `q"u\\o${CANARY}\n` }] }, null, 1)),
  field.map((name) => `{"${name}":{"value":"}\\"${CANARY}"}}`),
  field.map((name) => `a=1&data[card][${name}]=${CANARY}&z=1`),
  field.map((name) => new URLSearchParams({ [`data[card][${name}]`]: CANARY, z: '1' }).toString()),
)

const unescaped = (text: string): string =>
  text.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

describe('no canary survives', () => {
  it('by its field, however it is nested', () => {
    fc.assert(
      fc.property(wrapped(canaried), (text) => {
        const shown = redact(text)
        expect(shown).not.toContain(CANARY)
        expect(redact(shown)).toBe(shown)
      }),
      { numRuns: 2_000 },
    )
  })

  it('as a card number, however it is nested', () => {
    const digits = fc.constantFrom(...PANS)
    const grouped = digits.map((pan) => pan.replaceAll(/(.{4})(?=.)/g, '$1 '))
    const around = fc.tuple(fc.constantFrom('', 'card ', 'no:', '\n', '\f', '€', '"'), fc.oneof(digits, grouped))
    const pan = around.map(([before, number]) => before + number)
    fc.assert(
      fc.property(wrapped(pan), (text) => {
        const shown = redact(text)
        expect(hasPan(shown)).toBe(false)
        for (let plain = shown, i = 0; i < 4; i++, plain = unescaped(plain))
          expect(plain.replaceAll(/[ +]/g, '')).not.toMatch(
            /4111111111111|55555555555|378282246310|400000250000|63040000/,
          )
      }),
      { numRuns: 2_000 },
    )
  })

  it('as a number, key, error, cause or member of anything', () => {
    const secret = fc.constantFrom(...SECRETS.filter((each) => each.includes('CANARY')))
    const leaf = fc.oneof(
      secret,
      secret.map((text) => new Error(text)),
      secret.map((text) => new Map([[text, { cvc: CANARY }]])),
      secret.map((text) => new Set([text])),
      secret.map((text) => ({ [text]: 1, number: 4_111_111_111_111_111, big: 5_555_555_555_554_444n })),
      field.map((name) => ({ [name]: CANARY })),
    )
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        tie('error'),
        tie('object'),
      ),
      error: tie('value').map((cause) => new Error('failed', { cause })),
      object: fc.dictionary(fc.constantFrom('id', 'body', '__proto__', 'data'), tie('value'), { maxKeys: 3 }),
    })).value
    fc.assert(
      fc.property(value, (each) => {
        const shown = redactValue(each)
        for (const text of [JSON.stringify(shown) ?? '', inspect(shown, { depth: 99, showHidden: true })]) {
          expect(text).not.toContain('CANARY')
          expect(text).not.toMatch(/4111111111111111|5555555555554444/)
        }
      }),
    )
  })
})

describe('values', () => {
  it('that are hostile are copied as far as they can be', () => {
    const circle: Record<string, unknown> = { id: 1 }
    circle.self = circle
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('sk_live_CANARY')
        },
      },
    )
    const shown = redactValue({ circle, hostile, at: new Date(0), bytes: new Uint8Array(3), call: () => 1 })
    expect(shown).toEqual({
      circle: { id: 1, self: '[circular]' },
      hostile: '[unreadable]',
      at: '1970-01-01T00:00:00.000Z',
      bytes: '[3 bytes]',
      call: '[function]',
    })
    const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => [inner], 'bottom')
    expect(JSON.stringify(redactValue(deep))).toContain('[deeper]')
    expect((redactValue(Array.from({ length: 30_000 }).fill(1)) as unknown[]).length).toBeLessThan(20_002)
  })

  it('that are harmless stay', () => {
    const harmless = { id: 'pi_1', amount: 4990, captured: false, none: null, list: ['a', { b: 2 }] }
    expect(redactValue(harmless)).toEqual(harmless)
  })
})

it('headers that authenticate lose their values, the others what is secret in them', () => {
  expect(
    redactHeaders({
      Authorization: 'x',
      'X-API-Key': 'y',
      cookie: 'z',
      'set-cookie': ['a', 'b'],
      'stripe-signature': 't=1',
      'idempotency-key': 'att_1',
      'content-type': 'application/json',
      'x-echo': `Bearer ${CANARY}1`,
      absent: undefined,
    }),
  ).toEqual({
    Authorization: '[redacted]',
    'X-API-Key': '[redacted]',
    cookie: '[redacted]',
    'set-cookie': '[redacted]',
    'stripe-signature': '[redacted]',
    'idempotency-key': 'att_1',
    'content-type': 'application/json',
    'x-echo': 'Bearer [redacted]',
  })
})

describe('long and hostile texts', () => {
  const pieces = [
    ...[
      '\\',
      '"',
      '{',
      '[',
      'eyJ',
      'a@',
      'a.',
      '%25',
      'sk_live_',
      'AQEa',
      'cvc',
      '"cvc":',
      "cvc:'",
      'cvc\\',
      'cvc ',
      '4111 ',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      'a',
      'Bearer ',
      'DE89',
      '"cvc":{"',
      '{"cvc":"\\',
      'cvc%22',
      '0',
      'pm_',
      '="',
      ':[',
    ],
  ]
  // Each would take minutes if any pattern took more than time in proportion: the test's own time limit is the check.
  it.each(pieces)('of %s', (piece) => {
    const text = piece.repeat(Math.ceil(1_048_576 / piece.length))
    expect(typeof redact(text)).toBe('string')
  })

  it('are cut above 4 MiB, and not in the middle of what is secret', () => {
    const text = `${'x'.repeat(1_048_570)} 4111111111111111 ${'y'.repeat(4_000_000)}`
    const shown = redact(text)
    expect(shown).toMatch(/\[cut: the text has \d+ characters\]$/)
    expect(shown).not.toContain('4111')
    expect(shown.length).toBeLessThan(1_100_000)
  })
})
