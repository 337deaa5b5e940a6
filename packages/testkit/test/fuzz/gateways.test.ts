import type { Answer, RawDelivery } from '@florin/core/gateways'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mutated } from './hostile-json.ts'
import { adyenSamples, sandboxSamples, stripeSamples } from './providers.ts'
import { runs, WITHIN_MS } from './runs.ts'
import type { Samples } from './samples.ts'
import { expectTyped, tried } from './unharmed.ts'
import { answerFault, disputeFault, factFault } from './well-formed.ts'

const CARD = '4111111111111111'
const REFUSALS = ['webhook_rejected', 'webhook_foreign']
const all: readonly Samples[] = [
  await sandboxSamples(),
  await stripeSamples('one_step'),
  await stripeSamples('two_step'),
  await adyenSamples(),
]

const status = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(200, 201, 204, 301, 400, 401, 402, 404, 409, 422, 429, 500, 503, 0, 999) },
)
const hostileHeaders = fc.dictionary(
  fc.constantFrom('retry-after', 'date', 'idempotent-replayed', 'transient-error', 'stripe-should-retry', '__proto__'),
  fc.constantFrom('', '0', '-1', '1e9', '99999', '99999999999', 'true', 'false', 'Thu, 01 Jan 1970 00:00:00 GMT', 'x'),
)

/** What is for the buyer's device goes there as it came; and a provider's or network's id may look like a card by chance. */
const PASSED_ON: ReadonlySet<string> = new Set(['action', 'gatewayId', 'networkTransactionId'])

const nothingOfCards = (answer: Answer): void => {
  const told = JSON.stringify(answer, (name, value) =>
    PASSED_ON.has(name) || typeof value === 'bigint' ? undefined : value,
  )
  expect(told).not.toContain(CARD)
}

describe.each(all)('$name', ({ gateway, exchanges, deliveries, secrets, sign, signsBody }) => {
  test('the samples are worth mutating', () => {
    expect(exchanges.length).toBeGreaterThan(8)
    expect(deliveries.length).toBeGreaterThan(2)
    const effects = new Set(exchanges.map(({ command, response }) => gateway.read(response, command).effect))
    expect(effects.size).toBeGreaterThan(2)
    for (const delivery of deliveries) gateway.verify(delivery)
    expect(deliveries.flatMap(({ body, account }) => gateway.parse(body, account)).length).toBeGreaterThan(2)
  })

  test(
    'whatever is answered, read neither throws nor hangs, and gives what core can rely on',
    () => {
      const answered = mutated(exchanges, ({ response }) => response.body)
      fc.assert(
        fc.property(answered, status, hostileHeaders, ({ sample, text }, code, headers) => {
          const response = { status: code ?? sample.response.status, body: text, headers }
          const outcome = tried(() => gateway.read(response, sample.command))
          if ('error' in outcome) throw new Error('read threw', { cause: outcome.error })
          expect(answerFault(outcome.value)).toBeNull()
          nothingOfCards(outcome.value)
        }),
        runs(2_000),
      )
    },
    WITHIN_MS,
  )

  test(
    'whatever is sent to its webhook, verify refuses what was changed, with a reason that tells no secret',
    () => {
      const sent = mutated(deliveries, ({ body }) => Buffer.from(body).toString())
      fc.assert(
        fc.property(sent, hostileHeaders, fc.boolean(), ({ sample, text }, more, bare) => {
          const delivery: RawDelivery = {
            ...sample,
            headers: bare ? more : { ...sample.headers, ...more },
            body: Buffer.from(text),
          }
          const outcome = tried(() => gateway.verify(delivery))
          if ('error' in outcome) return expectTyped(outcome.error, REFUSALS, secrets)
          expect(bare).toBe(false)
          expect(text === Buffer.from(sample.body).toString() || !signsBody).toBe(true)
        }),
        runs(1_000),
      )
    },
    WITHIN_MS,
  )

  test(
    'whatever an authentic webhook says, parse gives what core can rely on, or a typed refusal',
    () => {
      const sent = mutated(deliveries, ({ body }) => Buffer.from(body).toString())
      let accepted = 0
      let disputed = 0
      fc.assert(
        fc.property(sent, ({ sample, text }) => {
          const delivery = sign(sample, Buffer.from(text))
          const verified = tried(() => gateway.verify(delivery))
          if ('error' in verified) return expectTyped(verified.error, REFUSALS, secrets)
          const outcome = tried(() => gateway.parse(delivery.body, delivery.account))
          if ('error' in outcome) return expectTyped(outcome.error, REFUSALS, secrets)
          for (const fact of outcome.value) expect(factFault(fact)).toBeNull()
          const told = tried(() => gateway.disputes?.parse(delivery.body, delivery.account) ?? [])
          if ('error' in told) return expectTyped(told.error, REFUSALS, secrets)
          for (const fact of told.value) expect(disputeFault(fact)).toBeNull()
          disputed += told.value.length
          accepted += 1
        }),
        runs(2_000),
      )
      expect(accepted).toBeGreaterThan(100)
      expect(disputed > 20 || gateway.name === 'sandbox').toBe(true) // its samples have no dispute
    },
    WITHIN_MS,
  )

  test(
    'whatever its signature header is, verify refuses it without a crash',
    () => {
      const [name = ''] = Object.keys(sign(deliveries[0] as RawDelivery, new Uint8Array()).headers).filter((each) =>
        /signature|authorization/.test(each),
      )
      const pieces = fc.constantFrom('t=', 'v1=', ',', '=', 'Basic ', 'aa'.repeat(32), '1', '9'.repeat(500), ':', ' ')
      const header = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(pieces, { maxLength: 2_000 }).map((all) => all.join('')),
      )
      fc.assert(
        fc.property(header, (value) => {
          const [delivery] = deliveries as readonly [RawDelivery]
          const outcome = tried(() => gateway.verify({ ...delivery, headers: { [name]: value } }))
          if (!('error' in outcome)) throw new Error(`it was accepted with ${JSON.stringify(value)}`)
          expectTyped(outcome.error, REFUSALS, secrets)
        }),
        runs(500),
      )
    },
    WITHIN_MS,
  )
})
