import { readdirSync } from 'node:fs'
import type { PaymentView } from '@florin/core'
import { SANDBOX_TOKENS, type SandboxToken } from '@florin/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ApiClient, answerChallenge } from './api-client.ts'
import { createDatabases, createFolders, startTestServer, type TestServer } from './test-server.ts'

const folders = createFolders()
const databases = createDatabases()
afterAll(async () => {
  await databases.close()
  folders.remove()
})

const card = (token: string) => ({ type: 'card', token })
const order = (reference: string, token = 'tok_approve', more: object = {}) => ({
  reference,
  amount: '49.90',
  currency: 'EUR',
  method: card(token),
  ...more,
})

const settled = async (api: ApiClient, { id }: PaymentView): Promise<PaymentView> => {
  await expect.poll(async () => (await api.payment(id)).status, { timeout: 5_000 }).not.toBe('processing')
  return api.payment(id)
}

describe.each(['sqlite', 'postgres'] as const)('the example server on %s', (kind) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(folders.make(), await databases.env(kind))
  }, 60_000)
  afterAll(() => server.stop())
  afterEach(() => expect(server.errors).toEqual([]))
  const acquirer = () => {
    const here = server.example.gateways.sandbox?.here ?? null
    if (here === null) throw new Error('the sandbox runs here')
    return here.acquirer
  }

  it('takes a payment, gives part of it back, and tells how', async () => {
    const { api } = server
    const paid = await api.create(order('flow-1'), 'flow-key')
    expect(paid.status).toBe(201)
    expect(paid.body).toMatchObject({ status: 'succeeded', captured: '49.90', refunded: '0.00' })
    const { body: refunded } = await api.act(paid.body.id, 'refunds', { amount: '9.90' })
    expect(refunded).toMatchObject({ refunded: '9.90', refundable: '40.00', refundState: 'partial' })
    const { entries } = await api.timeline(paid.body.id)
    expect(entries.map(({ type }) => type)).toContain('payment.refunded')
    expect(entries.flatMap(({ postings }) => postings)).not.toEqual([])
    expect((await api.balances()).data.length).toBeGreaterThan(0)
  })

  const expected = ({ outcome }: SandboxToken): string => {
    const last = outcome.kind === 'challenge' || outcome.kind === 'pending' ? outcome.next : outcome
    return last.kind === 'approve' ? 'succeeded' : 'declined'
  }
  it.each(SANDBOX_TOKENS as readonly SandboxToken[])('$token: $summary', async (entry) => {
    const { api } = server
    let { body: payment } = await api.create(order(`card-${entry.token}`, entry.token, { returnUrl: server.url }))
    if (entry.outcome.kind === 'challenge') {
      expect(payment.status).toBe('requires_action')
      const payload = await answerChallenge(
        payment.action?.type === 'redirect' ? (payment.action.url ?? '') : '',
        'pass',
      )
      ;({ body: payment } = await api.act(payment.id, 'resume', { payload }))
    }
    const later = entry.outcome.kind === 'pending'
    if (later) expect(payment.status).toBe('processing')
    // A slow answer is not waited for: a webhook may have told the outcome when the deadline comes.
    const last = later || entry.slow === true ? await settled(api, payment) : payment
    expect(last.status).toBe(expected(entry))
    expect(last.captured).toBe(last.status === 'succeeded' ? '49.90' : '0.00')
  })

  it('fails a challenge that the buyer failed, whatever the return says', async () => {
    const { api } = server
    const { body } = await api.create(order('failed-3ds', 'tok_3ds', { returnUrl: server.url }))
    const payload = await answerChallenge(body.action?.type === 'redirect' ? (body.action.url ?? '') : '', 'fail')
    const { body: ended } = await api.act(body.id, 'resume', { payload })
    expect(ended).toMatchObject({ status: 'declined', decline: { code: 'authentication_failed' } })
  })

  it('charges once for fifty requests with one key at once', async () => {
    const { api } = server
    const before = acquirer().books().charges.length
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.create(order('once'), 'one-key')))
    expect(acquirer().books().charges.length - before).toBe(1)
    const last = await api.create(order('once'), 'one-key')
    for (const { status, body } of answers) expect(status === 409 || body.id === last.body.id).toBe(true)
    expect((await api.create(order('once'), 'one-key')).text).toBe(last.text)
  })

  it('refuses callers without a key, or with one that it does not know', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer nobody' },
      { cookie: 'florin_shop=x', 'florin-shop': 'page' },
    ]) {
      const response = await fetch(`${server.url}/v1/payments`, { headers: headers as Record<string, string> })
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ code: 'unauthenticated' })
    }
  })

  it('lets the shop page act by its cookie, for its own merchant', async () => {
    const page = { 'florin-shop': 'page' }
    const opened = await fetch(`${server.url}/shop/session`, { method: 'POST', headers: page })
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
    const list = await fetch(`${server.url}/v1/payments?reference=flow-1`, { headers: { ...page, cookie } })
    expect(await list.json()).toMatchObject({ data: [{ reference: 'flow-1' }] })
    const verified = await fetch(`${server.url}/shop/verify`, { headers: { ...page, cookie } })
    expect(await verified.json()).toMatchObject({ ok: true, problems: 0 })
    expect((await fetch(`${server.url}/shop/verify`)).status).toBe(403)
    expect((await fetch(`${server.url}/shop/session`, { method: 'POST' })).status).toBe(403)
  })

  it('serves the page with nothing in it but its own, and no key', async () => {
    const response = await fetch(server.url)
    const html = await response.text()
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html).not.toMatch(/Bearer|demo:|https?:\/\//)
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g))
      expect((await fetch(`${server.url}${path}`)).status).toBe(200)
  })

  it('is healthy, describes itself, and knows what it does not have', async () => {
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${server.url}/openapi.json`)).json()).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
    })
    const missing = await fetch(`${server.url}/nothing`)
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toBe('application/problem+json')
  })

  it.each(['/%E0%A4%A', '/..%2f..%2fpackage.json', '/%00', '/.env'])('gives nothing away at %s', async (path) => {
    const response = await fetch(`${server.url}${path}`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('shows every test card of the sandbox', async () => {
    const { data } = (await (await fetch(`${server.url}/shop/cards`)).json()) as { data: { token: string }[] }
    expect(data.map(({ token }) => token)).toEqual(SANDBOX_TOKENS.map(({ token }) => token))
  })

  it('agrees with the acquirer after all of it', async () => {
    expect(await server.example.florin.verify()).toMatchObject({ ok: true })
  })
})

describe.each(['sqlite', 'postgres'] as const)('a restart on %s', { timeout: 30_000 }, (kind) => {
  it('keeps payments, the sandbox’s charges and the answers under their keys', async () => {
    const first = await startTestServer(folders.make(), await databases.env(kind))
    const created = await first.api.create(order('kept', 'tok_approve', { capture: 'manual' }), 'kept-key')
    expect(created.body.status).toBe('authorized')
    await first.stop()
    const second = await first.again()
    expect((await second.api.create(order('kept', 'tok_approve', { capture: 'manual' }), 'kept-key')).text).toBe(
      created.text,
    )
    const { body: captured } = await second.api.act(created.body.id, 'capture', { amount: '20.00' })
    expect(captured).toMatchObject({ status: 'succeeded', captured: '20.00' })
    await second.stop()
    const third = await second.again()
    const { body: refunded } = await third.api.act(created.body.id, 'refunds', {})
    expect(refunded).toMatchObject({ refunded: '20.00', refundState: 'full' })
    expect(await third.example.florin.verify()).toMatchObject({ ok: true })
    expect([...first.errors, ...second.errors, ...third.errors]).toEqual([])
    await third.stop()
  })

  it('finds the outcome of a payment that was on its way when the server stopped', async () => {
    const first = await startTestServer(folders.make(), await databases.env(kind))
    const { body } = await first.api.create(order('pending', 'tok_pending'))
    expect(body.status).toBe('processing')
    await first.stop()
    const second = await first.again({ FLORIN_LEASE_MS: '200' })
    expect((await settled(second.api, body)).status).toBe('succeeded')
    await second.stop()
  })
})

describe('without a file', () => {
  it('takes payments all the same, and leaves nothing', async () => {
    const folder = folders.make()
    const server = await startTestServer(folder, { FLORIN_DB: ':memory:' })
    expect((await server.api.create(order('gone'))).body.status).toBe('succeeded')
    await server.stop()
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a start that cannot be', () => {
  it('leaves nothing open: the port is free again, and the database too', async () => {
    const folder = folders.make()
    const first = await startTestServer(folder)
    const { port } = first.example
    await expect(first.again({ PORT: `${port}` })).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`)
    await expect(first.again({ PORT: '0' })).rejects.toThrow(/test\.db\.sandbox\.jsonl/)
    await first.stop()
    const second = await first.again({ PORT: `${port}` })
    await second.stop()
  })
})
