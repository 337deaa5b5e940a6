import type { GatewayRequest } from '@florin/core/gateways'
import { describe, expect, it } from 'vitest'
import { host, REQUEST, to, transport } from '../test/hosts.ts'
import { type ExchangeReport, httpTransport } from './index.ts'

const FILE: GatewayRequest = {
  method: 'POST',
  host: 'files',
  path: '/v1/files',
  headers: { 'content-type': 'application/octet-stream' },
  body: Buffer.from([0, 255, 13, 10, 128, 0]).toString('base64'),
  encoding: 'base64',
}

/** Answers with what came in, in hexadecimal, and the key that came with it. */
const echo = () =>
  host((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => response.end(`${request.headers['x-key']} ${Buffer.concat(chunks).toString('hex')}`))
  })

describe('a second host', () => {
  it('gets the requests that call it by its name, with the credentials, and no others', async () => {
    const [main, files] = [await echo(), await echo()]
    const it = transport(main.url, { hosts: { files: `${files.url}/up` }, credentials: () => ({ 'x-key': 'k' }) })
    expect(await it.send(FILE, to())).toMatchObject({ response: { body: 'k 00ff0d0a8000' } })
    expect(await it.send(REQUEST, to())).toMatchObject({ response: { body: 'k 7b7d' } })
    expect([main.paths, files.paths]).toEqual([['/x'], ['/up/v1/files']])
  })

  it.each(['elsewhere', 'constructor', '__proto__', '', 'https://evil.test', 'evil.test:443', '169.254.169.254'])(
    'that nobody declared (%s) gets nothing, and neither does the first',
    async (name) => {
      const main = await echo()
      const sent = await transport(main.url, { hosts: { files: main.url } }).send({ ...FILE, host: name }, to())
      expect(sent).toEqual({
        outcome: 'not_sent',
        fault: 'local',
        reason: 'configuration: there is no host of the name that the request calls',
      })
      expect(main.paths).toEqual([])
    },
  )

  it('has the same rules as the first: no slash-slash path, no plain http, no credentials in it', async () => {
    const main = await echo()
    const it = transport(main.url, { hosts: { files: main.url } })
    expect(await it.send({ ...FILE, path: '//evil.test/x' }, to())).toMatchObject({ outcome: 'not_sent' })
    for (const files of ['http://files.test', 'https://a:b@files.test', 'files.test', 'https://files.test/?q=1'])
      expect(() => httpTransport({ baseUrl: 'https://x.test', hosts: { files } })).toThrow("host 'files'")
  })

  it('has a limit of its own, within that of all: one that hangs leaves the other half', async () => {
    const [main, files] = [await echo(), await host()]
    const it = transport(main.url, { hosts: { files: files.url }, connections: 3, connectionsPerHost: 2 })
    const hanging = [1, 2, 3, 4].map(() => it.send(FILE, to('main', 500)))
    for (let count = 0; count < 5; count += 1)
      expect(await it.send(REQUEST, to())).toMatchObject({ outcome: 'answered' })
    await Promise.all(hanging)
    expect(files.counts.most).toBeLessThanOrEqual(2)
  })

  it('is named in the report, which tells how many bytes there were and none of them', async () => {
    const [main, files] = [await echo(), await echo()]
    const seen: ExchangeReport[] = []
    const it = transport(main.url, { hosts: { files: files.url }, onExchange: (report) => void seen.push(report) })
    const secret = Buffer.from('passport of Jane')
    await it.send({ ...FILE, body: secret.toString('base64') }, to())
    expect(seen[0]).toMatchObject({ origin: files.url, bytesOut: secret.length })
    expect(seen[0]?.request().body).toBe(`[${secret.length} bytes]`)
    const [told] = seen.map((report) => JSON.stringify([report, report.request()]))
    for (const text of [secret.toString(), secret.toString('base64')]) expect(told).not.toContain(text)
  })
})
