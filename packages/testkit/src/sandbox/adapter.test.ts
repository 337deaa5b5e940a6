import type { Answer, Command, GatewayResponse } from '@florin/core/gateways'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeRuntime } from '../clock/index.ts'
import { createAcquirer, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

/** One exchange of every command: what was asked, what came back, and what that means. */
const everyExchange = async () => {
  const runtime = fakeRuntime()
  const gateway = sandbox({ acquirer: createAcquirer(runtime) })
  const driver = drive(gateway, runtime.clock.now)
  const made: { command: Command; response: GatewayResponse; answer: Answer }[] = []
  const run = async (command: Command): Promise<Answer> => {
    const sent = await gateway.transport.send(gateway.request(command), { account: 'default', deadline: 2 ** 52 })
    if (sent.outcome !== 'answered') throw new Error(sent.reason)
    const answer = gateway.read(sent.response, command)
    made.push({ command, response: sent.response, answer })
    return answer
  }
  const command = driver.charge()
  const held = driver.target(command, await run(command))
  await run(driver.increment(held, 11_000n, 1_000n))
  const taking = driver.capture(held, 5_000n, false)
  const taken = driver.target(taking, await run(taking))
  await run(driver.refund(held, 1_000n))
  await run(driver.cancel(held))
  await run(driver.lookup('capture', taken))
  await run(driver.lookup('capture', { ...taken, gatewayId: null }))
  await run(driver.charge('tok_approve', { type: 'redirect' }, 'sale'))
  await run(driver.charge('tok_insufficient_funds'))
  const challenged = driver.charge('tok_3ds')
  const waiting = driver.target(challenged, await run(challenged))
  await run(driver.complete(waiting, gateway.acquirer.challenge(challenged.attempt, 'pass').payload))
  await run(driver.lookup('authorize', waiting))
  await run(driver.charge('tok_pending', { type: 'bank_transfer' }, 'sale'))
  return { gateway, made }
}

const { gateway, made } = await everyExchange()

/** What an answer would show. */
const told = (response: GatewayResponse, command: Command): string =>
  JSON.stringify(gateway.read(response, command), (_, value) => (typeof value === 'bigint' ? `${value}` : value))

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

describe('request', () => {
  it('is pure: the same command gives the same bytes, whatever happened in between', () => {
    for (const { command } of made) {
      const copy = structuredClone(command)
      expect(gateway.request(freeze(copy))).toEqual(gateway.request(command))
      expect(JSON.stringify(gateway.request(copy))).toBe(JSON.stringify(gateway.request(command)))
    }
  })

  it('gives the gateway the attempt as reference and the merchant’s own as metadata, and asks for its capture mode', () => {
    const charges = made.filter(({ command }) => command.kind === 'authorize' || command.kind === 'sale')
    for (const { command } of charges) {
      const { body, headers } = gateway.request(command)
      expect(JSON.parse(body ?? '')).toMatchObject({
        reference: command.attempt,
        capture: command.kind === 'authorize' ? 'manual' : 'automatic',
        metadata: { merchant_reference: 'order-1' },
      })
      expect(headers['idempotency-key']).toBe(command.kind === 'lookup' ? undefined : command.key)
    }
  })

  it('carries no credentials, and a lookup changes nothing', () => {
    for (const { command } of made) {
      const request = gateway.request(command)
      expect(JSON.stringify(request)).not.toMatch(/bearer|authorization"|sandbox_default/i)
      expect(request.method).toBe(command.kind === 'lookup' ? 'GET' : 'POST')
    }
  })
})

describe('read', () => {
  it('is pure', () => {
    for (const { command, response, answer } of made)
      expect(gateway.read(freeze(structuredClone(response)), command)).toEqual(answer)
  })

  it.each([
    ['another reference', { attempt: 'att_other', target: { attempt: 'att_other', gatewayId: null } }],
    ['another currency', { currency: 'USD' }],
  ])('an answer about %s is unknown', (_, change) => {
    for (const { command, response } of made)
      expect(gateway.read(response, { ...command, ...change } as Command).effect).toBe('unknown')
  })

  it('an answer about another amount is unknown, but for a cancel, which has none', () => {
    for (const { command, response } of made) {
      if (command.kind === 'cancel' || command.kind === 'lookup') continue
      expect(gateway.read(response, { ...command, amount: 77n }).effect).toBe('unknown')
    }
  })

  it('an answer to another kind of command is unknown', () => {
    for (const { response, command } of made) {
      for (const { command: other } of made) {
        if (other.kind === command.kind || (command.kind === 'lookup' && other.kind !== 'lookup')) continue
        const swapped = {
          ...other,
          attempt: command.attempt,
          currency: command.currency,
          amount: command.amount,
        } as Command
        if (swapped.kind === 'lookup' || swapped.kind === 'complete' || command.kind === 'complete') continue
        expect(gateway.read(response, swapped).effect).toBe('unknown')
      }
    }
  })

  it.each([500, 502, 503, 504, 520])('%i is unknown, and says so where it is a replay', (status) => {
    for (const { command, response } of made) {
      expect(gateway.read({ ...response, status }, command)).toMatchObject({ effect: 'unknown' })
      const replay = { ...response, status, headers: { 'idempotent-replayed': 'true' } }
      expect(gateway.read(replay, command)).toMatchObject({ effect: 'unknown', replayed: true })
    }
  })

  it.each([
    [201, '{}'],
    [204, ''],
    [302, ''],
    [200, ''],
    [200, '[]'],
    [200, 'null'],
    [200, '{"object":"charge"}'],
    [200, '<html>maintenance</html>'],
    [402, '{"error":{"code":"declined"}}'],
    [418, '{"error":{"code":"teapot"}}'],
    [404, '<html>no such host</html>'],
    [404, '{"error":"not_found"}'],
    [400, '{"error":{"code":"brand_new"}}'],
    [422, '{"error":{"code":"__proto__"}}'],
    [429, 'slow down'],
    [409, ''],
  ])('%i %s is unknown to every command', (status, body) => {
    for (const { command } of made) expect(gateway.read({ status, headers: {}, body }, command).effect).toBe('unknown')
  })

  it('an error code that is none of its words is repeated nowhere, and an id as long as a page is none', () => {
    const body = JSON.stringify({ error: { code: '4111111111111111' } })
    for (const { command, response } of made) {
      expect(told({ status: 422, headers: {}, body }, command)).not.toContain('4111')
      const long = JSON.stringify({ ...(JSON.parse(response.body) as object), id: 'x'.repeat(10_000) })
      if (response.status === 200) expect(told({ ...response, body: long }, command).length).toBeLessThan(2_000)
    }
  })

  it('an action that leads elsewhere than to the web is unknown: a browser would be sent there', () => {
    const { command, response } = made.find(({ response: { body } }) =>
      body.includes('"redirect"'),
    ) as (typeof made)[number]
    for (const url of ['javascript:alert(1)', 'ttps://x.test', '//x.test', '']) {
      const body = response.body.replace(/"url":"[^"]*"/, `"url":"${url}"`)
      expect(gateway.read({ ...response, body }, command).effect).toBe('unknown')
    }
  })

  it('documented refusals had no effect, which says nothing about what a lookup or a completion is about', () => {
    const body = (code: string) => JSON.stringify({ error: { code, message: 'x' } })
    for (const { command } of made) {
      const unauthorized = gateway.read({ status: 401, headers: {}, body: body('unauthorized') }, command)
      const open = command.kind === 'lookup' || command.kind === 'complete'
      expect(unauthorized.effect).toBe(open ? 'unknown' : 'rejected')
      const missing = gateway.read({ status: 404, headers: {}, body: body('not_found') }, command)
      expect(missing.effect).toBe(command.kind === 'lookup' ? 'absent' : open ? 'unknown' : 'rejected')
      const later = gateway.read({ status: 409, headers: { 'retry-after': '7' }, body: body('in_flight') }, command)
      expect(later).toMatchObject({ effect: 'unknown', retryAfterMs: 7_000 })
    }
  })

  it('a decline code that is new is never retried', () => {
    const declined = made.find(({ answer }) => answer.effect === 'rejected')
    if (declined === undefined) throw new Error('there was no decline')
    const body = declined.response.body.replaceAll('insufficient_funds', 'mercury_in_retrograde')
    expect(gateway.read({ ...declined.response, body }, declined.command)).toMatchObject({
      effect: 'rejected',
      decline: { class: 'hard', code: 'unknown_decline', gatewayCode: 'mercury_in_retrograde' },
    })
  })

  it('tolerates fields that are new', () => {
    for (const { command, response, answer } of made)
      expect(gateway.read({ ...response, body: response.body.replace('{', '{"brand_new":[1],') }, command)).toEqual(
        answer,
      )
  })

  it('whatever is done to one field, the answer stays what it was or becomes unknown', () => {
    const junk = fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      'x',
      '-1',
      '1.5',
      '1e3',
      0,
      1.5,
      true,
      [],
      {},
      'authorised',
    )
    const exchange = fc.constantFrom(...made.filter(({ answer }) => answer.effect === 'applied'))
    fc.assert(
      fc.property(exchange, junk, fc.nat(), ({ command, response, answer }, value, pick) => {
        const parsed = JSON.parse(response.body) as Record<string, unknown>
        const subject = Array.isArray(parsed.data) ? (parsed.data[0] as Record<string, unknown>) : parsed
        const field = Object.keys(subject)[pick % Object.keys(subject).length] ?? ''
        subject[field] = value
        const read = gateway.read({ ...response, body: JSON.stringify(parsed) }, command)
        if (read.effect === 'unknown') return
        expect(read.effect).toBe(answer.effect)
        // only what is about nothing but itself may have changed: not the money, not the id
        if (field !== 'id')
          expect('gatewayId' in read && read.gatewayId).toBe('gatewayId' in answer && answer.gatewayId)
        if (read.effect === 'applied' && answer.effect === 'applied' && field !== 'authorized' && field !== 'captured')
          expect(read.amount).toBe(answer.amount)
      }),
      { numRuns: 500 },
    )
  })
})
