import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RawDelivery } from '@florin/core/gateways'
import { afterEach, describe, expect, it } from 'vitest'
import { createAcquirer, type SandboxServerOptions, sandbox, startSandboxServer } from './index.ts'
import { drive } from './test-driver.ts'

const SECRET = 'a-webhook-secret-of-32-characters'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const setUp = async (options: SandboxServerOptions = {}) => {
  const acquirer = createAcquirer({
    accounts: { default: 'sk_test' },
    webhookSecret: SECRET,
    slowMs: 50,
    pendingMs: 60_000,
  })
  cleanups.push(() => acquirer.close())
  const server = await startSandboxServer({ acquirer, ...options })
  cleanups.push(() => server.close())
  const gateway = sandbox({ baseUrl: server.url, apiKey: 'sk_test', webhookSecret: SECRET })
  cleanups.push(() => gateway.transport.close?.())
  return { ...drive(gateway), gateway, server, acquirer }
}

const form = (result: string) => ({
  method: 'POST',
  body: new URLSearchParams({ result }),
  redirect: 'manual' as const,
})

describe('over HTTP', () => {
  it('takes a payment from authorization to refund', async () => {
    const { run, charge, target, capture, refund, lookup, acquirer } = await setUp()
    const command = charge('tok_approve_amex')
    const answer = await run(command)
    expect(answer).toMatchObject({ effect: 'applied', instrument: { network: 'amex', last4: '0005' } })
    expect(await run(command)).toEqual(answer)
    const held = target(command, answer)
    expect(await run(capture(held, 10_000n))).toMatchObject({ effect: 'applied', cost: 150n })
    expect(await run(refund(held, 10_000n))).toMatchObject({ effect: 'applied' })
    expect(await run(lookup('authorize', { ...held, gatewayId: null }))).toMatchObject({ effect: 'applied' })
    expect(acquirer.effects(command.attempt)).toEqual({ requests: 2, effects: 1 })
    expect(await run(charge('tok_slow'))).toMatchObject({ effect: 'applied' })
    expect(await run(charge('tok_stolen_card'))).toMatchObject({ effect: 'rejected', decline: { class: 'hard' } })
  })

  it('fails as a provider fails', async () => {
    const { run, charge, acquirer, server } = await setUp()
    const command = charge()
    for (const [how, effect] of [
      ['drop_before', 'unknown'], // over a socket nobody can tell it from drop_after
      ['drop_after', 'unknown'],
      ['cut_body', 'unknown'],
      ['error_500_after', 'unknown'],
    ] as const) {
      acquirer.fail({ how })
      expect(await run(command), how).toMatchObject({ effect })
    }
    expect(acquirer.effects(command.attempt)).toEqual({ requests: 4, effects: 1 })
    await server.pause()
    expect(await run(charge())).toMatchObject({ effect: 'not_sent' })
    await server.resume()
    expect(await run(command)).toMatchObject({ effect: 'applied' })
  })

  it('refuses a key that it does not know, without effect', async () => {
    const { server, acquirer } = await setUp()
    const stranger = sandbox({ baseUrl: server.url, accounts: { default: 'sk_wrong' } })
    cleanups.push(() => stranger.transport.close?.())
    const { run, charge } = drive(stranger)
    expect(await run(charge())).toMatchObject({
      effect: 'rejected',
      decline: { class: 'configuration', code: 'unauthorized' },
    })
    expect(await run({ ...charge(), account: 'other' })).toMatchObject({ effect: 'not_sent' })
    expect(acquirer.books().charges).toEqual([])
  })

  it('answers in plain terms to what is not a request of its own', async () => {
    const { server } = await setUp()
    const headers = { authorization: 'Bearer sk_test', 'idempotency-key': 'k' }
    const post = (path: string, body: string, more: Record<string, string> = headers) =>
      fetch(server.url + path, { method: 'POST', headers: more, body })
    expect((await post('/v1/charges', '{')).status).toBe(400)
    expect((await post('/v1/charges', '[]')).status).toBe(400)
    expect((await post('/v1/charges', '{}', { authorization: 'Bearer sk_test' })).status).toBe(400)
    expect((await post('/v1/charges', '{}', {})).status).toBe(401)
    expect((await post('/v1/nothing', '{}')).status).toBe(404)
    expect((await post('/v1/charges/%E0%A4%A/capture', '{"reference":"a"}')).status).toBe(404)
    expect((await post('/v1/charges', 'x'.repeat(70_000))).status).toBe(413)
    expect((await fetch(`${server.url}/v1/charges/ch_1`, { headers })).status).toBe(404)
  })

  it('says so where the port is taken', async () => {
    const { server } = await setUp()
    await expect(startSandboxServer({ port: server.port })).rejects.toMatchObject({ code: 'configuration' })
  })
})

describe('the challenge page', () => {
  const challenged = async (returnUrl: string | null = 'https://shop.test/return?order=1') => {
    const all = await setUp()
    const command = all.charge('tok_3ds', { returnUrl, amount: 4_990n })
    const answer = await all.run(command)
    if (answer.effect !== 'pending' || answer.action?.url === undefined) throw new Error('no challenge')
    return { ...all, command, held: all.target(command, answer), url: answer.action.url }
  }

  it.each([
    ['pass', { effect: 'applied' }],
    ['fail', { effect: 'rejected', decline: { code: 'authentication_failed' } }],
  ])('shows what is to be paid, and %s goes back to the shop with a result', async (result, expected) => {
    const { run, complete, held, url, server } = await challenged()
    expect(url.startsWith(server.url)).toBe(true)
    const page = await fetch(url)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('49.90 EUR')
    const back = await fetch(url, form(result))
    expect(back.status).toBe(303)
    const returned = new URL(back.headers.get('location') ?? '')
    expect(returned.searchParams.get('order')).toBe('1')
    const payload = Object.fromEntries(returned.searchParams)
    expect(await run(complete(held, payload, 4_990n))).toMatchObject(expected)
    expect((await fetch(url)).status).toBe(404)
  })

  it('thanks the buyer where there is no shop to return to, and understands only its own buttons', async () => {
    const { url, server } = await challenged(null)
    expect((await fetch(url, form('maybe'))).status).toBe(400)
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405)
    const thanks = await fetch(url, form('pass'))
    expect(await thanks.text()).toContain('go back to the shop')
    expect((await fetch(`${server.url}/challenge/ch_unknown`)).status).toBe(404)
  })

  it('sends nobody to an address that is not a web page', async () => {
    const { run, charge } = await setUp()
    for (const returnUrl of ['javascript:alert(1)', '/return', 'shop.test', 'data:text/html,x'])
      expect(await run(charge('tok_3ds', { returnUrl }))).toMatchObject({
        effect: 'rejected',
        decline: { code: 'invalid_request' },
      })
  })
})

describe('webhooks over HTTP', () => {
  it('are POSTed to the account’s URL until it takes them, and verify', async () => {
    const taken: RawDelivery[] = []
    let refuse = 1
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const headers = { 'sandbox-signature': String(request.headers['sandbox-signature']) }
        taken.push({
          account: request.url?.split('/').at(-1) ?? '',
          headers,
          body: Buffer.concat(chunks),
          receivedAt: Date.now(),
        })
        response.writeHead(refuse-- > 0 ? 500 : 204).end()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => receiver.close())
    const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
    const { run, charge, acquirer, gateway } = await setUp({
      webhookUrl: (account) => `${origin}/v1/webhooks/sandbox/${account}`,
    })
    const command = charge()
    await run(command)
    await acquirer.webhooksIdle()
    acquirer.tick() // does not wait for the retry's second
    await acquirer.webhooksIdle()
    expect(taken).toHaveLength(2)
    for (const delivery of taken) {
      gateway.verify(delivery)
      expect(gateway.parse(delivery.body, delivery.account)).toMatchObject([
        { attempt: command.attempt, of: 'authorize', answer: { effect: 'applied' } },
      ])
    }
  })
})

it('refuses to be configured with neither or both of apiKey and accounts, or with plain http to the world', () => {
  const baseUrl = 'https://sandbox.example.com'
  expect(() => sandbox({ baseUrl })).toThrow('either apiKey or accounts')
  expect(() => sandbox({ baseUrl, apiKey: 'k', accounts: { a: 'k' } })).toThrow('either apiKey or accounts')
  expect(() => sandbox({ baseUrl, apiKey: '' })).toThrow('is empty')
  expect(() => sandbox({ baseUrl, accounts: {} })).toThrow('is empty')
  expect(() => sandbox({ baseUrl: 'http://sandbox.example.com', apiKey: 'k' })).toThrow('https')
  expect(() => sandbox({ accounts: ['mars'], acquirer: createAcquirer({ accounts: { eu: 'k' } }) })).toThrow(
    "no account 'mars'",
  )
})
