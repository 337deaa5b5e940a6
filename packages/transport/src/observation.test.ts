import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import type { GatewayRequest } from '@florin/core/gateways'
import { afterEach, describe, expect, it } from 'vitest'
import { type ExchangeReport, type HttpTransportOptions, httpTransport } from './index.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const observed = async (handler: RequestListener, more: Partial<HttpTransportOptions> = {}) => {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const reports: ExchangeReport[] = []
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const transport = httpTransport({ baseUrl: origin, onExchange: (report) => void reports.push(report), ...more })
  cleanups.push(() => transport.close())
  return { transport, reports, origin }
}

const only = (reports: readonly ExchangeReport[]): ExchangeReport => {
  const [first] = reports
  if (first === undefined || reports.length > 1) throw new Error(`${reports.length} reports`)
  return first
}

const REQUEST: GatewayRequest = {
  method: 'POST',
  path: '/v1/charges?expand=card&client_secret=CANARY',
  headers: { 'Idempotency-Key': 'att_1', 'content-type': 'application/json' },
  body: '{"amount":4990,"card":{"number":"4111111111111111","cvc":"987","exp_month":12}}',
}
const to = (ms = 20_000) => ({ account: 'main', deadline: Date.now() + ms })

describe('a report', () => {
  it('says what was asked and answered, once for each send', async () => {
    let now = 1_000
    const { transport, reports, origin } = await observed(
      (_, response) => {
        now += 25
        response.writeHead(402, { 'request-id': 'req_1', 'retry-after': '7' }).end('{"error":"card_declined"}')
      },
      { clock: { now: () => now }, credentials: () => ({ authorization: 'Bearer CANARY-key' }) },
    )
    const sent = await transport.send(REQUEST, { account: 'main', deadline: now + 20_000 })
    expect(sent).toMatchObject({ response: { headers: { 'retry-after': '7' } } })
    const report = only(reports)
    expect(report).toMatchObject({
      account: 'main',
      origin,
      method: 'POST',
      path: '/v1/charges?expand=…&client_secret=…',
      outcome: 'answered',
      reason: null,
      status: 402,
      requestId: 'req_1',
      durationMs: 25,
      bytesOut: Buffer.byteLength(REQUEST.body ?? ''),
      bytesIn: 25,
    })
    expect(report.request()).toEqual({
      headers: { 'idempotency-key': 'att_1', 'content-type': 'application/json', authorization: '[redacted]' },
      body: '{"amount":4990,"card":{"number":"[redacted]","cvc":"[redacted]","exp_month":[redacted]}}',
    })
    expect(report.response()).toMatchObject({ headers: { 'retry-after': '7' }, body: '{"error":"card_declined"}' })
  })

  it('says what was not sent, and why', async () => {
    const { transport, reports } = await observed((_, response) => response.end('ok'))
    await transport.send(REQUEST, to(0))
    await transport.send({ ...REQUEST, path: 'CANARY' }, to())
    await transport.send({ ...REQUEST, headers: { 'x-bad': 'a\r\nb: CANARY' } }, to())
    await transport.close()
    await transport.send(REQUEST, to())
    expect(reports.map(({ outcome, status, bytesOut }) => ({ outcome, status, bytesOut }))).toEqual(
      Array.from({ length: 4 }, () => ({ outcome: 'not_sent', status: null, bytesOut: 0 })),
    )
    expect(reports.map(({ reason }) => reason)).toEqual([
      'the deadline is over',
      'the path does not begin with one slash',
      'no connection (UND_ERR_INVALID_ARG)',
      'the transport is closed',
    ])
    expect(reports.every((report) => report.response() === null)).toBe(true)
  })

  it('says what is unknown, with the status if its head was there', async () => {
    const { transport, reports } = await observed((_, response) => {
      response.writeHead(200, { 'content-length': '100', pspReference: 'psp_1' })
      response.write('{"cut')
    })
    await transport.send(REQUEST, to(150))
    expect(only(reports)).toMatchObject({
      outcome: 'unknown',
      reason: 'no answer before the deadline',
      status: 200,
      requestId: 'psp_1',
      bytesIn: 5,
    })
    expect(only(reports).bytesOut).toBeGreaterThan(0)
  })

  it('goes to the observer of each transport alone, and costs nothing without one', async () => {
    const { transport, reports } = await observed((_, response) => response.end('ok'), { requestIdHeaders: ['X-Mine'] })
    await Promise.all([transport.send(REQUEST, to()), transport.send(REQUEST, to())])
    expect(reports).toHaveLength(2)
    expect(reports[0]?.requestId).toBe(null)
  })
})

describe('an observer', () => {
  it('that throws or rejects harms nobody, and is told of once without a word of its own', async () => {
    const warnings: string[] = []
    const note = (warning: Error) => void warnings.push(inspect(warning))
    process.on('warning', note)
    cleanups.push(() => process.off('warning', note))
    for (const onExchange of [
      () => {
        throw new Error('CANARY')
      },
      async () => {
        throw new Error('CANARY')
      },
    ]) {
      const { transport } = await observed((_, response) => response.end('ok'), { onExchange })
      for (let i = 0; i < 3; i++) expect((await transport.send(REQUEST, to())).outcome).toBe('answered')
      expect((await transport.send(REQUEST, to(0))).outcome).toBe('not_sent')
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings.filter((each) => each.includes('onExchange'))).toHaveLength(2)
    expect(warnings.join('')).not.toContain('CANARY')
  })
})

describe('no canary', () => {
  const KEY = 'CANARY*key/without+shape='
  const leaks = (report: ExchangeReport): string =>
    [report, report.request(), report.response()]
      .flatMap((each) => [inspect(each, { depth: 20, showHidden: true }), JSON.stringify(each)])
      .join('\n')

  it('survives in a report, even where the gateway repeats everything', async () => {
    const { transport, reports } = await observed(
      (request, response) => {
        let body = ''
        request.on('data', (chunk) => {
          body += chunk
        })
        request.on('end', () => {
          const echo = { url: request.url, headers: request.headers, body, again: JSON.parse(body) }
          response.setHeader('x-echo', request.headers.authorization ?? '')
          response.setHeader('request-id', String(request.headers['x-api-key']))
          response.end(JSON.stringify({ ...echo, form: new URLSearchParams({ key: KEY }).toString() }))
        })
      },
      {
        credentials: () => ({
          'X-Api-Key': KEY,
          authorization: `Basic ${Buffer.from('user:CANARY-password').toString('base64')}`,
          'x-odd': `{"${KEY}"`,
        }),
      },
    )
    const body = '{"cvc":"CANARY","email":"canary@example.com","number":"4111111111111111","note":"CANARY-password"}'
    const sent = await transport.send({ ...REQUEST, body }, to())
    expect(JSON.stringify(sent)).toContain(KEY) // the adapter reads the answer as it is
    const text = leaks(only(reports))
    expect(text).not.toMatch(/CANARY|canary|4111111111111111/)
    expect(text).not.toContain(Buffer.from('user:CANARY-password').toString('base64'))
  })

  it('survives in what a failing credential throws', async () => {
    const { transport, reports } = await observed((_, response) => response.end('ok'), {
      credentials: () => {
        throw new Error('CANARY', { cause: new Error('CANARY') })
      },
    })
    const sent = await transport.send({ ...REQUEST, body: null }, to())
    expect(sent.outcome).toBe('not_sent')
    expect(inspect(sent, { depth: 20 }) + leaks(only(reports))).not.toContain('CANARY')
  })
})
